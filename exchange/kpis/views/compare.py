"""Series beside each other: what compares is said, and nothing is ranked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exchange.common.text import sort_key
from exchange.kpis.charts.comparison import COLUMNS, Comparison
from exchange.kpis.charts.comparison import compare as laid_out
from exchange.kpis.charts.picture import RATIO
from exchange.kpis.forms import CompareForm, key_of
from exchange.kpis.models import Indicator, Series
from exchange.kpis.texts import CODE
from exchange.kpis.views._reach import as_file
from exchange.partners.middleware import ViewedRequest

# So many organisations are offered at once, and so many names of an address looked up.
OFFERED, MOST_NAMED = 24, 50


@require_safe
def compare(request: ViewedRequest) -> HttpResponse:
    """Lay series side by side, as the address says."""
    series = _named(request)
    form = _form(request, series)
    asked = form.asked
    context = {
        "form": form,
        "asked": asked,
        "unknown": form.unknown,
        "found": _comparison(request, series, asked) if asked.get("at") else None,
        "downloads": [
            (name.upper(), f"{reverse(f'kpis:compare_{name}')}?{request.GET.urlencode()}")
            for name in ("csv", "xlsx")
        ],
    }
    return render(request, "kpis/compare.html", context)


@require_safe
def values(request: ViewedRequest, format: str) -> HttpResponseBase:
    """Give what a comparison draws as a file; of a workbook the second sheet says what is said of it."""
    series = _named(request)
    found = _comparison(request, series, _form(request, series).asked)
    notes = [[_("Before you compare")], *([words] for words in found.said)]
    return as_file(found.rows(), format, "compare", columns=COLUMNS, notes=notes)


def _form(request: ViewedRequest, series: Sequence[Series]) -> CompareForm:
    viewer = request.viewer
    reported = Series.objects.visible_to(viewer).order_by()
    places = {one.organisation_id for one in series}
    of_it = reported.filter(definition__indicator=OuterRef("pk"))
    there = Exists(of_it.filter(organisation__in=places))
    kpis = Indicator.objects.visible_to(viewer).filter(Exists(of_it)).annotate(is_there=there)
    data = request.GET.copy()
    if not data.getlist("at"):
        data.setlist("at", list(dict.fromkeys(key_of(one) for one in series)))
    named = list(kpis.values_list("code", "name", "is_there"))
    return CompareForm(data, kpis=named, series=series, offered=_offered(request))


def _named(request: ViewedRequest) -> list[Series]:
    """Return the series that the address names; one without organisations means the reader's own."""
    rows = Series.objects.visible_to(request.viewer)
    rows = rows.filter(definition__indicator__code__in=_codes(request, "kpi", "also", "per"))
    if places := [one for one in request.GET.getlist("at") if "\0" not in one][:MOST_NAMED]:
        keys = [key for key in map(_key_or_none, places) if key]
        rows = rows.filter(Q(organisation__unlocode__in=places) | Q(organisation__in=keys))
    else:
        rows = rows.filter(organisation=request.viewer.organisation_id)
    return list(rows.with_place().order_by("organisation__sort_key", "definition__version", "pk"))


def _offered(request: ViewedRequest) -> list[tuple[str, str]]:
    """Return organisations that report the KPIs of the address: key and name, as `who` narrows them."""
    rows = Series.objects.visible_to(request.viewer)
    rows = rows.filter(definition__indicator__code__in=_codes(request, "kpi", "also"))
    if who := sort_key(request.GET.get("who", "")[:100].replace("\0", "")):
        rows = rows.filter(organisation__sort_key__contains=who)
    names = (
        "organisation__sort_key",
        "organisation__unlocode",
        "organisation",
        "organisation__name",
    )
    found = rows.order_by(*names).values_list(*names).distinct()[:OFFERED]
    return [(unlocode or str(key), name) for _sort, unlocode, key, name in found]


def _codes(request: ViewedRequest, *names: str) -> list[str]:
    """Return the codes that the address names, of those that can be codes."""
    named = [request.GET.get(name, "") for name in names]
    return [code for code in named if CODE.fullmatch(code)]


def _key_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _comparison(
    request: ViewedRequest, series: Sequence[Series], asked: dict[str, Any]
) -> Comparison:
    wanted = dict.fromkeys(asked[name] for name in ("kpi", "also") if name in asked)
    places = set(asked.get("at", []))
    there = [one for one in series if key_of(one) in places]
    chosen = [one for code in wanted for one in there if one.definition.indicator.code == code]
    per = asked.get("per") if asked.get("mode") == RATIO else None
    below = [one for one in there if one.definition.indicator.code == per]
    return laid_out(request.viewer, chosen, below, asked)
