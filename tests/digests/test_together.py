"""Several planners and senders at once, each with a connection of its own."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
import time_machine
from django.core.mail import get_connection
from django.db import transaction

from exchange.accounts.models import User
from exchange.common import mail
from exchange.digests import actions, bookkeeping, planning, sending
from exchange.digests.models import Digest, State, Subscription
from tests.cast import eyes, make_cast
from tests.digests.conftest import START
from tests.digests.scenes import DUE_IN_LOS_ANGELES, WEEK, publish, subscribe
from tests.digests.smtp import SmtpServer
from tests.threads import alone, one_behind_the_other, together

EVERYBODY = ("reader", "contributor", "reviewer", "coordinator")


def _prepare() -> None:
    with time_machine.travel(START, tick=False):
        cast = make_cast()
        for role in EVERYBODY:
            subscribe(getattr(cast.los_angeles, role))
        publish(cast, "Agree the plug first")


def _rows() -> Counter[tuple[str, str]]:
    return Counter(Digest.objects.values_list("period_key", "state"))


def test_eight_planners_make_one_row_each(shared_db: None) -> None:
    alone(_prepare)
    together(lambda _: planning.plan(DUE_IN_LOS_ANGELES), 8)
    assert alone(_rows) == {("2026-W48", "planned"): 4}


def test_planners_of_a_new_period_fold_the_old_one_once(shared_db: None) -> None:
    alone(_prepare)
    alone(lambda: planning.plan(DUE_IN_LOS_ANGELES))
    together(lambda _: planning.plan(DUE_IN_LOS_ANGELES + WEEK), 8)
    assert alone(_rows) == {("2026-W48", "folded"): 4, ("2026-W49", "planned"): 4}


def test_planners_and_senders_together_send_one_mail_each(
    shared_db: None, smtp: SmtpServer
) -> None:
    alone(_prepare)

    def work(index: int) -> Any:
        return planning.plan() if index % 2 else sending.send_waiting()

    with time_machine.travel(DUE_IN_LOS_ANGELES, tick=False):
        for _round in range(3):
            failures = [done for done in together(work, 8) if isinstance(done, Exception)]
            assert not failures
        alone(sending.send_waiting)
    assert Counter(mail.recipients[0] for mail in smtp.taken) == {
        f"{name}@uslax.example.org": 1 for name in ("ray", "carla", "rita", "cole")
    }
    assert alone(_rows) == {("2026-W48", "sent"): 4}


def test_of_eight_that_claim_at_once_no_two_have_the_same_mail(shared_db: None) -> None:
    alone(_prepare)
    alone(lambda: planning.plan(DUE_IN_LOS_ANGELES))
    with time_machine.travel(DUE_IN_LOS_ANGELES, tick=False):
        won = together(lambda _: bookkeeping.claim(Digest, 2), 8)
    keys = [claim.pk for claims in won for claim in claims]
    assert len(keys) == len(set(keys)) == 4


def test_a_sender_that_was_overtaken_does_not_send(
    shared_db: None, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(_prepare)
    alone(lambda: planning.plan(DUE_IN_LOS_ANGELES))
    begin = bookkeeping.begin_sending
    overtaken: list[int] = []

    def slowly(row: Any, letter: mail.Letter, **told: Any) -> bool:
        """Rest for longer than the lease when first called, while another sender passes by."""
        if not overtaken:
            overtaken.append(1)
            clock.shift(dt.timedelta(minutes=10))
            together(lambda _: sending.send_waiting(), 1)
        return begin(row, letter, **told)

    with time_machine.travel(DUE_IN_LOS_ANGELES, tick=False) as clock:
        monkeypatch.setattr(bookkeeping, "begin_sending", slowly)
        alone(sending.send_waiting)
    assert len(smtp.taken) == 4
    assert alone(_rows) == {("2026-W48", "sent"): 4}


def test_a_connection_is_made_only_when_there_is_something_to_send(
    shared_db: None, smtp: SmtpServer
) -> None:
    alone(sending.send_waiting)
    assert get_connection() is not None
    assert smtp.connections == 0


@pytest.mark.postgres
def test_who_sends_does_not_wait_for_who_plans(postgres: None) -> None:
    """With what was read: it would be out of date when the wait ends."""
    alone(_prepare)
    alone(lambda: planning.plan(DUE_IN_LOS_ANGELES))
    with time_machine.travel(DUE_IN_LOS_ANGELES + WEEK, tick=False), transaction.atomic():
        alone(lambda: bookkeeping.claim(Digest, 1))
        assert planning.plan() == 3
        assert alone(_lock_what_is_claimed) == 1


def _lock_what_is_claimed() -> int:
    with transaction.atomic():
        return len(Digest.objects.filter(state="claimed").select_for_update(nowait=True))


@pytest.mark.postgres
def test_of_eight_first_wishes_at_once_one_subscription_comes(postgres: None) -> None:
    ray = alone(lambda: make_cast().los_angeles.reader)
    wishes = together(lambda _: subscribe(ray), 8)
    assert not [wish for wish in wishes if isinstance(wish, Exception)]
    assert alone(Subscription.objects.count) == 1


@pytest.mark.postgres
def test_a_mail_that_is_taken_while_the_next_is_planned_keeps_its_window(postgres: None) -> None:
    alone(_prepare)
    planning.plan(DUE_IN_LOS_ANGELES)
    told = Digest.objects.latest("to_position").to_position
    one_behind_the_other(
        lambda: Digest.objects.update(state=State.SENT),
        lambda: planning.plan(DUE_IN_LOS_ANGELES + WEEK),
    )
    assert _rows() == {("2026-W48", "sent"): 4, ("2026-W49", "planned"): 4}
    begin = Digest.objects.filter(period_key="2026-W49").values_list("from_position", flat=True)
    assert set(begin) == {told}


@pytest.mark.postgres
def test_who_ends_mails_while_one_is_planned_gets_none(postgres: None) -> None:
    alone(_prepare)
    ray = User.objects.get(email="ray@uslax.example.org")
    one_behind_the_other(
        lambda: planning.plan(DUE_IN_LOS_ANGELES), lambda: actions.unsubscribe(actor=eyes(ray))
    )
    assert _rows() == {("2026-W48", "planned"): 3, ("2026-W48", "suppressed"): 1}


@pytest.mark.postgres
def test_who_ends_mails_behind_the_undo_of_an_end_gets_none(postgres: None) -> None:
    person = alone(make_cast).los_angeles.reader
    subscription, ray = subscribe(person), eyes(person)
    actions.unsubscribe(actor=ray)
    one_behind_the_other(lambda: actions.resume(actor=ray), lambda: actions.unsubscribe(actor=ray))
    subscription.refresh_from_db()
    assert not subscription.active


@pytest.mark.postgres
def test_an_undo_behind_a_new_wish_brings_no_old_mail_back(postgres: None) -> None:
    alone(_prepare)
    ray = User.objects.get(email="ray@uslax.example.org")
    with time_machine.travel(DUE_IN_LOS_ANGELES, tick=False):
        planning.plan()
        actions.unsubscribe(actor=eyes(ray))
        one_behind_the_other(lambda: subscribe(ray), lambda: actions.resume(actor=eyes(ray)))
    assert Digest.objects.get(subscription__user=ray).state == State.SUPPRESSED
