import datetime as dt

from django.core.mail import EmailMessage
from time_machine import Traveller

from tests.cast import Cast
from tests.digests.scenes import (
    DUE_IN_LOS_ANGELES,
    only,
    publish,
    run,
    subscribe,
)


def test_it_tells_what_is_new(cast: Cast, clock: Traveller, mailoutbox: list[EmailMessage]) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert run() == 1
    assert mailoutbox[0].to == ["ray@uslax.example.org"]
    assert mailoutbox[0].subject == "23 Nov: 1 thing new – Agree the plug first"
    assert only(subscription).state == "sent"


def test_a_second_run_sends_nothing_more(
    cast: Cast, clock: Traveller, mailoutbox: list[EmailMessage]
) -> None:
    subscribe(cast.los_angeles.reader)
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    run()
    clock.move_to(DUE_IN_LOS_ANGELES + dt.timedelta(hours=30))
    assert run() == 0
    assert len(mailoutbox) == 1
