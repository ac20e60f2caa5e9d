"""What people do with the addresses of their calendars. They are private: the log tells nothing."""

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.agreements.models import Agreement, CalendarAddress
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Forbidden
from exchange.partners import tokens


@transaction.atomic
def make_calendar_address(*, actor: Viewer, agreement: Agreement | None = None) -> str:
    """Give the actor's calendar a new address and return its token, which is known only now.

    One that it had before ends. With an `agreement` that one's calendar alone. Raises Forbidden for
    whoever is no person, or no party to the agreement.
    """
    party = agreement is None or agreement.home_audience_id in actor.audience_ids
    if actor.user_id is None or not party:
        raise Forbidden(_("Only people of its parties have a calendar of an agreement."))
    secret = tokens.new_secret()
    now = {"token_digest": tokens.digest(secret), "made_at": time.now()}
    CalendarAddress.objects.update_or_create(
        user_id=actor.user_id, agreement=agreement, defaults=now
    )
    return secret


@transaction.atomic
def end_calendar_address(*, actor: Viewer, agreement: Agreement | None = None) -> None:
    """End the address of the actor's calendar, if there is one."""
    CalendarAddress.objects.for_viewer(actor).of(agreement).delete()
