"""A series: its picture, its values, and how each of them came about."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from exchange.audiences.choosing import who_reads
from exchange.common.forms import OnceForm
from exchange.kpis import policies
from exchange.kpis.charts.lines import Band, Point, Span, kinds_of, usual_kind, values_in
from exchange.kpis.charts.peers import peer_band, why_none
from exchange.kpis.charts.picture import Chart, line_of
from exchange.kpis.exporting import row_of
from exchange.kpis.forms import ShownForm
from exchange.kpis.models import Observation, Series, Target
from exchange.kpis.periods import PeriodKind, label_of
from exchange.kpis.views._reach import as_file, named_period, visible_series
from exchange.partners.middleware import ViewedRequest

FORMATS = ("csv", "xlsx")


@require_safe
def series(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show a series: picture, summary and table of its values of one kind of period."""
    viewer = request.viewer
    found = visible_series(request, pk)
    held = kinds_of(viewer, [found.pk])[found.pk]
    kinds = {kind: one.count for kind, one in held.items()}
    form = ShownForm(request.GET, kinds=kinds, year_start=found.year_start)
    asked = form.asked
    kind = PeriodKind(asked["kind"]) if "kind" in asked else usual_kind(held)
    span = Span(since=asked.get("since"), until=asked.get("until"))
    points = values_in(viewer, {found.pk: kind}, span)[found.pk]
    band = peer_band(viewer, found.definition, [point.period for point in points])
    targets = list(Target.objects.visible_to(viewer).filter(series=found))
    for target in targets:
        target.series = found
    own = found.organisation_id in viewer.roles
    waiting = Observation.objects.visible_to(viewer).waiting().filter(series=found)
    context = {
        "series": found,
        "definition": found.definition,
        "indicator": found.definition.indicator,
        "form": form,
        "kind": kind,
        "kinds": kinds,
        "chart": chart_of(found, points, kinds.get(kind, 0) if kind else 0, targets, band, asked),
        "band_said": why_none() if points and not band and viewer.takes_part else "",
        "files": [
            (format.upper(), reverse(f"kpis:{format}", args=[found.pk])) for format in FORMATS
        ],
        "targets": targets,
        "readers": who_reads(found.audience, viewer) if own else "",
        "waiting": waiting.count() if own else 0,
        "can_keep": policies.can_keep(viewer, found.organisation),
        "can_enter": policies.can_enter(viewer, found.organisation),
    }
    return render(request, "kpis/series.html", context)


def chart_of(
    series: Series,
    points: Sequence[Point],
    held: int,
    targets: Sequence[Target],
    band: Sequence[Band],
    asked: dict[str, Any],
) -> Chart:
    """Return the picture of some of the `held` values of one series."""
    return Chart(
        title=str(series),
        unit=series.definition.unit,
        lines=[line_of(str(series.organisation), series, points, held)],
        file=f"{series.organisation.unlocode or series.organisation_id}-{series.definition.indicator.code}",
        kind=asked.get("picture", "line"),
        targets=targets,
        band=band,
        year_start=series.year_start,
    )


@require_safe
def values(request: ViewedRequest, pk: UUID, format: str) -> HttpResponseBase:
    """Give all values that hold of a series as a file; it can be imported again."""
    found = visible_series(request, pk)
    held = Observation.objects.visible_to(request.viewer).approved().filter(series=found)
    rows = (row_of(row, found) for row in held.order_by("first", "last").iterator(chunk_size=2000))
    name = (
        f"{found.organisation.unlocode or found.organisation_id}-{found.definition.indicator.code}"
    )
    return as_file(rows, format, name)


@require_safe
def history(request: ViewedRequest, pk: UUID, period: str) -> HttpResponse:
    """Show how the value of one period came about: every revision that the reader may see."""
    found = visible_series(request, pk)
    named = named_period(found, period)
    rows = Observation.objects.visible_to(request.viewer).filter(series=found)
    revisions = list(
        rows.filter(first=named.first, last=named.last)
        .select_related("submitted_by", "decided_by", "batch")
        .order_by("-revision")
    )
    if not revisions:
        raise Http404
    own = found.organisation_id in request.viewer.roles
    context = {
        "series": found,
        "definition": found.definition,
        "indicator": found.definition.indicator,
        "period": label_of(named, found.year_start),
        "code": revisions[0].period,
        "revisions": revisions,
        "own": own,
        "can_enter": policies.can_enter(request.viewer, found.organisation),
        "press": OnceForm(),
    }
    return render(request, "kpis/history.html", context)
