"""What the API says of an indicator."""

from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from exchange.common.drf.serializers import Choice, Instant, Sparse
from exchange.kpis.api.bodies.members import Exact, Page, PeriodTypes, prose
from exchange.kpis.choices import Direction, Standing, Statistic
from exchange.kpis.models import Definition, Indicator


@dataclass(frozen=True)
class Told:
    """An indicator as one viewer is told of it: the text in use, else the proposal that they see."""

    indicator: Indicator

    @property
    def definition(self) -> Definition:
        known: list[Definition] = self.indicator.known  # type: ignore[attr-defined]
        return self.indicator.current or known[0]

    @property
    def definition_version(self) -> int | None:
        return self.indicator.current.version if self.indicator.current else None

    @property
    def versions(self) -> list[Definition]:
        known: list[Definition] = self.indicator.known  # type: ignore[attr-defined]
        return [one for one in reversed(known) if one.standing == Standing.ACCEPTED]


class UnitBody(serializers.Serializer[Definition]):
    """The unit of values: as people write it, and in codes."""

    text = serializers.CharField(source="unit", help_text="What `unit` of a value takes.")
    aliases = serializers.ListField(
        child=serializers.CharField(), help_text="Other spellings that are taken for it."
    )
    numerator = serializers.CharField(
        help_text="Of what: UN/ECE Recommendation 20, or a currency by ISO 4217."
    )
    denominator = prose(help_text="Per what, the same way; empty when per nothing.")
    exponent = serializers.IntegerField(help_text="Power of ten of the numerator: 6 for millions.")
    denominator_exponent = serializers.IntegerField()
    ucum = prose(help_text="By the Unified Code for Units of Measure.")


class DefinitionVersionBody(serializers.Serializer[Definition]):
    """One version of a definition that holds or held."""

    number = serializers.IntegerField(source="version")
    accepted_at = Instant(source="decided_at")
    change_note = prose(help_text="What was new in it, and why.")


class IndicatorBody(Sparse):
    """A KPI and what it means, by the version of its definition that is in use."""

    id = serializers.UUIDField(source="indicator.id")
    code = serializers.CharField(source="indicator.code", help_text="Its `kpi_code`, for ever.")
    name = serializers.CharField(source="definition.name")
    topic = serializers.CharField(source="indicator.topic_id", help_text="A code of `/topics`.")
    unit = UnitBody(source="definition")
    direction = Choice(Direction.choices, source="definition.direction")
    statistic = Choice(Statistic.choices, source="definition.statistic")
    period_types = PeriodTypes(
        source="definition.period_types", help_text="By which kinds of period it is kept."
    )
    decimals = serializers.IntegerField(
        source="definition.decimals", help_text="As many as are usual; more are taken."
    )
    plausible_low = Exact(
        source="definition.plausible_low",
        allow_null=True,
        help_text="The range that surprises nobody, as text; null where nobody said.",
    )
    plausible_high = Exact(source="definition.plausible_high", allow_null=True)
    question = prose(source="definition.question", help_text="The question that its values answer.")
    formula = prose(source="definition.formula", help_text="In words.")
    inclusions = prose(source="definition.inclusions", help_text="What counts.")
    exclusions = prose(source="definition.exclusions", help_text="What does not.")
    boundary = prose(source="definition.boundary", help_text="Whose, which terminals, which area.")
    comparability = prose(
        source="definition.comparability",
        help_text="What makes the values of two ports not compare.",
    )
    source_programme = prose(source="definition.source_programme")
    source_link = prose(source="definition.source_link")
    definition_version = serializers.IntegerField(
        allow_null=True,
        help_text="The version in use; null of your own organisation's proposal.",
    )
    versions = DefinitionVersionBody(many=True, help_text="Those that hold or held, oldest first.")
    retired_at = Instant(
        source="indicator.retired_at",
        allow_null=True,
        help_text="Since then no series is begun and no value is taken.",
    )
    updated_at = Instant(source="indicator.changed_at")
    url = Page(source="indicator.get_absolute_url")

    def to_representation(self, instance: Indicator) -> Any:
        """Return the body of an indicator."""
        return super().to_representation(Told(instance))
