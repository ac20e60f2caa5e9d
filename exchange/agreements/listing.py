"""The list of agreements: which of them, and in which order."""

from collections.abc import Mapping

from django.db.models import Exists, F, OuterRef, Q

from exchange.agreements.models import Agreement, Party
from exchange.agreements.models.agreement import AgreementQuerySet
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.text import sort_key, words_of
from exchange.partners.models import Organisation

MOST_WORDS = 8


def narrowed(viewer: Viewer, chosen: Mapping[str, str]) -> AgreementQuerySet:
    """Return the agreements that the viewer may see, filtered and sorted as `chosen` says.

    Each word of `q` is in the title, or in the name or code of a confirmed party.
    """
    found: AgreementQuerySet = Agreement.objects.visible_to(viewer)
    parties = Party.objects.visible_to(viewer).confirmed().order_by()
    words = words_of(chosen.get("q", ""))
    if chosen.get("q") and not words:
        return found.none()
    for word in words[:MOST_WORDS]:
        named = Organisation.objects.visible_to(viewer).matching(word)
        with_it = parties.filter(organisation__in=named.values("pk")).values("agreement")
        found = found.filter(Q(sort_key__contains=sort_key(word)) | Q(pk__in=with_it))
    if chosen.get("whose") == "mine":
        found = found.of_parties(list(viewer.roles))
    if status := chosen.get("status"):
        found = found.in_status(status, time.now().date())
    if kind := chosen.get("kind"):
        found = found.filter(kind=kind)
    mine = parties.of(list(viewer.roles)).filter(agreement=OuterRef("pk"))
    order = ORDERS.get(chosen.get("sort", ""), ORDERS[""])
    return found.annotate(is_mine=Exists(mine)).order_by(*order)


ORDERS = {
    "": ("-is_mine", "sort_key", "pk"),
    "newest": ("-created_at", "-pk"),
    "ends": (F("current_term__last_day").asc(nulls_last=True), "sort_key", "pk"),
}
