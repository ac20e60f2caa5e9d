import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from exchange.accounts.models import User
from exchange.activity.sequencer import place_events
from exchange.audiences.viewer import Role, Viewer
from exchange.common.providers import Todo
from exchange.digests import actions, bookkeeping, compose, planning, sending
from exchange.digests.letters import load, write
from exchange.digests.models import Digest, Subscription
from exchange.digests.sharing import Shelf
from exchange.partners.actions import end_membership, resume_organisation
from exchange.partners.models import Membership
from tests.cast import Cast, eyes, make_person
from tests.digests.scenes import (
    DUE_IN_GOTHENBURG,
    DUE_IN_LOS_ANGELES,
    WEEK,
    only,
    publish,
    run,
    subscribe,
)
from tests.lessons.factories import act, make_lesson
from tests.partners.factories import put_aside


@pytest.fixture
def reader(cast: Cast, clock: Traveller) -> Subscription:
    """Ray of Los Angeles, who gets a mail each Monday."""
    return subscribe(cast.los_angeles.reader)


def test_it_tells_what_is_new(
    cast: Cast, clock: Traveller, reader: Subscription, mailoutbox: list[EmailMessage]
) -> None:
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert run() == 1
    assert mailoutbox[0].to == ["ray@uslax.example.org"]
    assert mailoutbox[0].subject == "23 Nov: 1 thing new – Agree the plug first"
    assert only(reader).state == "sent"


def test_things_are_named_in_the_readers_language(
    cast: Cast, clock: Traveller, reader: Subscription, mailoutbox: list[EmailMessage]
) -> None:
    User.objects.filter(pk=reader.user_id).update(language="sv")
    make_lesson(cast, text={"titles": {"sv": "Enas om kontakten"}})
    place_events()
    clock.move_to(DUE_IN_LOS_ANGELES)
    run()
    assert mailoutbox[0].subject == "23 Nov: 1 thing new – Enas om kontakten"


def test_a_second_run_sends_nothing_more(
    cast: Cast, clock: Traveller, reader: Subscription, mailoutbox: list[EmailMessage]
) -> None:
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    run()
    clock.shift(dt.timedelta(hours=30))
    assert run() == 0
    assert len(mailoutbox) == 1


def test_nothing_new_means_no_mail(
    cast: Cast, clock: Traveller, reader: Subscription, mailoutbox: list[EmailMessage]
) -> None:
    publish(cast, "For Gothenburg only", cast.gothenburg.home)
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert run() == 0
    row = only(reader)
    assert (row.state, row.reason, mailoutbox) == ("empty", "nothing_new", [])


def test_what_was_taken_back_since_planning_is_absent(
    cast: Cast, clock: Traveller, reader: Subscription, mailoutbox: list[EmailMessage]
) -> None:
    publish(cast, "This stays")
    regretted = publish(cast, "Taken back in time")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    act("withdraw", regretted, cast.gothenburg)
    sending.send_waiting()
    whole = mailoutbox[0].message().as_string()
    assert "This stays" in whole
    assert "Taken back in time" not in whole
    assert mailoutbox[0].subject.startswith("23 Nov: 1 thing new")


def test_what_was_narrowed_since_planning_is_absent(
    cast: Cast, clock: Traveller, reader: Subscription, mailoutbox: list[EmailMessage]
) -> None:
    lesson = publish(cast, "No longer for you")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    act("change_audience", lesson, cast.gothenburg)
    assert sending.send_waiting() == 0
    assert only(reader).state == "empty"


def test_what_one_did_oneself_is_no_news(cast: Cast, clock: Traveller) -> None:
    mine, other = subscribe(cast.gothenburg.reviewer), subscribe(cast.gothenburg.reader)
    publish(cast, "Published by the reviewer")
    clock.move_to(DUE_IN_GOTHENBURG)
    run()
    assert [only(mine).state, only(other).state] == ["empty", "sent"]


def test_a_thing_is_told_once_with_its_latest_news(
    cast: Cast, clock: Traveller, reader: Subscription, mailoutbox: list[EmailMessage]
) -> None:
    lesson = publish(cast, "Wider and wider")
    act("change_audience", lesson, cast.gothenburg, audience=cast.partners)
    publish(cast, "Something else")
    clock.move_to(DUE_IN_LOS_ANGELES)
    run()
    text = " ".join(str(mailoutbox[0].body).split())
    assert text.count("* Wider and wider") == 1
    assert "shared more widely" in text
    assert "and 1 earlier change" in text
    assert text.index("Something else") < text.index("Wider and wider")


