"""The catalogue: which indicators, and in which order."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from exchange.audiences.viewer import Viewer
from exchange.common.text import sort_key, words_of
from exchange.kpis.models import Indicator, Series
from exchange.kpis.models.indicator import IndicatorQuerySet

MOST_WORDS = 8
SAID = ("question", "formula", "inclusions", "boundary")
ORDERS = {
    "": ("sort_key", "pk"),
    "code": ("code",),
    "reported": ("-reporting", "sort_key", "pk"),
}


def narrowed(viewer: Viewer, chosen: Mapping[str, str]) -> IndicatorQuerySet:
    """Return the indicators that the viewer may see, filtered and sorted as `chosen` says.

    Each word of `q` is in the name, the code, or what the definition in use says. `reporting` counts the organisations
    whose series the viewer may see.
    """
    seen: IndicatorQuerySet = Indicator.objects.visible_to(viewer)
    found: Any = seen
    words = words_of(chosen.get("q", "").replace("_", " "))
    if chosen.get("q") and not words:
        return seen.none()
    for word in words[:MOST_WORDS]:
        said = Q(sort_key__contains=sort_key(word)) | Q(code__contains=word.casefold())
        for name in SAID:
            said |= Q(**{f"current__{name}__icontains": word})
        found = found.filter(said)
    if theme := chosen.get("theme"):
        found = found.filter(Q(topic=theme) | Q(topic__parent=theme))
    if direction := chosen.get("direction"):
        found = found.filter(current__direction=direction)
    found = found.annotate(reporting=_reporting(viewer))
    if chosen.get("whose") == "any":
        found = found.filter(reporting__gt=0)
    if chosen.get("whose") == "mine":
        mine = Series.objects.visible_to(viewer).filter(organisation__in=list(viewer.roles))
        found = found.filter(pk__in=mine.order_by().values("definition__indicator"))
    ordered: IndicatorQuerySet = found.order_by(*ORDERS.get(chosen.get("sort", ""), ORDERS[""]))
    return ordered


def _reporting(viewer: Viewer) -> Any:
    rows: QuerySet[Any] = (
        Series.objects.visible_to(viewer)
        .filter(definition__indicator=OuterRef("pk"))
        .order_by()
        .values("definition__indicator")
        .annotate(number=Count("organisation", distinct=True))
        .values("number")
    )
    return Coalesce(Subquery(rows, output_field=IntegerField()), Value(0))
