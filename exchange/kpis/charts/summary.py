"""A chart in words, for who does not see it: how far it goes, its ends, and how it moved."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import islice, pairwise

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kpis.charts.lines import Aimed, Band, Line, Point
from exchange.kpis.choices import Status
from exchange.kpis.periods import Period, following, label_of
from exchange.kpis.wording import ABOUT, written

OPEN = (Status.PROVISIONAL, Status.ESTIMATED, Status.FORECAST)
TENTH = Decimal("0.1")
LARGEST_CHANGE = Decimal(1000)


def summary_of(line: Line, lines: int, most: int | None = None) -> list[str]:
    """Return sentences on one of so many lines, the first ones up to `most`; of several, each is named."""
    known = [point for point in line.points if point.value is not None]
    name = f"{line.name}: " if lines > 1 else ""
    if not known:
        return [name + _("no values in this time.")]
    found = list(islice(filter(None, _spoken(line, known)), most))
    return [name + found[0], *found[1:]]


def _spoken(line: Line, known: list[Point]) -> Iterator[str]:
    yield _extent(line, known)
    yield _latest(line, known)
    yield _extremes(line, known)
    yield from _breaks(line)
    yield _not_final(known)
    yield _gaps(len(line.points) - len(known) + _unsaid(line.points))


def told_beside(
    targets: Sequence[Aimed], band: Sequence[Band], year_start: str, unit: str
) -> list[str]:
    """Return sentences on what stands beside the lines: targets and baselines, and the band of peers."""
    found = []
    for one in targets:
        note = f" ({one.target.note.rstrip('.')})" if one.target.note else ""
        found.append(f"{capfirst(one.name)}: {one.text}{note}.")
    if band:
        latest = band[-1]
        found.append(
            _(
                "Half of the peers lie between %(low)s and %(high)s %(unit)s, the middle one at %(median)s (%(period)s)."
            )
            % {
                "low": written(latest.low),
                "high": written(latest.high),
                "median": written(latest.median),
                "unit": unit,
                "period": label_of(latest.period, year_start),
            }
        )
    return found


def change(before: Decimal, after: Decimal) -> Decimal | None:
    """Return by how many per cent a value grew, to a tenth; None where that says nothing."""
    if before <= 0 or after < 0:
        return None
    share = ((after - before) / before * 100).quantize(TENTH, ROUND_HALF_EVEN)
    return share if abs(share) <= LARGEST_CHANGE else None


def _extent(line: Line, known: list[Point]) -> str:
    words = ngettext(
        "%(count)s value, %(first)s.", "%(count)s values, %(first)s to %(last)s.", len(known)
    )
    return words % {
        "count": len(known),
        "first": _when(line, known[0]),
        "last": _when(line, known[-1]),
    }


def _latest(line: Line, known: list[Point]) -> str:
    latest = known[-1]
    said = _("The latest is %(value)s (%(period)s)") % {
        "value": _what(line, latest),
        "period": _when(line, latest),
    }
    if latest.remark:
        said += f", {latest.remark}"
    before = line.by_period.get(_a_year_before(latest.period))
    moved = _moved(line, before.value, latest.value) if before else ""
    return f"{said}, {moved}." if moved else f"{said}."


def _moved(line: Line, before: Decimal | None, after: Decimal | None) -> str:
    """Return how a value differs from the one a year before; shares differ by points."""
    if before is None or after is None:
        return ""
    if before == after:
        return _("the same as a year before")
    if line.unit == "%":
        points = {"points": written(abs(after - before))}
        more = _("%(points)s percentage points more than a year before")
        less = _("%(points)s percentage points less than a year before")
        return (more if after > before else less) % points
    grown = change(before, after)
    if grown is None:
        return ""
    share = {"share": written(abs(grown))}
    more = _("%(share)s %% more than a year before")
    less = _("%(share)s %% less than a year before")
    return (more if grown >= 0 else less) % share


def _extremes(line: Line, known: list[Point]) -> str:
    if len(known) < 3:
        return ""
    highest = max(known, key=lambda point: point.value or Decimal(0))
    lowest = min(known, key=lambda point: point.value or Decimal(0))
    return _("Highest: %(high)s (%(at_high)s); lowest: %(low)s (%(at_low)s).") % {
        "high": _what(line, highest),
        "at_high": _when(line, highest),
        "low": _what(line, lowest),
        "at_low": _when(line, lowest),
    }


def _breaks(line: Line) -> Iterator[str]:
    for point in line.points:
        if point.status == Status.BREAK:
            note = f": {point.note.rstrip('.')}" if point.note else ""
            words = _("There is a break at %(period)s; do not read across it")
            yield f"{words % {'period': _when(line, point)}}{note}."


def _not_final(known: list[Point]) -> str:
    counted = Counter(point.status for point in known if point.status in OPEN)
    kinds = ", ".join(str(status.label) for status in OPEN if counted[status])
    words = ngettext(
        "%(count)s value is not final (%(kinds)s).",
        "%(count)s values are not final (%(kinds)s).",
        counted.total(),
    )
    return words % {"count": counted.total(), "kinds": kinds} if counted else ""


def _gaps(count: int) -> str:
    words = ngettext("%(count)s period has no value.", "%(count)s periods have no value.", count)
    return words % {"count": count} if count else ""


def _unsaid(points: Sequence[Point]) -> int:
    """Return of how many periods between the first and the last nothing is said at all."""
    count = 0
    for one, after in pairwise(points):
        between = following(one.period)
        while between.last < after.period.first:
            count += 1
            between = following(between)
    return count


def _what(line: Line, point: Point) -> str:
    if point.value is None:
        return point.text
    return f"{ABOUT if point.is_rounded else ''}{written(point.value)} {line.unit}"


def _when(line: Line, point: Point) -> str:
    return label_of(point.period, line.series.year_start)


def _a_year_before(period: Period) -> Period:
    """Return the same days of the year before; a leap day has none, and is put on the 28th.

    What ends with February ends with February then, too, be it a leap year or not.
    """
    first, last = _year_before(period.first), _year_before(period.last)
    after = period.last + dt.timedelta(days=1)
    if period.days > 1 and (after.month, after.day) == (3, 1):
        last = after.replace(year=after.year - 1) - dt.timedelta(days=1)
    return Period(first, last)


def _year_before(day: dt.date) -> dt.date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)
