"""The letters that carry invitations: a row each, sent by whoever drains the table."""

import datetime as dt

from django.urls import reverse

from exchange.common.faults import faultpoint
from exchange.common.mail import NotTaken, Uncertain, absolute, send_letter
from exchange.partners import bookkeeping
from exchange.partners.models import Invitation, MailState

AGAIN_IN = dt.timedelta(minutes=10)


def send_due_letters() -> int:
    """Send every letter that is due, once each; return how many a server took.

    A letter that was begun and never settled is not sent again: it is noted as perhaps mailed.
    """
    bookkeeping.note_lost_letters()
    due = Invitation.objects.to_mail().select_related("organisation", "invited_by")
    return sum(_send(invitation) for invitation in due.order_by("mail_at"))


def _send(invitation: Invitation) -> bool:
    token = bookkeeping.begin_letter(invitation)
    if token is None:
        return False
    faultpoint("sending_committed")
    try:
        send_letter(
            to=invitation.email,
            template="invitation",
            context={
                "invitation": invitation,
                "organisation": invitation.organisation,
                "inviter": invitation.invited_by,
                "url": absolute(reverse("partners:accept", args=[token])),
            },
            language=invitation.language,
            zone=invitation.organisation.timezone,
        )
    except NotTaken as refusal:
        state = MailState.FAILED if refusal.is_lasting else MailState.DUE
        bookkeeping.settle_letter(invitation, state, again_in=AGAIN_IN)
        return False
    except Uncertain:
        bookkeeping.settle_letter(invitation, MailState.UNKNOWN)
        return False
    faultpoint("after_250")
    bookkeeping.settle_letter(invitation, MailState.SENT)
    return True
