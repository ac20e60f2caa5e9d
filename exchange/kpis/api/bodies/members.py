"""Members that the bodies of KPIs share."""

from decimal import Decimal
from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from exchange.common.drf.serializers import Choice
from exchange.kpis.choices import Precision, Status
from exchange.kpis.periods import PeriodKind
from exchange.kpis.values import plain


class Exact(serializers.CharField):
    """An exact number as text, with the decimals that were published: "123.40"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Decimal) -> str:  # type: ignore[override]
        """Return the number with a decimal point and nothing else."""
        return plain(value)


class Page(serializers.CharField):
    """The address of the page of a thing, for people."""

    def __init__(self, source: str = "get_absolute_url", **kwargs: Any) -> None:
        super().__init__(source=source, read_only=True, help_text="The page for people.", **kwargs)

    def to_representation(self, value: str) -> str:
        """Return the whole address."""
        return str(self.context["request"].build_absolute_uri(value))


@extend_schema_field(serializers.ListField(child=serializers.ChoiceField(PeriodKind.choices)))
class PeriodTypes(serializers.ListField):
    """Kinds of period, in the order of their length."""

    def to_representation(self, value: Any) -> list[str]:
        """Return those that there are."""
        return [str(kind) for kind in PeriodKind if kind in value]


prose = partial(serializers.CharField, allow_blank=True)
precision = partial(
    Choice,
    Precision.choices,
    allow_null=True,
    help_text="To what it is rounded; null where nobody said.",
)
status = partial(
    Choice,
    Status.choices,
    help_text="How final it is. `break`: what is before it does not compare with it.",
)
