from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from exchange.common.providers import panels_for
from exchange.partners.forms import FindForm
from exchange.partners.middleware import CHOSEN, ViewedRequest
from exchange.partners.models import Organisation
from exchange.partners.policies import can_coordinate, can_see_members
from exchange.partners.views._reach import members_of, own_organisation

PAGE_SIZE = 25


@require_safe
def organisations(request: ViewedRequest) -> HttpResponse:
    """List every organisation by name, narrowed by words and kind."""
    form = FindForm(request.GET)
    found = Organisation.objects.visible_to(request.viewer)
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("q"):
        found = found.matching(asked["q"])
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "narrowed": any(asked.values())}
    return render(request, "partners/organisation_list.html", context)


@require_safe
def organisation(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show an organisation, what the slices know of it, and to its own people its members."""
    viewer = request.viewer
    shown = get_object_or_404(Organisation.objects.visible_to(viewer), pk=pk)
    panels = [
        render_to_string(panel.template, {**panel.context, "panel": panel.context}, request)
        for panel in panels_for("organisation", viewer, shown)
    ]
    own = can_see_members(viewer, shown)
    context = {
        "organisation": shown,
        "panels": panels,
        "is_own": own,
        "members": members_of(request, shown) if own else [],
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
