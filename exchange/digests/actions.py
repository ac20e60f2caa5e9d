"""What people do with their mails. A subscription is private: nothing of it is told in the log."""

import datetime as dt
import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from exchange.accounts.models import User
from exchange.activity.sequencer import last_position
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.common.ids import uuid7
from exchange.digests import bookkeeping
from exchange.digests.models import Digest, Subscription
from exchange.digests.models.subscription import Channel
from exchange.digests.planning import trial_window
from exchange.digests.policies import can_subscribe

UNDO_FOR = dt.timedelta(hours=1)
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@transaction.atomic
def subscribe(
    *, actor: Viewer, cadence: str, weekday: int, hour: int, zone: str = ""
) -> Subscription:
    """Have a digest sent to the actor, or change when it comes.

    The first mail tells of what happens from now on; a changed wish leaves the window as it is.
    An empty `zone` means the actor's own. Raises Forbidden, or Invalid by field.
    """
    user_id = actor.user_id
    if user_id is None or not can_subscribe(actor):
        raise Forbidden(_("Only members of an organisation get these mails."))
    _lock(user_id)
    mine = Subscription.objects.select_for_update().for_viewer(actor)
    subscription = mine.first() or Subscription(user_id=user_id, active=False)
    wish = {"cadence": cadence, "weekday": weekday, "hour": hour, "zone": zone}
    if subscription.active and all(getattr(subscription, k) == v for k, v in wish.items()):
        return subscription
    if not subscription.active:
        subscription.started_position = last_position()
        subscription.active = True
    for name, value in wish.items():
        setattr(subscription, name, value)
    subscription.scheduled_at = time.now()
    try:
        subscription.clean_fields(
            exclude={field.name for field in Subscription._meta.fields} - wish.keys()
        )
    except ValidationError as error:
        raise Invalid(error.message_dict) from error
    subscription.save()
    return subscription


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
def send_now(*, actor: Viewer) -> Digest:
    """Have a digest sent to the actor now, beside the regular ones; return its row.

    It tells of what the next mail would, and at least of a whole period. Regular windows stay as
    they are. A second request while the first is under way gives that one. Raises Conflict without
    a subscription.
    """
    subscription = Subscription.objects.active().select_for_update().for_viewer(actor).first()
    if subscription is None:
        raise Conflict(_("Choose first when you want mails."))
    asked = Digest.objects.filter(subscription=subscription, on_request=True)
    under_way = asked.open().first()
    if under_way:
        return under_way
    start, end = trial_window(subscription)
    key = uuid7()
    return Digest.objects.create(
        id=key,
        subscription=subscription,
        period_key=f"now-{key}",
        on_request=True,
        from_position=start,
        to_position=end,
    )


def _lock(user_id: UUID) -> None:
    """Have a person's first wishes come one after the other: there is no subscription to lock yet."""
    people = User.objects.select_for_update(no_key=True).filter(pk=user_id)
    list(people.values_list("pk"))


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
    if can_undo(subscription) and not subscription.active:
        subscription.active = True
        subscription.save(update_fields=["active"])
        bookkeeping.restart_stopped(subscription)
    return subscription.active


def can_undo(subscription: Subscription) -> bool:
    """Tell whether the end of a subscription is so fresh that one button takes it back."""
    ended = subscription.unsubscribed_at
    return ended is not None and time.now() - ended <= UNDO_FOR
