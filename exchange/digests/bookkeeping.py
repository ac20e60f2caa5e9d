"""How a mail's row moves on: each step is one conditional update, so that of two only one wins."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from exchange.activity.bookkeeping import move_cursor
from exchange.activity.sequencer import LogSize
from exchange.common import time
from exchange.common.mail import Letter
from exchange.digests.models import OPEN, Delivery, Digest, Notice, Reason, State, Subscription

logger = logging.getLogger(__name__)

# Which states a sender's row may come from. The number of its claim is checked beside.
WAYS: Final[dict[State, tuple[State, ...]]] = {
    State.PLANNED: (State.CLAIMED, State.SENDING),  # to be tried again: nothing was taken
    State.SENDING: (State.CLAIMED,),
    # A sender may be so slow that its row was called unknown; what it saw itself holds.
    State.SENT: (State.SENDING, State.UNKNOWN),
    State.UNKNOWN: (State.SENDING,),
    State.EMPTY: (State.CLAIMED,),
    State.SUPPRESSED: (State.CLAIMED,),
    State.FAILED: (State.CLAIMED, State.SENDING),
}

# Decided from what the row's reader sees: only as long as nothing has happened since it was read.
AS_READ: Final = frozenset({State.SENDING, State.EMPTY, State.SUPPRESSED})


class Claim(NamedTuple):
    """A mail that a sender took, and the number by which the claim proves itself."""

    pk: UUID
    number: int


def claim(model: type[Delivery], most: int) -> list[Claim]:
    """Take at most so many waiting mails under a lease, what is due longest first.

    Senders at the same time take different ones. Empty when nothing waits, or all that waits is in
    other hands just now.
    """
    now = time.now()
    # Mostly nothing waits: no sweep is to hold SQLite's one lock to find that out.
    return _claim(model, most, now) if model.objects.waiting(now).exists() else []


@transaction.atomic
def _claim(model: type[Delivery], most: int, now: dt.datetime) -> list[Claim]:
    waiting = model.objects.waiting(now).select_for_update(skip_locked=True)
    claims = [Claim(pk, done + 1) for pk, done in waiting.values_list("pk", "attempts")[:most]]
    if claims:
        model.objects.filter(pk__in=[one.pk for one in claims]).update(
            state=State.CLAIMED, lease_until=now + _lease(), attempts=F("attempts") + 1
        )
    return claims


def let_go(model: type[Delivery], claims: Iterable[Claim]) -> None:
    """Let mails wait again as if they had not been claimed, those that are still their claims'."""
    for pk, number in claims:
        model.objects.filter(pk=pk, attempts=number, state=State.CLAIMED).update(
            state=State.PLANNED, lease_until=None, attempts=number - 1
        )


def begin_sending(row: Delivery, letter: Letter, *, items: Iterable[int] = ()) -> bool:
    """Say that the letter is about to be offered to a server.

    False when the claim was lost, and when something happened since `load` read the row.
    """
    now = time.now()
    told = {"items": list(items)} if isinstance(row, Digest) else {}
    return _move(
        row,
        State.SENDING,
        lease_until=now + _lease(),
        tried_at=row.tried_at or now,
        text_size=letter.text_size,
        html_size=letter.html_size,
        composed_at=row.composed_at,
        **told,
    )


def close_sent(row: Delivery) -> bool:
    """Say that a server took the mail."""
    return _move(row, State.SENT, sent_at=time.now(), smtp_code=250, reason="")


def close_unsent(
    row: Delivery, state: State, reason: Reason, *, code: int | None = None, answer: str = ""
) -> bool:
    """End a mail that was not sent (or perhaps was), with the reason that people can read.

    False when the claim was lost, and when the state tells what the reader sees and something
    happened since `load` read the row.
    """
    return _move(
        row,
        state,
        reason=reason,
        smtp_code=code,
        smtp_answer=answer[:200],
        composed_at=row.composed_at,
    )


def put_back(
    row: Delivery,
    wait: dt.timedelta,
    *,
    error: bool = False,
    code: int | None = None,
    answer: str = "",
) -> bool:
    """Let a mail wait for its next try; nobody may claim it before."""
    return _move(
        row,
        State.PLANNED,
        lease_until=time.now() + wait,
        errors=F("errors") + int(error),
        smtp_code=code,
        smtp_answer=answer[:200],
    )


def note_lost(model: type[Delivery]) -> int:
    """Call unknown what a dead sender left at the server's door; it is not sent again by itself."""
    lost = model.objects.lost(time.now())
    for row in lost:
        if _move(row, State.UNKNOWN, reason=Reason.LOST_TRACK):
            logger.warning("%s %s: sender lost, the mail may have left", row.KIND, row.message_id)
    return len(lost)


def fold(digests: Collection[Digest]) -> None:
    """Close digests (locked by the caller, not being sent) that a newer period takes over."""
    Digest.objects.filter(pk__in=[digest.pk for digest in digests]).exclude(
        state=State.SENDING
    ).update(state=State.FOLDED, reason=Reason.LATER_PERIOD, lease_until=None)


def add_digests(digests: Collection[Digest]) -> int:
    """Add planned digests of subscriptions that the caller has locked; return how many."""
    return len(Digest.objects.bulk_create(digests))


def stop_open(subscription_id: UUID) -> None:
    """End at once what is under way for a subscription that was ended, unless it is at the server."""
    Digest.objects.open().filter(subscription=subscription_id).exclude(state=State.SENDING).update(
        state=State.SUPPRESSED, reason=Reason.UNSUBSCRIBED, lease_until=None
    )


def restart_stopped(subscription: Subscription) -> None:
    """Let the digest that its end stopped wait again; its window is as it was."""
    mine = Digest.objects.regular().filter(subscription=subscription)
    if not mine.open().exists():
        mine.filter(
            state=State.SUPPRESSED,
            reason=Reason.UNSUBSCRIBED,
            to_position__gt=subscription.started_position,
        ).update(state=State.PLANNED, reason="", lease_until=None)


@transaction.atomic
def add_notices(notices: Collection[Notice], *, cursor: str, position: int) -> None:
    """Add notices, each once, and remember how far the log was read."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    move_cursor(cursor, position)


def _move(row: Delivery, state: State, **fields: Any) -> bool:
    if state not in OPEN:
        fields["lease_until"] = None
    mine: QuerySet[Delivery, Any] = type(row).objects.filter(
        pk=row.pk, attempts=row.attempts, state__in=WAYS[state]
    )
    if state in AS_READ:
        mine = mine.alias(log=LogSize()).filter(log=vars(row)["log"])  # by load()
    return bool(mine.update(state=state, **fields))


def _lease() -> dt.timedelta:
    return dt.timedelta(seconds=settings.LEASE_SECONDS)
