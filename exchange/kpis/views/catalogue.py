"""The catalogue of indicators, and one of them."""

from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.audiences.viewer import Role
from exchange.kpis import policies
from exchange.kpis.charts.lines import kinds_of
from exchange.kpis.forms import CatalogueForm
from exchange.kpis.listing import narrowed
from exchange.kpis.models import Definition, Indicator, Observation, Series
from exchange.kpis.views._reach import written_for
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

PAGE_SIZE = 50


@require_safe
def catalogue(request: ViewedRequest) -> HttpResponse:
    """List the indicators that the reader may see, filtered and sorted as the address says."""
    viewer = request.viewer
    form = CatalogueForm(request.GET, viewer=viewer)
    chosen = form.chosen
    found = narrowed(viewer, chosen).with_shown().with_open_proposals()
    context = {
        "form": form,
        "chosen": chosen,
        "narrowed": {name: value for name, value in chosen.items() if name != "sort"},
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "own": viewer.organisation_id if viewer.is_person else None,
        "can_propose": viewer.is_person and bool(viewer.organisations_as(Role.COORDINATOR)),
    }
    return render(request, "kpis/catalogue.html", context)


@require_safe
def indicator(request: ViewedRequest, code: str) -> HttpResponse:
    """Show an indicator: what it means, in which versions, and who reports it."""
    viewer = request.viewer
    found = visible_indicator(request, code)
    held = Observation.objects.visible_to(viewer).approved().filter(series=OuterRef("pk"))
    reported = Series.objects.visible_to(viewer).filter(definition__indicator=found)
    latest = Subquery(held.order_by("-first", "-last").values("period")[:1])
    ordered = reported.select_related("organisation").annotate(latest=latest)
    page = Paginator(
        ordered.order_by("organisation__sort_key", "definition__version", "pk"), PAGE_SIZE
    ).get_page(request.GET.get("page"))
    kinds = kinds_of(viewer, [one.pk for one in page])
    # After the series: each follows one of them.
    versions = list(Definition.objects.visible_to(viewer).filter(indicator=found))
    by_key = {version.pk: version for version in versions}
    for one in page:
        one.definition = by_key[one.definition_id]
    shown = _asked_version(request, versions) or found.current or versions[0]
    context = {
        "indicator": found,
        "shown": shown,
        "versions": versions,
        "page": page,
        "series": [(one, sum(held.count for held in kinds[one.pk].values())) for one in page],
        "begins": _may_begin(request, found),
        "proposer": _proposing(request) if found.current_id else None,
    }
    return render(request, "kpis/indicator.html", context)


def visible_indicator(request: ViewedRequest, code: str) -> Indicator:
    """Return an indicator with what its page shows; 404 for whoever does not see it."""
    rows = Indicator.objects.visible_to(request.viewer).called(code).with_shown()
    found: Indicator | None = rows.first()
    if found is None:
        raise Http404
    return found


def _asked_version(request: ViewedRequest, versions: list[Definition]) -> Definition | None:
    asked = request.GET.get("version")
    return next((one for one in versions if str(one.version) == asked), None)


def _may_begin(request: ViewedRequest, indicator: Indicator) -> Organisation | None:
    """Return the organisation for which the reader may begin to report it now."""
    own = written_for(request)
    if not (own and policies.can_keep(request.viewer, own) and policies.is_listed(indicator)):
        return None
    seen = Series.objects.visible_to(request.viewer).of(own)
    return None if seen.filter(definition=indicator.current_id).exists() else own


def _proposing(request: ViewedRequest) -> Organisation | None:
    """Return the organisation for which the reader may propose another definition."""
    own = written_for(request)
    return own if own and policies.can_propose(request.viewer, own) else None
