"""The list of agreements."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.agreements.forms import ListForm
from exchange.agreements.listing import narrowed
from exchange.agreements.models import Party
from exchange.audiences.viewer import Role
from exchange.partners.middleware import ViewedRequest

PAGE_SIZE = 25


@require_safe
def agreements(request: ViewedRequest) -> HttpResponse:
    """List the agreements that the reader may see, filtered and sorted as the address says."""
    viewer = request.viewer
    form = ListForm(request.GET, viewer=viewer)
    chosen = form.chosen
    found = narrowed(viewer, chosen).with_shown()
    asked = Party.objects.visible_to(viewer).asked_of(viewer).select_related("organisation")
    context = {
        "form": form,
        "chosen": chosen,
        "narrowed": {name: value for name, value in chosen.items() if name != "sort"},
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "asked": asked.order_by("proposed_at"),
        "can_register": viewer.is_person and bool(viewer.organisations_as(Role.COORDINATOR)),
    }
    return render(request, "agreements/agreement_list.html", context)
