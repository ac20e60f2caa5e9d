"""The time line of an agreement: what stands where in the picture, and the same as rows of a table."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.agreements.models import Meeting, Milestone, Term, Workstream
from exchange.common import dates

WIDTH, LEFT, RIGHT = 1000.0, 240.0, 980.0
ROW, TOP, BAR = 34.0, 44.0, 12.0
# Years of the scale at most that have a line of their own.
MOST_LINES = 24
LABEL_LENGTH = 32


@dataclass(frozen=True)
class Mark:
    """A point in time on a row: a milestone or a meeting."""

    x: float
    y: float
    kind: str
    title: str
    day: dt.date


@dataclass(frozen=True)
class Bar:
    """A row: a term or a workstream, from one date to another, each as exact as it is known."""

    label: str
    url: str
    starts: str
    ends: str
    x: float
    y: float
    width: float
    kind: str
    open_ended: bool
    status: str | Promise = ""
    marks: list[Mark] = field(default_factory=list)

    @property
    def short(self) -> str:
        """Return the label as it fits beside the picture."""
        text = self.label
        return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"

    @property
    def middle(self) -> float:
        return self.y + BAR / 2


@dataclass(frozen=True)
class Line:
    """A line of the scale."""

    x: float
    label: str


@dataclass(frozen=True)
class Picture:
    """The whole picture, in units of its view box."""

    width: float
    height: float
    bars: list[Bar]
    lines: list[Line]
    today: float | None


class Scale:
    """From days to places."""

    def __init__(self, days: Iterable[dt.date]) -> None:
        known = sorted(days)
        self.first, self.last = known[0], known[-1]
        self.span = max((self.last - self.first).days, 1)

    def x(self, day: dt.date) -> float:
        """Return where a day stands, at an edge when it lies beyond."""
        part = min(max((day - self.first).days / self.span, 0.0), 1.0)
        return round(LEFT + part * (RIGHT - LEFT), 1)

    def lines(self) -> Iterator[Line]:
        """Give the beginnings of years, or of some of them when there are many."""
        years = list(range(self.first.year + 1, self.last.year + 1))
        for year in years[:: max(1, len(years) // MOST_LINES + 1)]:
            yield Line(self.x(dt.date(year, 1, 1)), str(year))


def draw(
    terms: list[Term],
    workstreams: list[Workstream],
    milestones: list[Milestone],
    meetings: list[Meeting],
    today: dt.date,
) -> Picture:
    """Return the picture as it is on that day; terms first, then each workstream with its milestones and meetings.

    What has no date stands in the table alone. An end that is not known runs to the edge.
    """
    scale = Scale(_days(terms, workstreams, milestones, meetings, today))
    bars: list[Bar] = []
    for term in sorted(terms, key=lambda term: term.number):
        starts = term.begins or term.announced
        label = str(_("Term %(number)s")) % {"number": term.number}
        bars.append(_bar(scale, len(bars), label, "", starts, term.ends_by, "term", ""))
    if of_all := [one for one in meetings if not one.workstream_id]:
        bar = _bar(scale, len(bars), str(_("Meetings of all")), "", "", "", "meetings", "")
        bar.marks.extend(_meetings(scale, bar, of_all))
        bars.append(bar)
    for workstream in workstreams:
        bar = _bar(
            scale,
            len(bars),
            workstream.title,
            workstream.get_absolute_url(),
            workstream.starts,
            workstream.ends,
            "stream",
            workstream.get_status_display(),
        )
        own = [one for one in milestones if one.workstream_id == workstream.pk]
        bar.marks.extend(_milestones(scale, bar, own, today))
        bar.marks.extend(
            _meetings(scale, bar, [one for one in meetings if one.workstream_id == workstream.pk])
        )
        bars.append(bar)
    height = TOP + ROW * len(bars) + 10
    return Picture(WIDTH, height, bars, list(scale.lines()), scale.x(today))


def _days(
    terms: list[Term],
    workstreams: list[Workstream],
    milestones: list[Milestone],
    meetings: list[Meeting],
    today: dt.date,
) -> Iterator[dt.date]:
    spans = [(term.begins or term.announced, term.ends_by) for term in terms]
    spans += [(one.starts, one.ends) for one in workstreams]
    for starts, ends in spans:
        yield from filter(None, [dates.first_day(starts), dates.last_day(ends)])
    yield from (day for one in milestones if (day := one.done_on or one.due))
    yield from (one.starts_at.date() for one in meetings)
    yield from (today - dt.timedelta(days=30), today + dt.timedelta(days=90))


def _bar(
    scale: Scale,
    number: int,
    label: str,
    url: str,
    starts: str,
    ends: str,
    kind: str,
    status: str,
) -> Bar:
    y = TOP + ROW * number + (ROW - BAR) / 2
    first = dates.first_day(starts) or scale.first
    last = dates.last_day(ends) or scale.last
    x, known = scale.x(first), bool(starts or ends)
    width = max(scale.x(last) - x, 3.0) if known else 0.0
    return Bar(label, url, starts, ends, x, y, width, kind, known and not ends, status)


def _milestones(scale: Scale, bar: Bar, rows: list[Milestone], today: dt.date) -> Iterator[Mark]:
    for one in rows:
        if day := one.done_on or one.due:
            kind = "met" if one.done_on else "late" if one.is_late(today) else "open"
            if one.dropped_at is None:
                yield Mark(scale.x(day), bar.middle, kind, one.title, day)


def _meetings(scale: Scale, bar: Bar, rows: list[Meeting]) -> Iterator[Mark]:
    for one in rows:
        day = one.starts_at.date()
        yield Mark(scale.x(day), bar.middle, "meeting", one.title, day)
