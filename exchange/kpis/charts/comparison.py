"""A comparison as it was asked for: one list of lines that page and file are made of, and what is said of it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.kpis.charts.comparing import caveats, common_periods, indexed, names_of, per
from exchange.kpis.charts.lines import (
    Band,
    Kinds,
    Line,
    Span,
    kinds_of,
    values_in,
)
from exchange.kpis.charts.peers import peer_band, why_none
from exchange.kpis.charts.picture import ABSOLUTE, INDEXED, RATIO, Chart, line_of
from exchange.kpis.models import Series
from exchange.kpis.periods import PeriodKind, code_of

# As many as there are colours, marks and dashes that tell lines apart.
MOST_LINES = 8
# Eight years of months, three of eight lines: more would outweigh the page, beside band and form.
MOST_PERIODS, MOST_CELLS = 96, 288
COLUMNS = (
    "organisation",
    "port_unlocode",
    "kpi_code",
    "definition_version",
    "period",
    "value",
    "unit",
    "how",
    "status",
    "comment",
)


@dataclass
class Comparison:
    """What is drawn, and what has to be said beside it; `how` tells what the numbers are."""

    asked: Mapping[str, Any]
    lines: list[Line] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    kind: PeriodKind | None = None
    how: str = ""
    band: Sequence[Band] = ()
    band_said: str = ""

    @property
    def charts(self) -> list[Chart]:
        """Return a chart for each unit: two units share no axis."""
        return [
            self._chart(unit, number)
            for number, unit in enumerate(dict.fromkeys(line.unit for line in self.lines), start=1)
        ]

    def _chart(self, unit: str, number: int) -> Chart:
        lines = [line for line in self.lines if line.unit == unit]
        return Chart(
            title=", ".join(dict.fromkeys(line.definition.name for line in lines)),
            unit=unit,
            lines=lines,
            file=f"compare-{lines[0].definition.indicator.code}-{number}",
            kind=self.asked.get("picture", "line"),
            mode=self.asked.get("mode", ABSOLUTE),
            band=self.band,
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield what is drawn as rows of a file with COLUMNS, line by line."""
        for line in self.lines:
            for point in line.points:
                yield {
                    "organisation": str(line.series.organisation),
                    "port_unlocode": line.series.organisation.unlocode or "",
                    "kpi_code": line.definition.indicator.code,
                    "definition_version": str(line.definition.version),
                    "period": code_of(point.period, line.series.year_start),
                    "value": "" if point.value is None else point.value,
                    "unit": line.unit,
                    "how": self.how,
                    "status": ", ".join(filter(None, [point.status, point.remark])),
                    "comment": point.note if point.value is not None else point.text,
                }


def compare(
    viewer: Viewer, series: Sequence[Series], below: Sequence[Series], asked: Mapping[str, Any]
) -> Comparison:
    """Return a comparison of these series, each over `below` of its organisation where that is asked."""
    found = Comparison(asked)
    chosen = series[:MOST_LINES]
    if len(series) > MOST_LINES:
        found.said.append(_too_many(series))
    mode = asked.get("mode", ABSOLUTE)
    under = _under(chosen, below) if mode == RATIO else {}
    lines = _lines(viewer, chosen, under, found)
    drawn = [lines[one.pk] for one in chosen]
    divisors = {one.pk: lines[one.pk] for one in under.values()}
    found.said += caveats(drawn, found.kind, list(divisors.values()))
    found.how = _("as reported")
    if mode == INDEXED:
        drawn = _indexed(drawn, found)
    elif mode == RATIO and "per" in asked:
        drawn = _quotients(drawn, under, lines, found)
    found.lines = drawn
    _add_band(viewer, chosen, mode, found)
    return found


def _too_many(series: Sequence[Series]) -> str:
    names = names_of(series)
    words = _(
        "%(most)s lines are drawn at most. Left out: %(who)s. Take the mark from others to see them."
    )
    left = ", ".join(names[one.pk] for one in series[MOST_LINES:])
    return words % {"most": MOST_LINES, "who": left}


