"""Which digests are due: one row for each subscription and period, whoever plans and how often."""

import datetime as dt
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from exchange.activity.models import Event
from exchange.activity.sequencer import last_position
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.digests import bookkeeping
from exchange.digests.models import Digest, Subscription
from exchange.digests.periods import Cadence, Period

BATCH = 500
LENGTHS = {
    Cadence.DAILY: dt.timedelta(days=1),
    Cadence.WORKDAYS: dt.timedelta(days=3),
    Cadence.WEEKLY: dt.timedelta(days=7),
    Cadence.MONTHLY: dt.timedelta(days=31),
}

Due = tuple[Period, dt.datetime]


def plan(now: dt.datetime | None = None) -> int:
    """Plan every digest that is due at `now`; return how many were added.

    A window begins where the last digest that told, may have told or had nothing to tell ended,
    and ends at the last event older than the grace time. After an outage only the newest period is
    planned: it takes over the window of the one that is still open.
    """
    now = now or time.now()
    return sum(_plan_batch(batch, now) for batch in _batches())


def last_position_before(moment: dt.datetime) -> int:
    """Return the position of the newest event that is not younger than `moment`."""
    events = Event.objects.filter(position__isnull=False, occurred_at__lte=moment)
    return events.order_by("-position").values_list("position", flat=True).first() or 0


def grace_position(now: dt.datetime) -> int:
    """Return where a window that is planned at `now` ends."""
    return last_position_before(now - dt.timedelta(seconds=settings.DIGEST_GRACE_SECONDS))


def window_starts(subscriptions: Sequence[Subscription]) -> dict[UUID, int]:
    """Return where the next window of each subscription begins.

    Somebody who ended their mails and subscribes again later begins anew: the start they chose
    counts when it is later than what was told before.
    """
    told = (
        Digest.objects.told()
        .filter(subscription__in=subscriptions)
        .order_by()
        .values_list("subscription")
        .annotate(Max("to_position"))
    )
    ends = dict(told)
    return {
        subscription.pk: max(subscription.started_position, ends.get(subscription.pk, 0))
        for subscription in subscriptions
    }


def next_times(subscription: Subscription, now: dt.datetime) -> list[dt.datetime]:
    """Return the next three moments at which a mail is due, as `plan` will find them.

    A period that has its mail already gets no second, even when the hour was changed since.
    """
    recent = Digest.objects.regular().filter(
        subscription=subscription, due_at__gt=now - dt.timedelta(days=62)
    )
    taken = frozenset(recent.values_list("period_key", flat=True))
    return subscription.schedule.next_due(now, taken=taken)


def trial_window(subscription: Subscription | None) -> tuple[int, int]:
    """Return the window of a mail that somebody asks for now.

    From where their next mail begins, or from a whole period ago when that is earlier, up to this
    moment: who asks wants to see what is there, so nothing waits for the grace time.
    """
    cadence = Cadence(subscription.cadence) if subscription else Cadence.WEEKLY
    start = last_position_before(time.now() - LENGTHS[cadence])
    if subscription:
        start = min(start, window_starts([subscription])[subscription.pk])
    return start, max(start, last_position())


def _batches() -> Iterator[list[Subscription]]:
    last = None
    while True:
        rows = Subscription.objects.active().select_related("user").order_by("pk")
        batch = list((rows.filter(pk__gt=last) if last else rows)[:BATCH])
        if batch:
            yield batch
            last = batch[-1].pk
        if len(batch) < BATCH:
            return


def _plan_batch(batch: list[Subscription], now: dt.datetime) -> int:
    missing = _missing(batch, now)
    if not missing:
        return 0  # the common case, without a lock
    with transaction.atomic():
        # Planners and "unsubscribe" come one after the other at each subscription.
        locked = list(
            Subscription.objects.active()
            .filter(pk__in=missing)
            .select_related("user")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("pk")
        )
        return _add(locked, _missing(locked, now), now)


def _missing(subscriptions: list[Subscription], now: dt.datetime) -> dict[UUID, Due]:
    """Return the newest due period of each subscription that has no row for it yet."""
    due = {
        subscription.pk: found
        for subscription in subscriptions
        if (found := subscription.schedule.newest_due(now))[1] > subscription.scheduled_at
    }
    keys = {period.key for period, _moment in due.values()}
    rows = Digest.objects.filter(subscription__in=due, period_key__in=keys)
    there = set(rows.order_by().values_list("subscription", "period_key"))
    return {pk: found for pk, found in due.items() if (pk, found[0].key) not in there}


def _add(locked: list[Subscription], missing: dict[UUID, Due], now: dt.datetime) -> int:
    open_rows = Digest.objects.regular().open().filter(subscription__in=missing)
    # None that is in a sender's hands: it would wait here, with what it has read.
    free = list(open_rows.free(now).select_for_update().order_by("pk"))
    in_hand = open_rows.exclude(pk__in=[row.pk for row in free])
    busy = set(in_hand.values_list("subscription_id", flat=True))
    wanted = [row for row in locked if row.pk in missing and row.pk not in busy]
    starts, end = window_starts(wanted), grace_position(now)
    bookkeeping.fold([row for row in free if row.subscription_id not in busy])
    return bookkeeping.add_digests(
        [
            Digest(
                id=uuid7(),
                subscription=row,
                period_key=missing[row.pk][0].key,
                due_at=missing[row.pk][1],
                from_position=starts[row.pk],
                to_position=max(end, starts[row.pk]),
            )
            for row in wanted
        ]
    )