def test_a_mail_holds_twenty_and_says_how_many_more(
    cast: Cast,
    clock: Traveller,
    reader: Subscription,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        publish(cast, f"Lesson {number}")
    whole = compose.news_of
    monkeypatch.setattr("exchange.digests.sharing.news_of", lambda *args: whole(*args, limit=2))
    clock.move_to(DUE_IN_LOS_ANGELES)
    run()
    assert mailoutbox[0].subject.startswith("23 Nov: 3 things new – Lesson 2")
    assert "1 more on the exchange" in str(mailoutbox[0].body)
    assert "Lesson 0" not in str(mailoutbox[0].body)
    assert compose.IN_A_MAIL == 20


def _deactivate(cast: Cast) -> None:
    cast.los_angeles.reader.is_active = False
    cast.los_angeles.reader.save()


def _leave(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.los_angeles.reader)
    end_membership(actor=eyes(cast.los_angeles.reader), membership=membership)


def _suspend(cast: Cast) -> None:
    put_aside(cast.los_angeles.organisation)


def _end_partnership(cast: Cast) -> None:
    put_aside(cast.los_angeles.organisation, "left")


def _lose_address(cast: Cast) -> None:
    cast.los_angeles.reader.emailaddress_set.update(verified=False)


def _unsubscribe(cast: Cast) -> None:
    actions.unsubscribe(actor=eyes(cast.los_angeles.reader))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_deactivate, "inactive"),
        (_leave, "no_membership"),
        (_suspend, "not_taking_part"),
        (_end_partnership, "not_taking_part"),
        (_lose_address, "no_address"),
        (_unsubscribe, "unsubscribed"),
    ],
)
def test_who_may_get_none_any_more_gets_none(
    cast: Cast,
    clock: Traveller,
    reader: Subscription,
    mailoutbox: list[EmailMessage],
    change: Callable[[Cast], None],
    reason: str,
) -> None:
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    change(cast)
    sending.send_waiting()
    row = only(reader)
    assert (row.state, row.reason, mailoutbox) == ("suppressed", reason, [])


def test_what_happened_meanwhile_is_told_when_the_organisation_takes_part_again(
    cast: Cast, clock: Traveller, reader: Subscription, mailoutbox: list[EmailMessage]
) -> None:
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    put_aside(cast.los_angeles.organisation)
    run()
    resume_organisation(actor=Viewer.system(), organisation=cast.los_angeles.organisation)
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    run()
    assert ["Agree the plug first" in str(mail.body) for mail in mailoutbox] == [True]


def test_who_ends_mails_while_one_is_written_gets_none(
    cast: Cast,
    clock: Traveller,
    reader: Subscription,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)

    def write_slowly(row: Any, shelf: Any) -> Any:
        written = write(row, shelf)
        _unsubscribe(cast)
        return written

    monkeypatch.setattr(sending, "write", write_slowly)
    run()
    assert (only(reader).reason, mailoutbox) == ("unsubscribed", [])


