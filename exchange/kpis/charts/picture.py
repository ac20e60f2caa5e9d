"""A chart as the script draws it, as a table and in words: the three say the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from exchange.common.languages import readers_own
from exchange.kpis.charts.lines import Aimed, Band, Line, Point
from exchange.kpis.charts.summary import summary_of, told_beside
from exchange.kpis.choices import Aim, Status
from exchange.kpis.models import Series, Target
from exchange.kpis.periods import Period, following, label_of
from exchange.kpis.values import plain
from exchange.kpis.wording import with_unit

NOTE = 60
Mode = str
ABSOLUTE, INDEXED, RATIO = "absolute", "indexed", "ratio"


@dataclass(frozen=True)
class Row:
    """A period of the table: for each line what is told, and what has to be said beside it; the band."""

    label: str
    period: Period
    cells: Sequence[tuple[str, str]]
    band: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Lines over periods of one kind, with what is drawn beside them.

    Script, table and words are made of the same periods, points, targets and band. Notes are left out
    where there are several lines, but for breaks: they would outweigh the page.
    """

    title: str
    unit: str
    lines: Sequence[Line]
    file: str
    kind: str = "line"
    mode: Mode = ABSOLUTE
    targets: Sequence[Target] = ()
    band: Sequence[Band] = ()
    year_start: str = "--01-01"

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

    @cached_property
    def _labels(self) -> dict[Period, str]:
        return {period: label_of(period, self.year_start) for period in self.drawn}

    @property
    def is_empty(self) -> bool:
        return not self.periods

    @cached_property
    def summary(self) -> list[str]:
        """Return what the picture shows: line by line, then what stands beside them."""
        told = [sentence for line in self.lines for sentence in summary_of(line, len(self.lines))]
        return [*told, *told_beside(self.aimed, self.band, self.year_start, self.unit)]

    @cached_property
    def aimed(self) -> list[Aimed]:
        """Return targets and baselines as they are told."""
        return [_aimed(target) for target in self.targets]

    @cached_property
    def rows(self) -> list[Row]:
        """Return the table, the latest period first."""
        peers = {one.period: one.text for one in self.band}
        return [
            Row(
                label=self._labels[period],
                period=period,
                cells=[self._cell(line, period) for line in self.lines],
                band=peers.get(period, ""),
            )
            for period in reversed(self.periods)
        ]

    def _cell(self, line: Line, period: Period) -> tuple[str, str]:
        point = line.by_period.get(period)
        if point is None:
            return "–", ""
        beside = "; ".join(filter(None, (point.remark, self._note(point))))
        return line.texts[period], beside

    @cached_property
    def left_out(self) -> str:
        """Return in words that a line has more values of this kind of period than are shown."""
        more = [line for line in self.lines if line.held > len(line.points)]
        if not more:
            return ""
        if len(self.lines) == 1:
            words = _("%(shown)s of %(held)s values are shown: choose From and To for others.")
            return words % {"shown": len(more[0].points), "held": more[0].held}
        words = _("Not all values are shown (%(who)s): choose From and To for others.")
        return words % {"who": ", ".join(line.name for line in more)}

    def _note(self, point: Point) -> str:
        if not point.note or (len(self.lines) > 1 and point.status != Status.BREAK):
            return ""
        return Truncator(point.note).chars(NOTE)

    @cached_property
    def data(self) -> dict[str, Any]:
        """Return what `charts.js` draws; numbers are exact texts."""
        return {
            "kind": self.kind,
            "mode": self.mode,
            "title": self.title,
            "unit": self.unit,
            "language": readers_own(),
            "file": self.file,
            "words": words(),
            "periods": [[str(one.first), str(one.last), self._labels[one]] for one in self.drawn],
            "lines": [self._line(line) for line in self.lines],
            "targets": [self._target(one) for one in self.aimed],
            "breaks": self._breaks(),
            "band": [
                [
                    str(one.period.first),
                    str(one.period.last),
                    *map(plain, (one.low, one.median, one.high)),
                    one.text,
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
            "texts": [line.texts.get(period, "") for period in self.drawn],
            "marks": {
                number: [one.status, self._note(one)]
                for number, one in enumerate(points)
                if one and (one.status != Status.NORMAL or self._note(one))
            },
        }

    def _target(self, one: Aimed) -> dict[str, Any]:
        target = one.target
        return {
            "name": one.name,
            "first": str(target.first),
            "last": str(target.last),
            "value": plain(target.value) if target.value is not None else None,
            "upper": None if target.upper is None else plain(target.upper),
            "text": one.text,
            "aim": target.aim,
        }

    def _breaks(self) -> list[dict[str, str]]:
        return [
            {
                "first": str(point.period.first),
                "label": f"{label_of(point.period, self.year_start)}: {self._note(point) or _('break')}",
            }
            for line in self.lines
            for point in line.points
            if point.status == Status.BREAK
        ]


def _aimed(target: Target) -> Aimed:
    definition = target.series.definition
    ends = [one for one in (target.value, target.upper) if one is not None]
    period = label_of(Period(target.first, target.last), target.series.year_start)
    return Aimed(
        target,
        name=f"{target.get_aim_display()} {period}",
        text=" – ".join(with_unit(one, definition) for one in ends),
    )


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


def line_of(name: str, series: Series, points: Sequence[Point], held: int = 0) -> Line:
    """Return the line of some of the `held` values of a series, which are in order."""
    return Line(name, series, points, series.definition.unit, held)
