"""The list of agreements: which of them, and in which order."""

from collections.abc import Mapping

from django.db.models import F, Q

from exchange.agreements.models import Agreement, Party
from exchange.agreements.models.agreement import AgreementQuerySet
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.text import sort_key
from exchange.partners.models import Organisation


def narrowed(viewer: Viewer, chosen: Mapping[str, str]) -> AgreementQuerySet:
    """Return the agreements that the viewer may see, filtered and sorted as `chosen` says.

    `q` is found in titles and in the names and codes of confirmed parties.
    """
    found: AgreementQuerySet = Agreement.objects.visible_to(viewer)
    if words := chosen.get("q"):
        named = Organisation.objects.visible_to(viewer).matching(words)
        parties = Party.objects.visible_to(viewer).confirmed().order_by()
        with_it = parties.filter(organisation__in=named.values("pk")).values("agreement")
        found = found.filter(Q(sort_key__contains=sort_key(words.strip())) | Q(pk__in=with_it))
    if chosen.get("whose") == "mine":
        found = found.of_parties(list(viewer.roles))
    if status := chosen.get("status"):
        found = found.in_status(status, time.now().date())
    if kind := chosen.get("kind"):
        found = found.filter(kind=kind)
    return found.order_by(*ORDERS.get(chosen.get("sort", ""), ORDERS[""]))


ORDERS = {
    "": ("sort_key", "pk"),
    "newest": ("-created_at", "-pk"),
    "ends": (F("current_term__last_day").asc(nulls_last=True), "sort_key", "pk"),
}
