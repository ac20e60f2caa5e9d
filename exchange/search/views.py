from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.partners.middleware import ViewedRequest
from exchange.search import service
from exchange.search.facets import chosen_of, facets_of, orders_of
from exchange.search.forms import LONGEST, Labels, SearchForm

PAGE_SIZE = 20


@require_safe
def search(request: ViewedRequest) -> HttpResponse:
    """Show what the viewer finds; what cannot be in an address is answered with 400 and a reason."""
    labels = Labels(request.viewer)
    form = SearchForm(request.GET, labels=labels)
    if not form.is_valid():
        return render(request, "search/search.html", {"form": form}, status=400)
    query = form.query(PAGE_SIZE)
    found = service.search(request.viewer, query)
    pages = Paginator(range(found.total), PAGE_SIZE)
    if found.page > pages.num_pages:
        raise Http404
    context = {
        "form": form,
        "found": found,
        "facets": facets_of(found.facets, request.GET, labels),
        "chosen": chosen_of(request.GET, labels),
        "orders": orders_of(request.GET, query),
        "clear": form.cleared,
        "page": pages.page(found.page),
    }
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: ViewedRequest) -> JsonResponse:
    """Answer titles the viewer may see, as a list, for what stands in `q`."""
    text = request.GET.get("q", "")
    titles = service.suggest(request.viewer, text) if len(text) <= LONGEST else []
    return JsonResponse({"suggestions": titles})
