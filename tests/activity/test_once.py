"""A nonce or an Idempotency-Key makes one thing, however often and however close it is used."""

import datetime as dt
import time

import pytest
import time_machine
from django.db import transaction

from exchange.activity.models import Cursor
from exchange.common.errors import Invalid
from exchange.common.models import OnceKey
from exchange.common.once import fingerprint, forget_old_keys, once
from tests.threads import alone, on_postgres, together


def make(name: str, *, key: str = "nonce", owner: str = "person:1", print_: str = "") -> object:
    """Make a row as an action would, once for the key; return what came of the first."""
    with once(owner=owner, key=key, fingerprint=print_) as claim:
        if claim.first:
            time.sleep(0.01)
            Cursor.objects.create(name=name)
            claim.keep({"made": name})
            return {"made": name}
        return claim.outcome


def test_the_second_use_is_given_the_outcome_of_the_first(db: None) -> None:
    assert make("one") == {"made": "one"}
    assert make("two") == {"made": "one"}
    assert [row.name for row in Cursor.objects.all()] == ["one"]


def test_people_do_not_share_keys(db: None) -> None:
    make("one", owner="person:1")
    assert make("two", owner="person:2") == {"made": "two"}


def test_another_request_with_the_same_key_is_refused(db: None) -> None:
    make("one", print_=fingerprint(b"POST", b"{}"))
    with pytest.raises(Invalid) as refusal:
        make("two", print_=fingerprint(b"POST", b"{1}"))
    assert refusal.value.code == "key_reused"
    assert Cursor.objects.count() == 1


def test_parts_of_a_fingerprint_do_not_run_together() -> None:
    assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")


def test_a_failure_frees_the_key(db: None) -> None:
    def fail() -> None:
        with once(owner="person:1", key="nonce"):
            Cursor.objects.create(name="never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert make("one") == {"made": "one"}
    assert not Cursor.objects.filter(name="never").exists()


def test_keys_are_forgotten_after_a_day(db: None) -> None:
    make("one")
    assert forget_old_keys() == 0
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)):
        assert forget_old_keys() == 1
        assert make("two") == {"made": "two"}


def test_of_many_at_once_one_makes_it(shared_db: None) -> None:
    number = 30 if on_postgres() else 8
    outcomes = together(lambda index: make(f"row {index}"), number)
    assert all(outcome == outcomes[0] for outcome in outcomes), outcomes
    assert alone(lambda: Cursor.objects.count()) == 1
    assert alone(lambda: OnceKey.objects.count()) == 1


def test_when_the_first_fails_one_of_those_who_wait_makes_it(shared_db: None) -> None:
    failed: list[int] = []

    def work(index: int) -> object:
        with transaction.atomic():
            outcome = make(f"row {index}")
            if not failed:
                failed.append(index)
                raise ZeroDivisionError
            return outcome

    outcomes = together(work, 6)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(refused) == len(failed) == 1, outcomes
    assert len({repr(outcome) for outcome in outcomes if outcome not in refused}) == 1
    assert alone(lambda: Cursor.objects.count()) == 1
