"""Whose eyes an address of a calendar has."""

from exchange.agreements.models import Agreement, CalendarAddress
from exchange.audiences.viewer import Viewer
from exchange.partners import tokens
from exchange.partners.viewers import viewer_of


def calendar_at(token: str) -> tuple[Agreement | None, Viewer] | None:
    """Return what the address opens, and its person as they are now; None when it opens nothing.

    So it is when nobody has it, when the account is closed, and when the agreement is out of sight.
    """
    rows = CalendarAddress.objects.filter(token_digest=tokens.digest(token), user__is_active=True)
    found = rows.select_related("user").first()
    if found is None:
        return None
    viewer = viewer_of(found.user)
    if found.agreement_id is None:
        return None, viewer
    seen = Agreement.objects.visible_to(viewer).at_home(viewer)
    agreement = seen.filter(pk=found.agreement_id).first()
    return (agreement, viewer) if agreement else None
