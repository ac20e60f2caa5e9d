"""Ending one's mails, taking that back, and having fewer instead."""

import datetime as dt
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict
from exchange.digests import bookkeeping
from exchange.digests.models import Subscription
from exchange.digests.models.subscription import Channel
from exchange.digests.periods import Cadence

UNDO_FOR = dt.timedelta(hours=1)
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@transaction.atomic
def unsubscribe(*, actor: Viewer) -> None:
    """End the actor's digests, at once; a mail that is being written does not leave any more."""
    subscription = Subscription.objects.select_for_update().for_viewer(actor).first()
    if subscription:
        _end(subscription, Channel.SETTINGS)


@transaction.atomic
def unsubscribe_by_token(*, actor: Viewer, token: str) -> None:
    """End the digests that a mail's link names; a token that nobody has ends nothing.

    The token is the only credential: who `actor` is does not matter.
    """
    del actor
    subscription = _by_token(token)
    if subscription:
        _end(subscription, Channel.MAIL_LINK)


@transaction.atomic
def resume(*, actor: Viewer) -> None:
    """Undo the end of the actor's digests. Raises Conflict when that was over an hour ago."""
    if not _resume(Subscription.objects.select_for_update().for_viewer(actor).first()):
        raise Conflict(_("That was too long ago. Choose anew when your mails come."))


@transaction.atomic
def resume_by_token(*, actor: Viewer, token: str) -> bool:
    """Undo the end of the digests that a mail's link names.

    Only within an hour: later a forwarded mail must not switch anything on. False when too late,
    or when nobody has the token.
    """
    del actor
    return _resume(_by_token(token))


@transaction.atomic
def lower_by_token(*, actor: Viewer, token: str, cadence: str) -> Subscription | None:
    """Have the mails that a mail's link names come more rarely, instead of ending them.

    They may have been ended within the last hour. None when that is too long ago, when they would
    not come more rarely, or when nobody has the token; else what was changed.
    """
    del actor
    subscription = _by_token(token)
    if subscription is None or cadence not in Cadence(subscription.cadence).rarer:
        return None
    if not (subscription.active or can_undo(subscription)):
        return None
    subscription.active = True
    subscription.cadence = cadence
    subscription.scheduled_at = time.now()
    subscription.save(update_fields=["active", "cadence", "scheduled_at"])
    return subscription


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the mails that a link names stand: whether they come, else by what channel they ended."""

    active: bool = True
    can_undo: bool = False
    ended_via: str = ""
    rarer: tuple[Cadence, ...] = Cadence.WEEKLY.rarer


def standing(*, token: str) -> Standing:
    """Return how the mails of a token stand; for a token that nobody has, as of a weekly mail."""
    found = Subscription.objects.filter(token=token).first() if TOKEN.fullmatch(token) else None
    if found is None:
        return Standing()
    return Standing(
        active=found.active,
        can_undo=can_undo(found),
        ended_via=found.get_unsubscribed_via_display(),
        rarer=Cadence(found.cadence).rarer,
    )


def can_undo(subscription: Subscription) -> bool:
    """Tell whether the end of a subscription is so fresh that one button takes it back."""
    ended = subscription.unsubscribed_at
    return ended is not None and not subscription.active and time.now() - ended <= UNDO_FOR


def _by_token(token: str) -> Subscription | None:
    if not TOKEN.fullmatch(token):
        return None
    return Subscription.objects.select_for_update().filter(token=token).first()


def _end(subscription: Subscription, channel: Channel) -> None:
    if subscription.active:
        subscription.active = False
        subscription.unsubscribed_at = time.now()
        subscription.unsubscribed_via = channel
        subscription.save(update_fields=["active", "unsubscribed_at", "unsubscribed_via"])
    bookkeeping.stop_open(subscription.pk)


def _resume(subscription: Subscription | None) -> bool:
    if subscription is None:
        return False
    if can_undo(subscription):
        subscription.active = True
        subscription.save(update_fields=["active"])
        bookkeeping.restart_stopped(subscription)
    return subscription.active
