"""An error of ours at one letter stops no other."""

from typing import Any

import pytest
from time_machine import Traveller

from exchange.common.mail import post
from exchange.digests import sending
from exchange.digests.models import Subscription
from tests.cast import Cast
from tests.digests.scenes import DUE_IN_LOS_ANGELES, only, publish, run, subscribe
from tests.digests.smtp import SmtpServer


@pytest.fixture
def two(cast: Cast, clock: Traveller, smtp: SmtpServer) -> list[Subscription]:
    """Two people of Los Angeles whose mails are due."""
    people = [subscribe(cast.los_angeles.reader), subscribe(cast.los_angeles.coordinator)]
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    return people


def break_off(monkeypatch: pytest.MonkeyPatch, *, began: bool) -> None:
    """Have the first letter meet an error in the middle of its conversation with the server."""
    calls: list[Any] = []

    def post_with_error(letter: Any, connection: Any) -> None:
        calls.append(letter)
        if len(calls) > 1:
            return post(letter, connection)
        connection.open()
        connection.connection.mail("half@example.org")
        connection.connection.began = began
        raise ValueError("cannot be encoded")

    monkeypatch.setattr(sending, "post", post_with_error)


def test_a_letter_that_breaks_before_the_server_has_it_is_tried_again(
    two: list[Subscription], smtp: SmtpServer, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_off(monkeypatch, began=False)
    assert run() == 1
    first, second = sorted(map(only, two), key=lambda row: row.state)
    assert (first.state, first.errors, second.state) == ("planned", 1, "sent")
    assert first.smtp_answer == "ValueError: cannot be encoded"
    clock.shift(sending.FIRST_WAIT)
    assert run() == 1
    assert len(smtp.taken) == 2


def test_a_letter_that_breaks_while_the_server_reads_it_is_unknown(
    two: list[Subscription], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_off(monkeypatch, began=True)
    assert run() == 1
    assert sorted((row.state, row.reason) for row in map(only, two)) == [
        ("sent", ""),
        ("unknown", "lost_track"),
    ]


def test_a_letter_that_breaks_each_time_is_parked(
    two: list[Subscription], clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError

    monkeypatch.setattr(sending, "post", fail)
    for _attempt in range(5):
        run()
        clock.shift(sending.LONGEST_WAIT)
    rows = [only(subscription) for subscription in two]
    assert {(row.state, row.reason, row.attempts) for row in rows} == {("failed", "unwritable", 3)}
