"""What an organisation reports, each series as a small picture."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exchange.kpis import policies
from exchange.kpis.charts.lines import Line, approved_values, kinds_in, usual_kind
from exchange.kpis.charts.picture import line_of
from exchange.kpis.charts.spark import Spark, spark
from exchange.kpis.charts.summary import summary_of
from exchange.kpis.models import Observation, Series
from exchange.kpis.periods import Period, PeriodKind, kind_of
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

# Of each series so many of the latest values are drawn small.
DRAWN = 60
PAGE_SIZE = 60


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
    series = list(
        rows.order_by("definition__indicator__topic__sort", "definition__indicator__sort_key")
    )
    values: dict[UUID, list[Observation]] = defaultdict(list)
    for row in approved_values(viewer, [one.pk for one in series]):
        values[row.series_id].append(row)
    context = {
        "organisation": shown,
        "smalls": [small_of(one, values[one.pk]) for one in series],
        "can_keep": policies.can_keep(viewer, shown),
        "can_enter": policies.can_enter(viewer, shown),
    }
    return render(request, "kpis/organisation.html", context)


def small_of(series: Series, rows: list[Observation]) -> Small:
    """Return the latest values of a series, of the kind of period that it has most of."""
    kind = usual_kind(kinds_in(rows, series.year_start))
    chosen = [
        row for row in rows if kind_of(Period(row.first, row.last), series.year_start) == kind
    ][-DRAWN:]
    line = line_of(str(series.organisation), series, chosen)
    return Small(series, kind, line, spark(line.points), summary_of(line, 1))
