"""The catalogue of indicators, and one of them."""

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.audiences.viewer import Role
from exchange.kpis import policies
from exchange.kpis.choices import State
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
    found = narrowed(viewer, chosen).with_shown()
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
    versions = list(Definition.objects.visible_to(viewer).filter(indicator=found))
    held = Observation.objects.visible_to(viewer).approved().filter(series=OuterRef("pk"))
    reported = Series.objects.visible_to(viewer).filter(definition__indicator=found)
    series = list(
        reported.with_place()
        .annotate(
            values_held=Count("observations", filter=Q(observations__state=State.APPROVED)),
            latest=Subquery(held.order_by("-last", "first").values("period")[:1]),
        )
        .order_by("organisation__sort_key")
    )
    shown = _asked_version(request, versions) or found.current or versions[0]
    context = {
        "indicator": found,
        "shown": shown,
        "versions": versions,
        "series": series,
        "begins": _may_begin(request, found, series),
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


def _may_begin(
    request: ViewedRequest, indicator: Indicator, series: list[Series]
) -> Organisation | None:
    """Return the organisation for which the reader may begin to report it now."""
    own = written_for(request)
    has = {one.organisation_id for one in series if one.definition_id == indicator.current_id}
    may = own is not None and policies.can_keep(request.viewer, own)
    return own if own and may and policies.is_listed(indicator) and own.pk not in has else None


def _proposing(request: ViewedRequest) -> Organisation | None:
    """Return the organisation for which the reader may propose another definition."""
    own = written_for(request)
    return own if own and policies.can_propose(request.viewer, own) else None
