from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from exchange.common import markdown
from exchange.partners import world
from exchange.partners.forms import REGIONS, FindForm
from exchange.partners.labels import labelled
from exchange.partners.middleware import CHOSEN, ViewedRequest
from exchange.partners.models import Organisation
from exchange.partners.models.organisation import OrganisationQuerySet
from exchange.partners.policies import can_coordinate, can_see_members
from exchange.partners.views._reach import members_of, own_organisation, panels, shown_of

PAGE_SIZE = 25


@require_safe
def organisations(request: ViewedRequest) -> HttpResponse:
    """List every organisation, or show them on the map, narrowed and in the order asked for."""
    every = Organisation.objects.visible_to(request.viewer)
    countries = every.exclude(country="").order_by().values_list("country", flat=True).distinct()
    form = FindForm(request.GET, countries=countries)
    asked = form.asked
    narrow = {name: asked[name] for name in ("q", "kind", "country", "part") if name in asked}
    found = every.narrowed(**narrow).sorted_by(asked.get("sort", ""))
    context = {"form": form, "narrowed": bool(narrow), "view": asked.get("view", "")}
    if asked.get("view") == "map":
        context |= _map(found, asked.get("region", "world"), request.viewer.organisation_id)
        return render(request, "partners/organisation_map.html", context)
    context["page"] = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "partners/organisation_list.html", context)


def _map(found: OrganisationQuerySet, region: str, own: UUID | None) -> dict[str, Any]:
    """Return what the map shows: partners first, so that they are there when it is full.

    `own` is the organisation that stands out, where it is on the map.
    """
    shown = list(found.order_by("-is_partner", "sort_key")[: world.MOST])
    part = world.FRAMES[region]
    points = labelled(world.points(shown, part), part)
    return {
        "frame_of_map": part,
        "points": points,
        "own": own if any(point.organisation.pk == own for point in points) else None,
        "unplaced": [one for one in shown if one.latitude is None],
        "more": max(0, found.count() - len(shown)),
        "region": region,
        "regions": [(key or "world", label) for key, label in REGIONS],
    }


@require_safe
def organisation(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show an organisation, what the slices know of it, and to its own people its members."""
    viewer = request.viewer
    shown = get_object_or_404(Organisation.objects.visible_to(viewer), pk=pk)
    own = can_see_members(viewer, shown)
    context = {
        "organisation": shown,
        "panels": panels(request, "organisation", shown),
        "is_own": own,
        "members": members_of(request, shown) if own else [],
        "people": [] if own else shown_of(request, shown),
        "about": markdown.render(shown.about) if shown.about else "",
        "can_coordinate": can_coordinate(viewer, shown),
    }
    return render(request, "partners/organisation_detail.html", context)


@login_required
@require_POST
def write_for(request: ViewedRequest) -> HttpResponse:
    """Choose the organisation the person writes for, and go back to where they were."""
    try:
        chosen = own_organisation(request, UUID(request.POST.get("organisation", "")))
    except ValueError:
        chosen = get_object_or_404(Organisation.objects.visible_to(request.viewer).none())
    request.session[CHOSEN] = str(chosen.pk)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = resolve_url("home")
    return HttpResponseRedirect(target)
