"""Series beside each other: what compares is said, and nothing is ranked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exchange.kpis.charts.comparing import caveats, common_periods, indexed, name_of, per
from exchange.kpis.charts.lines import Line, extents, kinds_in, shown_of, usual_kind, values_in
from exchange.kpis.charts.peers import FEWEST, peer_band
from exchange.kpis.charts.picture import ABSOLUTE, INDEXED, RATIO, Band, Chart, line_of
from exchange.kpis.exporting import row_of
from exchange.kpis.forms import CompareForm, chosen_of, key_of
from exchange.kpis.models import Indicator, Observation, Series
from exchange.kpis.periods import PeriodKind, code_of
from exchange.kpis.texts import CODE
from exchange.kpis.views._reach import as_file
from exchange.partners.middleware import ViewedRequest

# Of each line so many periods are drawn unless a beginning is asked for.
DRAWN = 60


@dataclass
class Comparison:
    """What is drawn, one chart for each unit, and what has to be said beside it."""

    charts: list[Chart] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    kind: PeriodKind | None = None
    band_said: str = ""


@require_safe
def compare(request: ViewedRequest) -> HttpResponse:
    """Lay series side by side, as the address says."""
    viewer = request.viewer
    reported = Series.objects.visible_to(viewer).order_by().values("definition__indicator")
    named = Indicator.objects.visible_to(viewer).filter(pk__in=reported)
    codes = _codes(request)
    rows = Series.objects.visible_to(viewer).filter(definition__indicator__code__in=codes)
    series = list(rows.with_place().order_by("organisation__sort_key", "definition__version"))
    kpis = list(named.values_list("code", "name"))
    form = CompareForm(_with_own(request, series), kpis=kpis, series=series)
    asked = form.asked
    context = {
        "form": form,
        "asked": asked,
        "found": _comparison(request, series, asked) if asked.get("at") else None,
        "files": [
            (name.upper(), f"{reverse(f'kpis:compare_{name}')}?{request.GET.urlencode()}")
            for name in ("csv", "xlsx")
        ],
    }
    return render(request, "kpis/compare.html", context)


@require_safe
def values(request: ViewedRequest, format: str) -> HttpResponseBase:
    """Give the values that a comparison is of as a file: those that hold, as they are."""
    viewer = request.viewer
    codes = _codes(request)
    rows = Series.objects.visible_to(viewer).filter(definition__indicator__code__in=codes)
    series = list(rows.with_place().order_by("organisation__sort_key", "definition__version"))
    asked = {"at": request.GET.getlist("at")}
    chosen = {one.pk: one for one in chosen_of(series, asked, codes)}
    held = Observation.objects.visible_to(viewer).approved().filter(series__in=list(chosen))
    ordered = held.order_by("series", "first", "last").iterator(chunk_size=2000)
    return as_file((row_of(row, chosen[row.series_id]) for row in ordered), format, "compare")


def _codes(request: ViewedRequest) -> list[str]:
    """Return the codes that the address names, of those that can be codes."""
    named = [request.GET.get(name, "") for name in ("kpi", "also", "per")]
    return [code for code in named if CODE.fullmatch(code)]


def _with_own(request: ViewedRequest, series: Sequence[Series]) -> Any:
    """Return the address; one that names no organisation means the reader's own, where it reports."""
    data = request.GET.copy()
    if data.get("kpi") and not data.getlist("at"):
        own = [
            key_of(one)
            for one in series
            if one.definition.indicator.code == data["kpi"]
            and one.organisation_id == request.viewer.organisation_id
        ]
        data.setlist("at", own[:1])
    return data


def _comparison(
    request: ViewedRequest, series: Sequence[Series], asked: dict[str, Any]
) -> Comparison:
    codes = [asked[name] for name in ("kpi", "also") if name in asked]
    chosen = chosen_of(series, asked, codes)
    mode = asked.get("mode", ABSOLUTE)
    below = chosen_of(series, asked, [asked["per"]]) if mode == RATIO and "per" in asked else []
    lines, kind = _lines(request, chosen, below, asked)
    found = Comparison(kind=kind, said=caveats([lines[one.pk] for one in chosen], kind))
    drawn = [lines[one.pk] for one in chosen]
    if mode == INDEXED:
        drawn = _indexed(drawn, asked, found)
    elif mode == RATIO and below:
        drawn = [per(line, _below(line, below, lines), asked["per"]) for line in drawn]
        found.said.append(_("Quotients are rounded to four digits."))
    band = _band(request, chosen, drawn, mode, found)
    found.charts = _charts(drawn, mode, asked, band)
    return found


