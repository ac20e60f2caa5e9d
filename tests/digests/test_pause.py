"""A pause holds mails back for some days; the first one after it tells of them, too."""

import datetime as dt

import pytest
from django.core.mail import EmailMessage
from time_machine import Traveller

from exchange.common import time
from exchange.common.errors import Invalid
from exchange.digests import actions, planning, sending
from exchange.digests.models import Digest, Subscription
from tests.cast import Cast, eyes
from tests.digests.scenes import (
    DUE_IN_LOS_ANGELES,
    WEEK,
    only,
    publish,
    run,
    states,
    subscribe,
)

HOLIDAY = {"paused_from": dt.date(2026, 11, 23), "paused_to": dt.date(2026, 11, 29)}


@pytest.fixture
def reader(cast: Cast, clock: Traveller) -> Subscription:
    """Ray of Los Angeles, who is away from Monday the 23rd to the Sunday after."""
    return subscribe(cast.los_angeles.reader, **HOLIDAY)


def test_none_leaves_and_the_row_says_why(
    cast: Cast, clock: Traveller, reader: Subscription
) -> None:
    publish(cast, "While away")
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert run() == 0
    assert (only(reader).state, only(reader).reason) == ("suppressed", "paused")


def test_the_first_mail_afterwards_tells_of_the_pause(
    cast: Cast, clock: Traveller, reader: Subscription, mailoutbox: list[EmailMessage]
) -> None:
    publish(cast, "While away")
    for week in range(3):
        clock.move_to(DUE_IN_LOS_ANGELES + week * WEEK)
        run()
    assert states(reader) == [
        ("2026-W48", "suppressed"),
        ("2026-W49", "sent"),
        ("2026-W50", "empty"),
    ]
    assert "While away" in str(mailoutbox[0].body)


def test_a_pause_holds_for_what_was_planned_before(cast: Cast, clock: Traveller) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "Before the pause")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    subscribe(cast.los_angeles.reader, **HOLIDAY)
    assert sending.send_waiting() == 0
    assert only(subscription).reason == "paused"


def test_the_days_are_those_of_where_the_reader_is(
    cast: Cast, clock: Traveller, reader: Subscription
) -> None:
    subscribe(cast.los_angeles.reader, cadence="daily", hour=23, **HOLIDAY)
    publish(cast, "Late in the evening")
    clock.move_to(dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC))  # Sunday, 23:00
    assert run() == 1


def test_a_mail_that_is_asked_for_comes_all_the_same(
    cast: Cast, clock: Traveller, reader: Subscription
) -> None:
    publish(cast, "While away")
    clock.move_to(DUE_IN_LOS_ANGELES)
    actions.send_now(actor=eyes(cast.los_angeles.reader))
    run()
    assert Digest.objects.get(on_request=True).state == "sent"


def test_the_next_times_leave_the_pause_out(reader: Subscription, clock: Traveller) -> None:
    first, *_others = planning.next_times(reader, DUE_IN_LOS_ANGELES - WEEK)
    assert first == DUE_IN_LOS_ANGELES + WEEK


def test_a_pause_alone_puts_off_no_mail_that_is_due(cast: Cast, clock: Traveller) -> None:
    subscribe(cast.los_angeles.reader)
    publish(cast, "Due already")
    clock.move_to(DUE_IN_LOS_ANGELES)
    later = {"paused_from": dt.date(2026, 12, 20), "paused_to": dt.date(2027, 1, 6)}
    subscribe(cast.los_angeles.reader, **later)
    assert run() == 1


def test_a_pause_until_yesterday_is_one_where_it_is_yesterday_still(
    cast: Cast, clock: Traveller
) -> None:
    yesterday = time.now().date() - dt.timedelta(days=1)
    assert subscribe(cast.los_angeles.reader, paused_from=yesterday, paused_to=yesterday).active
    day_before = yesterday - dt.timedelta(days=1)
    with pytest.raises(Invalid, match="These days are over"):
        subscribe(cast.los_angeles.reader, paused_from=day_before, paused_to=day_before)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-11-23", None, "paused_to"),
        (None, "2026-11-23", "paused_from"),
        ("2026-11-23", "2026-11-22", "paused_to"),
        ("2026-11-23", "2027-11-25", "paused_to"),
        ("2025-07-01", "2025-07-31", "paused_to"),
    ],
)
def test_a_pause_that_cannot_be_is_refused_by_its_field(
    cast: Cast, first: str | None, last: str | None, field: str
) -> None:
    days = {
        name: dt.date.fromisoformat(day) if day else None
        for name, day in (("paused_from", first), ("paused_to", last))
    }
    with pytest.raises(Invalid) as refusal:
        subscribe(cast.los_angeles.reader, **days)
    assert refusal.value.errors.keys() == {field}
