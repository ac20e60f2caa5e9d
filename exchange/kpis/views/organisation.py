"""What an organisation reports, each series as a small picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exchange.audiences.viewer import Viewer
from exchange.kpis import policies
from exchange.kpis.charts.lines import Line, Point, Span, kinds_of, usual_kind, values_in
from exchange.kpis.charts.picture import line_of
from exchange.kpis.charts.spark import Spark, spark
from exchange.kpis.charts.summary import summary_of
from exchange.kpis.models import Series
from exchange.kpis.periods import PeriodKind
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

# Of each series so many of the latest values are drawn small, with so many sentences, and so many
# series on a page.
DRAWN, TOLD, PAGE_SIZE = 60, 2, 18


@dataclass(frozen=True)
class Small:
    """A series as a small picture, with the words that say the same."""

    series: Series
    kind: PeriodKind | None
    line: Line
    picture: Spark | None
    summary: list[str]


@require_safe
def organisation(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show the series of an organisation that the reader may see."""
    viewer = request.viewer
    shown = get_object_or_404(Organisation.objects.visible_to(viewer), pk=pk)
    rows = Series.objects.visible_to(viewer).of(shown).with_place()
    ordered = rows.order_by(
        "definition__indicator__topic__sort", "definition__indicator__sort_key", "pk"
    )
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "organisation": shown,
        "page": page,
        "smalls": smalls_of(viewer, list(page)),
        "can_keep": policies.can_keep(viewer, shown),
        "can_enter": policies.can_enter(viewer, shown),
    }
    return render(request, "kpis/organisation.html", context)


def smalls_of(viewer: Viewer, series: Sequence[Series]) -> list[Small]:
    """Return series as small pictures, each over the kind of period that it has most of; three queries."""
    held = kinds_of(viewer, [one.pk for one in series])
    kinds = {one.pk: usual_kind(held[one.pk]) for one in series}
    values = values_in(viewer, kinds, Span(most=DRAWN))
    return [_small(one, kinds[one.pk], values[one.pk]) for one in series]


def _small(series: Series, kind: PeriodKind | None, points: Sequence[Point]) -> Small:
    """Return the latest values of a series, of the kind of period that it has most of."""
    line = line_of(str(series.organisation), series, points)
    return Small(series, kind, line, spark(line.points), summary_of(line, 1, TOLD))
