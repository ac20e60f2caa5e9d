"""What a chart is made of: lines of values over periods of one kind, all of it exact."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from exchange.audiences.viewer import Viewer
from exchange.kpis.models import Definition, Observation, Series
from exchange.kpis.periods import Period, PeriodKind, kind_of, label_of

# So many periods are shown unless a reader asks for others: ten years of months.
USUAL = 120


@dataclass(frozen=True)
class Point:
    """One period of a line: the number that is drawn (None: a gap), and how it came about."""

    period: Period
    value: Decimal | None
    text: str
    remark: str = ""
    note: str = ""
    status: str = "normal"


@dataclass(frozen=True)
class Line:
    """The values of one series in the order of the calendar."""

    name: str
    series: Series
    points: Sequence[Point] = field(default_factory=tuple)

    @property
    def definition(self) -> Definition:
        return self.series.definition

    @cached_property
    def by_period(self) -> dict[Period, Point]:
        """Return the points by their days."""
        return {point.period: point for point in self.points}


def approved_values(
    viewer: Viewer,
    series: Iterable[UUID],
    *,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> list[Observation]:
    """Return the values that hold of some series, from one day to another, in order; one query."""
    rows = Observation.objects.visible_to(viewer).approved().filter(series__in=list(series))
    if first:
        rows = rows.filter(first__gte=first)
    if last:
        rows = rows.filter(last__lte=last)
    return list(rows.order_by("first", "last"))


def kinds_in(rows: Iterable[Observation], year_start: str) -> dict[PeriodKind, int]:
    """Return how many values there are of each kind of period, in the order of the kinds."""
    counted = Counter(kind_of(Period(row.first, row.last), year_start) for row in rows)
    return {kind: counted[kind] for kind in PeriodKind if counted[kind]}


def usual_kind(kinds: dict[PeriodKind, int]) -> PeriodKind | None:
    """Return the kind of period that tells most: the one with most values."""
    return max(kinds, key=lambda kind: kinds[kind], default=None)


def periods_label(period: Period, series: Series) -> str:
    """Return a period in words, as the series' years go."""
    return label_of(period, series.year_start)
