"""What the API says of a series and of what it aims at."""

from rest_framework import serializers

from exchange.audiences.api import code_of
from exchange.common.drf.serializers import Choice, Instant, Sparse
from exchange.kpis import policies
from exchange.kpis.api.bodies.members import Exact, Page, prose
from exchange.kpis.choices import Aim, Grade
from exchange.kpis.models import Series
from exchange.kpis.periods import PeriodKind

SUBMIT = "submit_values"


class SeriesBody(Sparse):
    """An indicator, in one version of its definition, at one organisation."""

    id = serializers.UUIDField()
    indicator = serializers.UUIDField(source="definition.indicator_id")
    kpi_code = serializers.CharField(source="definition.indicator.code")
    name = serializers.CharField(source="definition.name")
    definition_version = serializers.IntegerField(source="definition.version")
    organisation = serializers.UUIDField(source="organisation_id")
    unlocode = serializers.CharField(source="organisation.unlocode", allow_null=True)
    unit = serializers.CharField(source="definition.unit", help_text="Of all its values.")
    grade = Choice(
        Grade.choices,
        allow_null=True,
        help_text="How its own way of measuring compares with the definition; null: nobody said.",
    )
    local_note = prose(help_text="Where it is measured in another way than defined.")
    year_start = serializers.CharField(
        help_text="The day on which its years begin, such as `--07-01`; `2024` begins in 2024."
    )
    rhythm = Choice(
        PeriodKind.choices, allow_null=True, help_text="How often a value is due; null: never."
    )
    due_days = serializers.IntegerField(help_text="Due so many days after a period ends.")
    peer_consent = serializers.SerializerMethodField(
        help_text="Whether its values count in peer bands. Of your own organisation's, else null."
    )
    audience = serializers.SerializerMethodField(
        help_text="Who sees approved values, by its code. Of your own organisation's, else null."
    )
    targets = serializers.IntegerField(
        source="number_of_targets", help_text="How many targets and baselines it has."
    )
    closed_at = Instant(allow_null=True, help_text="Since then no values are taken.")
    version = serializers.IntegerField(
        source="lock", help_text="How many changes there were of what is said of it."
    )
    allowed_actions = serializers.SerializerMethodField(help_text="What you may do with it now.")
    created_at = Instant()
    updated_at = Instant(source="changed_at")
    url = Page()

    def get_peer_consent(self, series: Series) -> bool | None:
        return series.peer_consent if self._is_own(series) else None

    def get_audience(self, series: Series) -> str | None:
        return code_of(series.audience) if self._is_own(series) else None

    def get_allowed_actions(self, series: Series) -> list[str]:
        may = policies.can_enter(self.context["viewer"], series.organisation)
        return [SUBMIT] if may and series.is_open else []

    def _is_own(self, series: Series) -> bool:
        return series.organisation_id in self.context["viewer"].roles


class TargetBody(Sparse):
    """What a series aims at in a period, or what it is measured against."""

    id = serializers.UUIDField()
    series = serializers.UUIDField(source="series_id")
    kpi_code = serializers.CharField(source="series.definition.indicator.code")
    organisation = serializers.UUIDField(source="series.organisation_id")
    unlocode = serializers.CharField(source="series.organisation.unlocode", allow_null=True)
    aim = Choice(Aim.choices)
    period = serializers.CharField()
    first = serializers.DateField(help_text="The first day of the period.")
    last = serializers.DateField(help_text="Its last day.")
    value = Exact(help_text="An exact number as text; of a band its lower end.")
    upper = Exact(allow_null=True, help_text="The upper end of a band, else null.")
    unit = serializers.CharField(source="series.definition.unit")
    note = prose()
    updated_at = Instant(source="changed_at")