def _under(chosen: Sequence[Series], below: Sequence[Series]) -> dict[UUID, Series]:
    """Return by series what it is divided by: the newest version at its organisation."""
    by_place = {one.organisation_id: one for one in below}
    return {
        one.pk: by_place[one.organisation_id] for one in chosen if one.organisation_id in by_place
    }


def _lines(
    viewer: Viewer, chosen: Sequence[Series], under: Mapping[UUID, Series], found: Comparison
) -> dict[UUID, Line]:
    """Return all lines over the kind of period that was asked for, or that the series share."""
    every = {one.pk: one for one in (*chosen, *under.values())}
    held = kinds_of(viewer, every)
    asked = found.asked
    kind = PeriodKind(asked["kind"]) if "kind" in asked else _shared_kind(chosen, held)
    found.kind = kind
    span = Span(
        since=asked.get("since"),
        until=asked.get("until"),
        most=min(MOST_PERIODS, MOST_CELLS // max(1, len(chosen))),
    )
    values = values_in(viewer, dict.fromkeys(every, kind), span)
    names = {one.pk: f"{one.organisation}: {one.definition.name}" for one in under.values()}
    names |= names_of(chosen)
    return {
        key: line_of(
            names[key], one, values[key], held[key][kind].count if kind in held[key] else 0
        )
        for key, one in every.items()
    }


def _shared_kind(chosen: Sequence[Series], held: Mapping[UUID, Kinds]) -> PeriodKind | None:
    """Return the kind of period that most of the series have, and of these the one with most values."""
    having = Counter(kind for one in chosen for kind in held[one.pk])
    most = max(having.values(), default=0)
    values: Counter[PeriodKind] = Counter()
    for one in chosen:
        values.update({kind: known.count for kind, known in held[one.pk].items()})
    return max(
        (kind for kind in PeriodKind if most and having[kind] == most),
        key=lambda kind: values[kind],
        default=None,
    )


def _indexed(lines: list[Line], found: Comparison) -> list[Line]:
    common = common_periods(lines)
    base = found.asked.get("base") or (common[0] if common else None)
    if base is None:
        found.said.append(_("There is no period for which all of them have a value."))
        return []
    found.how = _("%(period)s is 100.") % {"period": code_of(base)}
    found.said.append(found.how)
    done = [(line, indexed(line, base)) for line in lines]
    missing = [line.name for line, made in done if made is None]
    if missing:
        words = _("Left out, for want of a value in %(period)s: %(who)s.")
        found.said.append(words % {"period": code_of(base), "who": ", ".join(missing)})
    made = [made for _line, made in done if made]
    found.said += _about_rounding(made, _("Indexes are rounded to one decimal: ≈ says where."))
    return made


def _quotients(
    lines: list[Line],
    under: Mapping[UUID, Series],
    all_lines: Mapping[UUID, Line],
    found: Comparison,
) -> list[Line]:
    name = found.asked["per"]
    found.how = _("per %(kpi)s") % {"kpi": name}
    made = []
    for line in lines:
        divisor = under.get(line.series.pk)
        made.append(per(line, all_lines[divisor.pk] if divisor else None, name))
    found.said += _about_rounding(made, _("Quotients are rounded to four digits: ≈ says where."))
    return made


def _about_rounding(lines: Sequence[Line], words: str) -> list[str]:
    return [words] if any(point.is_rounded for line in lines for point in line.points) else []


def _add_band(viewer: Viewer, chosen: Sequence[Series], mode: str, found: Comparison) -> None:
    """Add the band of peers of one KPI as it is; say why there is none."""
    definitions = {one.definition_id: one.definition for one in chosen}
    if mode != ABSOLUTE or len(definitions) != 1:
        return
    periods = {point.period for line in found.lines for point in line.points}
    found.band = peer_band(viewer, next(iter(definitions.values())), periods)
    found.band_said = "" if found.band else why_none()