def _lines(
    request: ViewedRequest, chosen: list[Series], below: list[Series], asked: dict[str, Any]
) -> tuple[dict[UUID, Line], PeriodKind | None]:
    """Return the lines of all series over the kind of period that was asked for, or that they share."""
    every = {one.pk: one for one in (*chosen, *below)}
    found = extents(request.viewer, every)
    kind = PeriodKind(asked["kind"]) if "kind" in asked else _shared_kind(chosen, found)
    since, until = asked.get("since"), asked.get("until")
    wanted = {
        key: shown_of(found[key], kind, one.year_start, since=since, until=until, most=DRAWN)
        for key, one in every.items()
    }
    values = values_in(request.viewer, wanted)
    names = {one.pk: one for one in chosen}
    return {key: line_of(name_of(one, names), one, values[key]) for key, one in every.items()}, kind


def _shared_kind(chosen: Sequence[Series], found: dict[UUID, Any]) -> PeriodKind | None:
    """Return the kind of period that most of the series have, and of these the one with most values."""
    having: Counter[PeriodKind] = Counter()
    values: Counter[PeriodKind] = Counter()
    for one in chosen:
        kinds = kinds_in(found[one.pk], one.year_start)
        having.update(kinds.keys())
        values.update(kinds)
    most = max(having.values(), default=0)
    return usual_kind({kind: values[kind] for kind in having if having[kind] == most})


def _indexed(lines: list[Line], asked: dict[str, Any], found: Comparison) -> list[Line]:
    common = common_periods(lines)
    base = asked.get("base") or (common[0] if common else None)
    if base is None:
        found.said.append(_("There is no period for which all of them have a value."))
        return []
    done = [(line, indexed(line, base)) for line in lines]
    found.said.append(_("%(period)s is 100.") % {"period": code_of(base)})
    missing = [line.name for line, made in done if made is None]
    if missing:
        words = _("Left out, for want of a value in %(period)s: %(who)s.")
        found.said.append(words % {"period": code_of(base), "who": ", ".join(missing)})
    return [made for _line, made in done if made]


def _below(line: Line, below: Sequence[Series], lines: dict[UUID, Line]) -> Line | None:
    same = [one for one in below if one.organisation_id == line.series.organisation_id]
    return lines[same[-1].pk] if same else None


def _band(
    request: ViewedRequest,
    chosen: Sequence[Series],
    drawn: Sequence[Line],
    mode: str,
    found: Comparison,
) -> list[Band]:
    """Return the band of peers of one KPI as it is; say why there is none."""
    definitions = {one.definition_id: one.definition for one in chosen}
    if mode != ABSOLUTE or len(definitions) != 1:
        return []
    periods = {point.period for line in drawn for point in line.points}
    own = set(request.viewer.roles)
    band = peer_band(request.viewer, next(iter(definitions.values())), periods, own)
    if not band:
        found.band_said = _(
            "No band of peers: it takes %(fewest)s other organisations that measure as defined and "
            "agreed to count."
        ) % {"fewest": FEWEST}
    return band


def _charts(
    drawn: Sequence[Line], mode: str, asked: dict[str, Any], band: Sequence[Band]
) -> list[Chart]:
    """Return a chart for each unit: two units share no axis."""
    units = dict.fromkeys(line.unit for line in drawn)
    return [
        Chart(
            title=", ".join(
                dict.fromkeys(line.definition.name for line in drawn if line.unit == unit)
            ),
            unit=unit,
            lines=[line for line in drawn if line.unit == unit],
            file=f"compare-{asked['kpi']}-{number}",
            kind=asked.get("picture", "line"),
            mode=mode,
            band=band,
        )
        for number, unit in enumerate(units, start=1)
    ]
