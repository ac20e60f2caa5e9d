"""What the API says of values, and what it takes for them."""

import re
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from exchange.common.drf.serializers import Choice, Input, Instant, Key, ListOf, Sparse, Text
from exchange.kpis.api.bodies.members import Exact, precision, prose, status
from exchange.kpis.choices import Missing, Precision, State, Status
from exchange.kpis.models.indicator import CODE_LENGTH, UNIT_LENGTH
from exchange.kpis.models.observation import ADDRESS_LENGTH, NOTE_LENGTH, REASON_LENGTH, Observation
from exchange.kpis.period_forms import LONGEST
from exchange.kpis.values import MOST_DECIMALS, MOST_WHOLE

MOST = 100
NUMBER = rf"-?[0-9]{{1,{MOST_WHOLE}}}(\.[0-9]{{1,{MOST_DECIMALS}}})?"
HOLDING = [choice for choice in State.choices if choice[0] in {State.APPROVED, State.SUBMITTED}]


class ObservationBody(Sparse):
    """What a series says of one period: a value, or why there is none."""

    series = serializers.UUIDField(source="series_id")
    kpi_code = serializers.CharField(source="series.definition.indicator.code")
    organisation = serializers.UUIDField(source="series.organisation_id")
    unlocode = serializers.CharField(source="series.organisation.unlocode", allow_null=True)
    period = serializers.CharField(help_text="Its one name, as the years of the series go.")
    first = serializers.DateField(help_text="The first day of the period.")
    last = serializers.DateField(help_text="Its last day.")
    value = Exact(
        allow_null=True,
        help_text="An exact number as text, with the decimals that were published; null: missing.",
    )
    decimals = serializers.SerializerMethodField(help_text="How many it has; null: missing.")
    unit = serializers.CharField(source="series.definition.unit")
    missing = Choice(Missing.choices, allow_null=True, help_text="Why there is no value, or null.")
    status = status()
    precision = precision()
    source_url = prose()
    second_source_url = prose()
    note = prose()
    revision = serializers.SerializerMethodField(
        help_text="A correction is another one, 1 the first. Of your own organisation's, else null: "
        "revisions that were not approved are counted."
    )
    state = Choice(State.choices, help_text="Others are told of approved values alone.")
    submitted_at = Instant()
    decided_at = Instant(allow_null=True, help_text="When a reviewer decided; null: it waits.")

    def get_decimals(self, row: Observation) -> int | None:
        return None if row.value is None else row.decimals

    def get_revision(self, row: Observation) -> int | None:
        return row.revision if self._is_own(row) else None

    def _is_own(self, row: Observation) -> bool:
        return row.series.organisation_id in self.context["viewer"].roles


class RevisionBody(ObservationBody):
    """What was said of a period at one time: nothing of it is ever overwritten."""

    reason = prose(help_text="Why a value that was approved before was corrected.")
    decision = serializers.SerializerMethodField(
        help_text="What the reviewer wrote. Of your own organisation's, else null."
    )

    def get_decision(self, row: Observation) -> str | None:
        return row.decision if self._is_own(row) else None


@extend_schema_field({"type": ["string", "integer"], "pattern": f"^{NUMBER}$"})
class ExactValue(serializers.Field[str, Any, Any, Any]):
    """An exact number, sent as text with a decimal point, or as a whole number."""

    default_error_messages = {
        "invalid": _(
            "Send an exact number as text, with a point before the decimals and nothing between "
            "thousands: “1234.50”. It has at most {whole} digits before the point and {decimals} after."
        ),
        "float": _(
            "Send the number as text, in quotes: “1234.50”. A JSON number with a point is read as a "
            "float, which is not exact, and loses the zeros at its end."
        ),
    }

    def to_internal_value(self, data: Any) -> str:
        """Return the number as it was written."""
        if isinstance(data, float):
            self.fail("float")
        whole = isinstance(data, int) and not isinstance(data, bool)
        written = str(data) if whole else data
        if not isinstance(written, str) or not re.fullmatch(NUMBER, written, re.ASCII):
            self.fail("invalid", whole=MOST_WHOLE, decimals=MOST_DECIMALS)
        return written

    def to_representation(self, value: Any) -> str:
        return str(value)


optional = partial(Text, required=False, allow_null=True, allow_blank=True)


class NewValue(Input):
    """A value of your organisation for one period, or why there is none."""

    answered_by = ObservationBody

    series = Key(required=False, help_text="The `id` of a series.")
    organisation = Text(
        required=False, max_length=5, help_text="A UN/LOCODE, with `kpi_code` instead of `series`."
    )
    kpi_code = Text(required=False, max_length=CODE_LENGTH)
    period = Text(max_length=LONGEST, help_text="Such as 2024, 2024-Q3, 2024-09 or 2024-W47.")
    value = ExactValue(
        required=False,
        allow_null=True,
        help_text="Text with a decimal point, or a whole number; null with `missing`.",
    )
    missing = Choice(
        Missing.choices, required=False, allow_null=True, help_text="Why there is no value."
    )
    unit = optional(max_length=UNIT_LENGTH, help_text="That of the series; needed with a value.")
    status = Choice(
        Status.choices, required=False, allow_null=True, help_text="`normal` unless sent."
    )
    precision = Choice(Precision.choices, required=False, allow_null=True)
    source_url = optional(max_length=ADDRESS_LENGTH)
    second_source_url = optional(max_length=ADDRESS_LENGTH)
    note = optional(max_length=NOTE_LENGTH, help_text="Whoever reads the value reads it, too.")
    reason = optional(
        max_length=REASON_LENGTH, help_text="Needed when a value that was approved is corrected."
    )


class NewValues(Input):
    """Values of your organisation: all of them are taken, or none."""

    items = ListOf(
        NewValue(),
        most=MOST,
        allow_empty=False,
        error_messages={
            "max_length": _("Send at most {max_length}, or a file with all to /api/v1/imports.")
        },
    )


class Result(models.TextChoices):
    """What became of a value that was sent."""

    ADDED = "added"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"


class ResultBody(serializers.Serializer[Any]):
    """What became of one value."""

    series = serializers.UUIDField()
    period = serializers.CharField(help_text="Its one name, as the years of the series go.")
    result = Choice(
        Result.choices,
        help_text="`corrected`: something else was approved of the period; `added`: nothing was.",
    )
    revision = serializers.IntegerField()
    state = Choice(HOLDING, help_text="`submitted`: it waits for a reviewer.")
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="What is odd about it; it was taken all the same."
    )


class ResultsBody(serializers.Serializer[Any]):
    """What became of each value, in the order in which they were sent."""

    items = ResultBody(many=True)
