"""A chart as the script draws it, as a table and in words: the three say the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from exchange.common.languages import readers_own
from exchange.kpis.charts.lines import Line, Point
from exchange.kpis.charts.summary import summary_of
from exchange.kpis.choices import Aim, Status
from exchange.kpis.models import Observation, Series, Target
from exchange.kpis.periods import Period, following, label_of
from exchange.kpis.values import plain
from exchange.kpis.wording import remark, shown, with_unit

NOTE = 80
# So many rows of the table stand on the page; the file has all.
ROWS = 60
Mode = str
ABSOLUTE, INDEXED, RATIO = "absolute", "indexed", "ratio"


@dataclass(frozen=True)
class Band:
    """Where the values of peers lie in one period: lower quartile, median, upper quartile."""

    period: Period
    low: Any
    median: Any
    high: Any


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Lines over periods of one kind, with what is drawn beside them."""

    title: str
    unit: str
    lines: Sequence[Line]
    file: str
    kind: str = "line"
    mode: Mode = ABSOLUTE
    targets: Sequence[Target] = ()
    band: Sequence[Band] = ()
    year_start: str = "--01-01"
    decimals: int = 0

    @cached_property
    def periods(self) -> list[Period]:
        """Return all periods that a line speaks of, in order."""
        return sorted({point.period for line in self.lines for point in line.points})

    @cached_property
    def drawn(self) -> list[Period]:
        """Return the periods that are drawn: where some are missing, one of them, which makes a gap."""
        gaps = [
            following(one)
            for one, after in pairwise(self.periods)
            if after.first.toordinal() > one.last.toordinal() + 1
        ]
        return sorted([*self.periods, *gaps])

    @property
    def is_empty(self) -> bool:
        return not self.periods

    @cached_property
    def summary(self) -> list[str]:
        """Return what the picture shows, line by line."""
        return [sentence for line in self.lines for sentence in summary_of(line, len(self.lines))]

    @cached_property
    def rows(self) -> list[tuple[str, Period, list[Point | None]]]:
        """Return the table, the latest period first: its name, and a cell for each line."""
        return [
            (
                label_of(period, self.year_start),
                period,
                [line.by_period.get(period) for line in self.lines],
            )
            for period in reversed(self.periods)
        ]

    @property
    def shown_rows(self) -> list[tuple[str, Period, list[Point | None]]]:
        """Return the rows that stand on the page."""
        return self.rows[:ROWS]

    @property
    def more_rows(self) -> int:
        """Return how many rows stand in the file only."""
        return max(0, len(self.rows) - ROWS)

    @cached_property
    def data(self) -> dict[str, Any]:
        """Return what `charts.js` draws; numbers are exact texts."""
        return {
            "kind": self.kind,
            "mode": self.mode,
            "title": self.title,
            "unit": self.unit,
            "language": readers_own(),
            "decimals": self.decimals,
            "file": self.file,
            "words": words(),
            "periods": [
                [str(one.first), str(one.last), label_of(one, self.year_start)]
                for one in self.drawn
            ],
            "lines": [self._line(line) for line in self.lines],
            "targets": [self._target(one) for one in self.targets],
            "breaks": self._breaks(),
            "band": [
                [
                    str(one.period.first),
                    str(one.period.last),
                    *map(plain, (one.low, one.median, one.high)),
                ]
                for one in self.band
            ]
            or None,
        }

    def _line(self, line: Line) -> dict[str, Any]:
        points = [line.by_period.get(period) for period in self.drawn]
        return {
            "name": line.name,
            "values": [
                plain(one.value) if one and one.value is not None else None for one in points
            ],
            "texts": [one.text if one else "" for one in points],
            "marks": {
                number: [one.status, one.note[:NOTE]]
                for number, one in enumerate(points)
                if one and (one.status != Status.NORMAL or one.note)
            },
        }

    def _target(self, target: Target) -> dict[str, Any]:
        definition = target.series.definition
        text = with_unit(target.value, definition) if target.value is not None else ""
        if target.upper is not None:
            text = f"{text} – {with_unit(target.upper, definition)}"
        period = Period(target.first, target.last)
        return {
            "name": f"{target.get_aim_display()} {label_of(period, target.series.year_start)}",
            "first": str(target.first),
            "last": str(target.last),
            "value": plain(target.value) if target.value is not None else None,
            "upper": None if target.upper is None else plain(target.upper),
            "text": text,
            "aim": target.aim,
        }

    def _breaks(self) -> list[dict[str, str]]:
        return [
            {
                "first": str(point.period.first),
                "label": f"{label_of(point.period, self.year_start)}: {point.note[:NOTE] or _('break')}",
            }
            for line in self.lines
            for point in line.points
            if point.status == Status.BREAK
        ]


def words() -> dict[str, str]:
    """Return the words that the script writes."""
    return {
        "target": str(Aim.TARGET.label),
        "baseline": str(Aim.BASELINE.label),
        "provisional": str(Status.PROVISIONAL.label),
        "estimated": str(Status.ESTIMATED.label),
        "forecast": str(Status.FORECAST.label),
        "break": str(Status.BREAK.label),
        "missing": _("no value"),
        "median": _("Median of peers"),
        "band": _("Middle half of peers"),
        "png": _("Download PNG"),
        "svg": _("Download SVG"),
        "reset": _("Show all"),
        "from": _("from"),
    }


def line_of(name: str, series: Series, rows: Iterable[Observation]) -> Line:
    """Return the line of a series' values, which are in order."""
    return Line(name, series, tuple(map(_point, rows)), series.definition.unit)


def _point(row: Observation) -> Point:
    return Point(
        period=Period(row.first, row.last),
        value=row.value,
        text=shown(row),
        remark=remark(row),
        note=row.note,
        status=row.status,
    )
