"""The letters that carry invitations: a row each, sent by whoever drains the table."""

import datetime as dt
import logging
from contextlib import suppress

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.urls import reverse

from exchange.common.faults import faultpoint
from exchange.common.mail import (
    Letter,
    NotTaken,
    Uncertain,
    Unreachable,
    absolute,
    post,
    write_letter,
)
from exchange.partners import bookkeeping, tokens
from exchange.partners.models import Invitation, MailState

logger = logging.getLogger(__name__)

AGAIN_IN = dt.timedelta(minutes=10)


def send_due_letters() -> int:
    """Send every letter that is due, once each; return how many a server took.

    A letter that was begun and never settled is not sent again: it is noted as perhaps mailed.
    """
    bookkeeping.note_lost_letters()
    due = Invitation.objects.to_mail().select_related("organisation", "invited_by")
    connection = get_connection()
    try:
        return sum(_send(invitation, connection) for invitation in due.order_by("mail_at"))
    finally:
        _leave(connection)


def _send(invitation: Invitation, connection: BaseEmailBackend) -> bool:
    token = tokens.invitation_token(invitation.pk)
    letter = _written(invitation, token)
    if not bookkeeping.begin_letter(invitation, token):
        return False
    if letter is None:
        bookkeeping.settle_letter(invitation, MailState.FAILED)
        return False
    faultpoint("sending_committed")
    return _posted(invitation, letter, connection)


def _written(invitation: Invitation, token: str) -> Letter | None:
    try:
        return write_letter(
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
    except DatabaseError:
        raise
    except Exception:
        # Whatever is wrong with this one, the others are written.
        logger.exception("the letter of invitation %s cannot be written", invitation.pk)
        return None


def _posted(invitation: Invitation, letter: Letter, connection: BaseEmailBackend) -> bool:
    try:
        post(letter, connection)
    except NotTaken as refusal:
        # Any lasting refusal is told at once: the coordinator can send the letter again.
        if (refusal.code or 0) >= 500 and not isinstance(refusal, Unreachable):
            bookkeeping.settle_letter(invitation, MailState.FAILED)
        else:
            bookkeeping.settle_letter(invitation, MailState.DUE, again_in=AGAIN_IN)
        return False
    except Uncertain:
        bookkeeping.settle_letter(invitation, MailState.UNKNOWN)
        return False
    except DatabaseError:
        raise
    except Exception:
        # Nobody knows how far it came; the next one begins a conversation of its own.
        logger.exception("the letter of invitation %s broke off", invitation.pk)
        _leave(connection)
        bookkeeping.settle_letter(invitation, MailState.UNKNOWN)
        return False
    faultpoint("after_250")
    bookkeeping.settle_letter(invitation, MailState.SENT)
    return True


def _leave(connection: BaseEmailBackend) -> None:
    with suppress(OSError):
        connection.close()
