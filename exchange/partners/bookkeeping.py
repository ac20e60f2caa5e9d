"""What is noted without an event."""

import datetime as dt

from django.db.models import Q

from exchange.common import time
from exchange.partners import tokens
from exchange.partners.models import ApiClient, Invitation, MailState


def note_use(client: ApiClient) -> None:
    """Note that a client's token was used; to the minute, so that reading costs no write each."""
    minute_ago = time.now() - dt.timedelta(minutes=1)
    if client.last_used_at is None or client.last_used_at < minute_ago:
        ApiClient.objects.filter(
            Q(last_used_at=None) | Q(last_used_at__lt=minute_ago), pk=client.pk
        ).update(last_used_at=time.now())


# A worker that has not settled a letter by then has died over it.
LETTER_TIME = dt.timedelta(minutes=5)


def begin_letter(invitation: Invitation, token: str) -> bool:
    """Claim an invitation's letter, which bears `token`; False when it is not due.

    The token is the one of earlier letters, unless the exchange's secret key was changed since.
    """
    return bool(
        Invitation.objects.to_mail()
        .filter(pk=invitation.pk)
        .update(
            mail_state=MailState.SENDING,
            token_digest=tokens.digest(token),
            mail_at=time.now() + LETTER_TIME,
        )
    )


def settle_letter(
    invitation: Invitation, state: MailState, *, again_in: dt.timedelta = dt.timedelta()
) -> None:
    """Note what became of a letter that is being sent."""
    Invitation.objects.filter(pk=invitation.pk, mail_state=MailState.SENDING).update(
        mail_state=state, mail_at=time.now() + again_in
    )


def note_lost_letters() -> int:
    """Note the letters whose worker died over them as perhaps mailed; return how many."""
    return Invitation.objects.filter(mail_state=MailState.SENDING, mail_at__lt=time.now()).update(
        mail_state=MailState.UNKNOWN
    )
