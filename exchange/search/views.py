from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.common.buttons import press
from exchange.common.text import find_unstorable
from exchange.partners.middleware import ViewedRequest
from exchange.search import service
from exchange.search.bookkeeping import MOST, forget_searches, note_search
from exchange.search.correction import corrected
from exchange.search.facets import chosen_of, facets_of, orders_of, told
from exchange.search.forms import LONGEST, ForgetForm, Labels, SearchForm
from exchange.search.models import RecentSearch
from exchange.search.suggestions import Suggestions
from exchange.search.suggestions import suggest as suggestions_for

PAGE_SIZE = 20


@require_safe
def search(request: ViewedRequest) -> HttpResponse:
    """Show what the viewer finds; what cannot be in an address is answered with 400 and a reason.

    Past the last page it is the last, as in every list."""
    labels = Labels(request.viewer)
    form = SearchForm(request.GET, labels=labels)
    address = _carried_on(request.GET, form)
    if not form.is_valid():
        context = {"form": form, "chosen": chosen_of(address, labels), "clear": form.cleared}
        return render(request, "search/search.html", context, status=400)
    query = form.query(PAGE_SIZE, zone=request.viewer.timezone)
    found = service.search(request.viewer, query)
    pages = Paginator(range(found.total), PAGE_SIZE)
    if found.page > pages.num_pages:
        found = service.search(request.viewer, replace(query, page=pages.num_pages))
    better = "" if found.full else corrected(request.viewer, query.text, found.unknown)
    # What is misspelt is not worth coming back to.
    if query.text and not better and request.method == "GET" and "page" not in request.GET:
        note_search(request.viewer, form.asked)
    context = {
        "form": form,
        "found": found,
        "facets": facets_of(found.facets, address, labels),
        "chosen": chosen_of(address, labels),
        "orders": orders_of(address, query),
        "clear": form.cleared,
        "better": better,
        "recent": [] if query.text else _recent(request, labels),
        "forget": ForgetForm(auto_id=False),
        "page": pages.get_page(found.page),
    }
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: ViewedRequest) -> JsonResponse:
    """Answer what the viewer may see that begins like `q`: titles to search, leads to follow."""
    text = request.GET.get("q", "")
    can_be_asked = len(text) <= LONGEST and not find_unstorable(text)
    found = suggestions_for(request.viewer, text) if can_be_asked else Suggestions()
    leads = [{"label": lead.label, "url": lead.url} for lead in found.leads]
    return JsonResponse({"suggestions": found.titles, "leads": leads})


@login_required
@require_POST
def forget(request: ViewedRequest) -> HttpResponse:
    """Forget one of one's searches, or all."""
    form, viewer = ForgetForm(request.POST), request.viewer
    press(
        request,
        form,
        lambda: forget_searches(viewer, form.cleaned_data["search"]),
        _("Forgotten."),
        owner=viewer.owner_key,
    )
    return redirect("search:search")


def _carried_on(given: QueryDict, form: SearchForm) -> QueryDict:
    """Return the address as its links carry it on: without what is empty, or an order that is none."""
    address = given.copy()
    for name, values in given.lists():
        address.setlist(name, [value for value in values if value])
    if "sort" in form.errors:
        del address["sort"]
    return address


def _recent(request: ViewedRequest, labels: Labels) -> list[dict[str, Any]]:
    """Return the person's last searches, each with its words, its link and what names it."""
    return [
        {"pk": row.pk, "text": row.text, "url": row.address, "label": told(row.asked, labels)}
        for row in RecentSearch.objects.for_viewer(request.viewer)[:MOST]
    ]
