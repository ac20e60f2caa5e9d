"""What a chart is made of: lines of values over periods of one kind, all of it exact."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When

from exchange.audiences.viewer import Viewer
from exchange.kpis.choices import Status
from exchange.kpis.models import Definition, Observation, Series, Target
from exchange.kpis.periods import Period, PeriodKind
from exchange.kpis.wording import remark, why_missing, written

# So many periods of one line are shown at once: ten years of months. More weigh more than a page may.
MOST = 120
# What a picture needs to know of a value.
DRAWN = ("first", "last", "value", "missing", "status", "precision", "note")


@dataclass(frozen=True)
class Held:
    """How many values that hold a series has of one kind of period; on which day the latest begins."""

    count: int
    latest: dt.date


Kinds = dict[PeriodKind, Held]


@dataclass(frozen=True)
class Span:
    """The days within which values are shown, and how many periods at most.

    With a beginning they are the first ones from there on, else the latest ones.
    """

    since: Period | None = None
    until: Period | None = None
    most: int = MOST


EVERYTHING = Span()


class Point(NamedTuple):
    """One period of a line: the number that is drawn (None: a gap), and how it came about.

    `said` is told in place of the number. What was reported is never rounded; what was reckoned from
    it may be.
    """

    period: Period
    value: Decimal | None
    said: str = ""
    remark: str = ""
    note: str = ""
    status: str = Status.NORMAL
    is_rounded: bool = False

    @property
    def text(self) -> str:
        """Return what is told of it: the number in the reader's way of writing, or what is said."""
        return self.said or ("" if self.value is None else written(self.value))


@dataclass(frozen=True)
class Line:
    """The values of one series in the order of the calendar; `unit` is that of what is drawn."""

    name: str
    series: Series
    points: Sequence[Point] = field(default_factory=tuple)
    unit: str = ""
    # Of so many that there are of this kind of period.
    held: int = 0

    @property
    def definition(self) -> Definition:
        return self.series.definition

    @cached_property
    def by_period(self) -> dict[Period, Point]:
        """Return the points by their days."""
        return {point.period: point for point in self.points}

    @cached_property
    def texts(self) -> dict[Period, str]:
        """Return what is told of each point, by its days."""
        return {point.period: point.text for point in self.points}


@dataclass(frozen=True)
class Band:
    """Where the values of peers lie in one period: lower quartile, median, upper quartile."""

    period: Period
    low: Decimal
    median: Decimal
    high: Decimal

    @cached_property
    def text(self) -> str:
        """Return the three in the reader's way of writing numbers."""
        return " – ".join(map(written, (self.low, self.median, self.high)))


@dataclass(frozen=True)
class Aimed:
    """A target or baseline as it is drawn and told: its name, its value with the unit, its note."""

    target: Target
    name: str
    text: str


def kinds_of(viewer: Viewer, series: Iterable[UUID]) -> dict[UUID, Kinds]:
    """Return which kinds of period the series have values of that hold; one query."""
    found: dict[UUID, Kinds] = defaultdict(dict)
    rows = Series.objects.visible_to(viewer).filter(pk__in=list(series)).kinds_held()
    known = {(key, kind): Held(count, latest) for key, kind, count, latest in rows}
    for kind in PeriodKind:
        for (key, name), held in known.items():
            if name == kind:
                found[key][kind] = held
    return found


def usual_kind(kinds: Kinds) -> PeriodKind | None:
    """Return the kind of period that tells most: the one with most values."""
    return max(kinds, key=lambda kind: kinds[kind].count, default=None)


def kept_by(series: Series, kinds: Kinds) -> PeriodKind | None:
    """Return the kind of period in which values of a series are due, else the one with most values."""
    return PeriodKind(series.rhythm) if series.rhythm else usual_kind(kinds)


def values_in(
    viewer: Viewer, kinds: Mapping[UUID, PeriodKind | None], span: Span = EVERYTHING
) -> dict[UUID, list[Point]]:
    """Return the values that hold, of one kind of period of each series, in order; two queries."""
    wanted = {key: kind for key, kind in kinds.items() if kind}
    found: dict[UUID, list[Point]] = defaultdict(list)
    if not wanted:
        return found
    alike: dict[tuple[PeriodKind, dt.date | None], list[UUID]] = defaultdict(list)
    for key, edge in _edges(viewer, wanted, span).items():
        alike[wanted[key], edge].append(key)
    shown = Q(pk__in=[])
    for (kind, edge), keys in alike.items():
        shown |= Q(series__in=keys, kind=kind) & _within(span, edge)
    held = Observation.objects.visible_to(viewer).approved().filter(series__in=list(wanted))
    rows = held.filter(shown).order_by("first", "last")
    for key, *drawn in rows.values_list("series", *DRAWN):
        found[key].append(_point(*drawn))
    return found


def _point(
    first: dt.date,
    last: dt.date,
    value: Decimal | None,
    missing: str,
    status: str,
    precision: str,
    note: str,
) -> Point:
    said = why_missing(missing) if value is None else ""
    return Point(Period(first, last), value, said, remark(status, precision), note, status)


def _edges(
    viewer: Viewer, kinds: Mapping[UUID, PeriodKind], span: Span
) -> dict[UUID, dt.date | None]:
    """Return where the last period begins that there is room for; None where there is for all."""
    held = Observation.objects.visible_to(viewer).approved().filter(series=OuterRef("pk"))
    within: QuerySet[Observation] = held.filter(_within(span, None), kind=OuterRef("drawn"))
    ordered = within.order_by("first" if span.since else "-first").values("first")
    alike: dict[PeriodKind, list[UUID]] = defaultdict(list)
    for key, kind in kinds.items():
        alike[kind].append(key)
    drawn = Case(*(When(pk__in=keys, then=Value(kind.value)) for kind, keys in alike.items()))
    rows = Series.objects.visible_to(viewer).filter(pk__in=list(kinds)).order_by()
    edge = Subquery(ordered[span.most - 1 : span.most])
    return dict(rows.alias(drawn=drawn).annotate(edge=edge).values_list("pk", "edge"))


def _within(span: Span, edge: dt.date | None) -> Q:
    found = Q()
    if span.since:
        found &= Q(first__gte=span.since.first)
    if span.until:
        found &= Q(last__lte=span.until.last)
    if edge:
        found &= Q(first__lte=edge) if span.since else Q(first__gte=edge)
    return found
