"""Which kind of period a code names, told by the database: codes are canonical, so their shape is enough."""

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Length, Substr
from django.db.models.lookups import Exact

from exchange.kpis.periods import PeriodKind

# The sixth sign of 2024, 2024-S1, 2024-Q3 and 2024-W47; else the length of 2024-09 and 2024-09-15.
BY_SIGN = {
    "": PeriodKind.YEAR,
    "S": PeriodKind.HALF,
    "Q": PeriodKind.QUARTER,
    "W": PeriodKind.WEEK,
}
BY_LENGTH = {7: PeriodKind.MONTH, 10: PeriodKind.DAY}


def kind_of_code(path: str) -> Case:
    """Return the expression of the kind of the period whose code is at `path`."""
    by_sign = [
        When(Exact(Substr(path, 6, 1), Value(sign)), then=Value(kind.value))
        for sign, kind in BY_SIGN.items()
    ]
    by_length = [
        When(Exact(Length(path), Value(length)), then=Value(kind.value))
        for length, kind in BY_LENGTH.items()
    ]
    return Case(
        *by_sign, *by_length, default=Value(PeriodKind.SPAN.value), output_field=CharField()
    )
