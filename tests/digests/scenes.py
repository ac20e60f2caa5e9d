"""What tests of digests begin with: subscribers, and something to tell them."""

import datetime as dt
from typing import Any

from exchange.accounts.models import User
from exchange.activity.models import LogHead
from exchange.activity.sequencer import LogSize, place_events
from exchange.audiences.models import Audience
from exchange.digests import actions, planning, sending
from exchange.digests.models import Digest, Subscription
from exchange.lessons.models import Lesson
from tests.cast import Cast, Port, eyes
from tests.lessons.factories import make_lesson

# Monday 23 November 2026, 08:00 in Gothenburg, Los Angeles and Tokyo.
DUE_IN_GOTHENBURG = dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)
DUE_IN_LOS_ANGELES = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)


def subscribe(user: User, **wish: Any) -> Subscription:
    """Have a person get a mail each Monday at 8, unless `wish` says otherwise."""
    place_events()
    return actions.subscribe(
        actor=eyes(user), **{"cadence": "weekly", "weekday": 1, "hour": 8, **wish}
    )


def publish(where: Cast | Port, title: str, audience: Audience | None = None) -> Lesson:
    """Publish a lesson and give its events their positions."""
    lesson = make_lesson(where, audience=audience, text={"title": title, "titles": {}})
    place_events()
    return lesson


def run() -> int:
    """Plan and send what is due now; return how many mails left."""
    planning.plan()
    return sending.send_waiting()


def only(subscription: Subscription) -> Digest:
    """Return the one digest of a subscription."""
    return Digest.objects.get(subscription=subscription)


def states(subscription: Subscription) -> list[tuple[str, str]]:
    """Return (period, state) of a subscription's digests, oldest first."""
    rows = Digest.objects.filter(subscription=subscription).order_by("due_at", "created_at")
    return list(rows.values_list("period_key", "state"))


def log_now() -> int:
    """Return how many events there are, as `letters.load` finds it."""
    size: int = LogHead.objects.annotate(log=LogSize()).get().log
    return size
