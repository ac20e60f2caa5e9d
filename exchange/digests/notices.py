"""Mails at once: follows the log and notes whom each event's verb names."""

import datetime as dt
import logging
from collections.abc import Iterable
from uuid import UUID

from django.db import DatabaseError

from exchange.accounts.models import User
from exchange.activity.bookkeeping import cursor_position
from exchange.activity.models import Event
from exchange.activity.verbs import all_verbs
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.digests import bookkeeping
from exchange.digests.models import Notice

logger = logging.getLogger(__name__)

CURSOR = "notices"
BATCH = 500
# What is told "at once" is told within this time or not at all (a new or long idle installation).
FRESH = dt.timedelta(days=3)


def follow() -> int:
    """Read the log on and note the mails it asks for, each once; return how many events were read.

    Raises DatabaseError; what was not noted then is read again.
    """
    read = 0
    while True:
        events = list(Event.objects.after(cursor_position(CURSOR)).select_related("actor")[:BATCH])
        if not events:
            return read
        position = events[-1].position or 0
        bookkeeping.add_notices(_notices(events), cursor=CURSOR, position=position)
        read += len(events)


def _notices(events: Iterable[Event]) -> list[Notice]:
    since = time.now() - FRESH
    wanted = [
        (event, user_id)
        for event in events
        if event.occurred_at > since
        for user_id in sorted(_recipients(event))
    ]
    known = set(
        User.objects.filter(pk__in={user_id for _event, user_id in wanted}).values_list(
            "pk", flat=True
        )
        if wanted
        else ()
    )
    return [
        Notice(id=uuid7(), event=event, user_id=user_id)
        for event, user_id in wanted
        if user_id in known
    ]


def _recipients(event: Event) -> set[UUID]:
    """Return whom an event's verb names, without who did it."""
    notify = {verb.name: verb.notify for verb in all_verbs()}.get(event.verb)
    try:
        named = set(notify(event)) if notify else set()
    except DatabaseError:
        # Nothing is known of these people now: the cursor stays, and the sweep reads on from here.
        raise
    except Exception:
        # A verb that fails must not keep everybody else's mail back.
        logger.exception("%s does not know whom to tell", event)
        return set()
    actor = event.actor
    return named - ({actor.actor_id} if actor.kind == "person" else set())