def test_one_that_cannot_be_written_fails_alone_and_is_parked(
    cast: Cast,
    clock: Traveller,
    reader: Subscription,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = subscribe(cast.los_angeles.coordinator)
    publish(cast, "Agree the plug first")

    def write_some(row: Any, shelf: Any) -> Any:
        if row.subscription == reader:
            raise ZeroDivisionError
        return write(row, shelf)

    monkeypatch.setattr(sending, "write", write_some)
    clock.move_to(DUE_IN_LOS_ANGELES)
    for _attempt in range(5):
        run()
        clock.shift(dt.timedelta(hours=1))
    assert only(other).state == "sent"
    row = only(reader)
    assert (row.state, row.reason, row.attempts) == ("failed", "unwritable", 3)


def test_a_claim_that_ran_out_is_taken_over(
    cast: Cast, clock: Traveller, reader: Subscription
) -> None:
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    Digest.objects.update(
        state="claimed", attempts=1, lease_until=DUE_IN_LOS_ANGELES + dt.timedelta(minutes=5)
    )
    assert sending.send_waiting() == 0
    clock.shift(dt.timedelta(minutes=5))
    assert sending.send_waiting() == 1


def test_a_claim_that_was_taken_over_is_worth_nothing(
    cast: Cast, clock: Traveller, reader: Subscription
) -> None:
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    rows = []
    for _sender in range(2):
        [claim] = bookkeeping.claim(Digest, 1)
        rows.append(load(Digest, [claim])[claim])
        clock.shift(dt.timedelta(minutes=10))
    letter, _items = write(rows[0], Shelf())
    assert [bookkeeping.begin_sending(row, letter) for row in rows] == [False, True]


def test_a_mail_ended_after_its_claim_is_not_even_written(
    cast: Cast, clock: Traveller, reader: Subscription
) -> None:
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    [claim] = bookkeeping.claim(Digest, 1)
    bookkeeping.stop_open(reader.pk)
    assert load(Digest, [claim]) == {}
    bookkeeping.let_go(Digest, [claim])
    assert only(reader).state == "suppressed"


def test_what_a_dead_sender_left_at_the_door_is_unknown_and_not_sent_again(
    cast: Cast,
    clock: Traveller,
    reader: Subscription,
    mailoutbox: list[EmailMessage],
    caplog: pytest.LogCaptureFixture,
) -> None:
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    Digest.objects.update(state="sending", attempts=1, lease_until=DUE_IN_LOS_ANGELES)
    with caplog.at_level(logging.WARNING):
        run()
    row = only(reader)
    assert (row.state, row.reason, mailoutbox) == ("unknown", "lost_track", [])
    assert row.message_id in caplog.text


def test_what_is_at_the_door_when_its_sender_dies_is_not_claimed(
    cast: Cast, clock: Traveller, reader: Subscription
) -> None:
    """Another who sends already took the dead for living when it looked for them."""
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    Digest.objects.update(state="sending", attempts=1, lease_until=DUE_IN_LOS_ANGELES)
    assert not bookkeeping.claim(Digest, 1)


def test_a_mail_costs_the_same_queries_for_one_and_for_twenty_things(
    cast: Cast, clock: Traveller, reader: Subscription
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert run() == 1
        return len(captured)

    publish(cast, "One")
    clock.move_to(DUE_IN_LOS_ANGELES)
    for_one = queries()
    for number in range(5):
        publish(cast, f"Lesson {number}")
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    assert queries() == for_one


def test_each_further_mail_costs_the_same_queries(cast: Cast, clock: Traveller) -> None:
    def queries(people: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert run() == people
        return len(captured)

    organisation = cast.los_angeles.organisation
    people = [make_person(organisation, Role.READER, f"P{number} Person") for number in range(6)]
    costs = []
    for week, count in enumerate([1, 3, 5]):
        for person in people[:count]:
            subscribe(person)
        publish(cast, f"Lesson {week}")
        clock.move_to(DUE_IN_LOS_ANGELES + week * WEEK)
        costs.append(queries(count))
    assert costs[2] - costs[1] == costs[1] - costs[0]


class Waiting:
    """A provider of one thing that waits since a moment that can be set."""

    def __init__(self, since: dt.datetime) -> None:
        self.since = since

    def __call__(self, viewer: Any) -> list[Todo]:
        return [
            Todo(
                kind="review", heading="Reviews", title="Look at this", url="/x/", since=self.since
            )
        ]


def test_something_that_began_to_wait_is_worth_a_mail_once(
    cast: Cast,
    clock: Traveller,
    reader: Subscription,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting = Waiting(DUE_IN_LOS_ANGELES - dt.timedelta(days=1))
    monkeypatch.setattr("exchange.common.providers._todo_providers", [waiting])
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert run() == 1
    assert mailoutbox[0].subject == "23 Nov: 1 thing waits for you"
    assert "http://localhost:8000/x/" in str(mailoutbox[0].body)
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    assert run() == 0
    waiting.since = DUE_IN_LOS_ANGELES + WEEK + dt.timedelta(hours=1)
    clock.move_to(DUE_IN_LOS_ANGELES + 2 * WEEK)
    assert run() == 1


def test_what_waits_comes_before_the_news(
    cast: Cast,
    clock: Traveller,
    reader: Subscription,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("exchange.common.providers._todo_providers", [Waiting(DUE_IN_LOS_ANGELES)])
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    run()
    text = str(mailoutbox[0].body)
    assert text.index("Look at this") < text.index("Agree the plug first")
