"""What a chart is made of: lines of values over periods of one kind, all of it exact."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from exchange.audiences.viewer import Viewer
from exchange.kpis.models import Definition, Observation, Series
from exchange.kpis.periods import Period, PeriodKind, kind_of

# So many periods are shown unless a reader asks for others: ten years of months.
USUAL = 120
# What a picture needs to know of a value.
DRAWN = ("series", "first", "last", "value", "missing", "status", "precision", "note")
Extent = list[Period]


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
    """The values of one series in the order of the calendar; `unit` is that of what is drawn."""

    name: str
    series: Series
    points: Sequence[Point] = field(default_factory=tuple)
    unit: str = ""

    @property
    def definition(self) -> Definition:
        return self.series.definition

    @cached_property
    def by_period(self) -> dict[Period, Point]:
        """Return the points by their days."""
        return {point.period: point for point in self.points}


def extents(viewer: Viewer, series: Iterable[UUID]) -> dict[UUID, Extent]:
    """Return of some series the periods that have a value that holds, in order; one query."""
    found: dict[UUID, Extent] = defaultdict(list)
    rows = Observation.objects.visible_to(viewer).approved().filter(series__in=list(series))
    for key, first, last in rows.order_by("first", "last").values_list("series", "first", "last"):
        found[key].append(Period(first, last))
    return found


def kinds_in(extent: Iterable[Period], year_start: str) -> dict[PeriodKind, int]:
    """Return how many periods there are of each kind, in the order of the kinds."""
    counted = Counter(kind_of(period, year_start) for period in extent)
    return {kind: counted[kind] for kind in PeriodKind if counted[kind]}


def usual_kind(kinds: dict[PeriodKind, int]) -> PeriodKind | None:
    """Return the kind of period that tells most: the one with most values."""
    return max(kinds, key=lambda kind: kinds[kind], default=None)


def shown_of(
    extent: Extent,
    kind: PeriodKind | None,
    year_start: str,
    *,
    since: Period | None = None,
    until: Period | None = None,
    most: int = USUAL,
) -> Extent:
    """Return the periods of one kind that are asked for; without a beginning the latest ones."""
    found = [
        period
        for period in extent
        if kind_of(period, year_start) == kind
        and (since is None or period.first >= since.first)
        and (until is None or period.last <= until.last)
    ]
    return found[:MOST] if since else found[-most:]


# More than anybody reads in one picture: what lies beyond is in the file.
MOST = 400


def values_in(viewer: Viewer, wanted: dict[UUID, Extent]) -> dict[UUID, list[Observation]]:
    """Return the values that hold of these periods, by series; one query."""
    periods = [period for extent in wanted.values() for period in extent]
    found: dict[UUID, list[Observation]] = defaultdict(list)
    if not periods:
        return found
    first, last = min(one.first for one in periods), max(one.last for one in periods)
    rows = Observation.objects.visible_to(viewer).approved().filter(series__in=list(wanted))
    rows = rows.filter(first__gte=first, last__lte=last).only(*DRAWN)
    chosen = {key: set(extent) for key, extent in wanted.items()}
    for row in rows.order_by("first", "last"):
        if Period(row.first, row.last) in chosen[row.series_id]:
            found[row.series_id].append(row)
    return found
