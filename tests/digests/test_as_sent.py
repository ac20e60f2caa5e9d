"""What a mail tells is what its reader may see as it leaves, whenever it was read."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from exchange.accounts.models import User
from exchange.audiences.viewer import Viewer
from exchange.common.mail import post
from exchange.digests import bookkeeping, planning, sending
from exchange.digests.letters import load
from exchange.digests.models import Digest
from exchange.lessons.models import Lesson
from exchange.partners.actions import end_membership, resume_organisation
from exchange.partners.models import Membership
from tests.cast import Cast, eyes
from tests.digests.scenes import DUE_IN_LOS_ANGELES, publish, run, subscribe
from tests.lessons.factories import act, make_lesson
from tests.partners.factories import put_aside


@pytest.fixture
def colleague(cast: Cast, clock: Traveller) -> User:
    """Somebody else of Los Angeles who gets the same mails; to be asked for before `taken_back`."""
    return subscribe(cast.los_angeles.coordinator).user


@pytest.fixture
def taken_back(cast: Cast, clock: Traveller) -> Lesson:
    """A lesson, beside another, that Ray of Los Angeles would read in a digest due now."""
    subscribe(cast.los_angeles.reader)
    publish(cast, "This stays")
    lesson = publish(cast, "Taken back")
    clock.move_to(DUE_IN_LOS_ANGELES)
    return lesson


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], Any]], None]:
    """Have something happen, once, when the sender comes by a fault point."""

    def happen(point: str, what: Callable[[], Any]) -> None:
        left = [what]

        def come_by(name: str) -> None:
            if name == point and left:
                left.pop()()

        monkeypatch.setattr(sending, "faultpoint", come_by)

    return happen


At = Callable[[str, Callable[[], Any]], None]


@pytest.mark.parametrize("point", ["after_claim", "rendered"])
def test_what_is_taken_back_before_a_mail_leaves_is_not_in_it(
    cast: Cast, at: At, taken_back: Lesson, mailoutbox: list[EmailMessage], point: str
) -> None:
    at(point, lambda: act("withdraw", taken_back, cast.gothenburg))
    assert run() == 1
    assert "This stays" in str(mailoutbox[0].body)
    assert "Taken back" not in str(mailoutbox[0].body)


def test_so_it_is_while_events_wait_for_their_positions(
    cast: Cast, at: At, taken_back: Lesson, mailoutbox: list[EmailMessage]
) -> None:
    make_lesson(cast)
    at("rendered", lambda: act("withdraw", taken_back, cast.gothenburg))
    assert run() == 1
    assert "Taken back" not in str(mailoutbox[0].body)


@pytest.mark.parametrize("point", ["after_claim", "rendered"])
def test_who_leaves_before_a_mail_does_gets_none(
    cast: Cast, at: At, taken_back: Lesson, mailoutbox: list[EmailMessage], point: str
) -> None:
    ray = cast.los_angeles.reader
    held = Membership.objects.get(user=ray)
    at(point, lambda: end_membership(actor=eyes(ray), membership=held))
    assert run() == 0
    assert Digest.objects.get().reason == "no_membership"
    assert not mailoutbox


def test_whose_port_takes_part_again_before_a_mail_is_given_up_gets_it(
    cast: Cast, taken_back: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = put_aside(cast.los_angeles.organisation)
    close = bookkeeping.close_unsent

    def close_late(*args: Any, **options: Any) -> bool:
        if port.standing == "suspended":
            resume_organisation(actor=Viewer.system(), organisation=port)
            port.refresh_from_db()
        return close(*args, **options)

    monkeypatch.setattr(bookkeeping, "close_unsent", close_late)
    assert run() == 1
    assert Digest.objects.get().state == "sent"


def test_a_new_address_counts_within_a_second_however_slow_the_server(
    cast: Cast,
    colleague: User,
    taken_back: Lesson,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second of two mails that are claimed, and read, together."""
    seconds = count(step=2)
    monkeypatch.setattr(sending, "monotonic", lambda: next(seconds))

    def post_and_change(*args: Any) -> None:
        post(*args)
        if len(mailoutbox) == 1:
            waits = EmailAddress.objects.filter(user__in=[cast.los_angeles.reader, colleague])
            waits.exclude(email=mailoutbox[0].to[0]).update(email="new@example.org")

    monkeypatch.setattr(sending, "post", post_and_change)
    assert run() == 2
    assert mailoutbox[1].to == ["new@example.org"]


def test_when_something_happens_all_that_wait_are_read_again_at_once(
    cast: Cast,
    at: At,
    colleague: User,
    taken_back: Lesson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And not one by one, each with all its news written once more."""
    read: list[int] = []
    monkeypatch.setattr(
        sending, "load", lambda model, claims: read.append(len(claims)) or load(model, claims)
    )
    at("rendered", lambda: act("withdraw", taken_back, cast.gothenburg))
    assert run() == 2
    assert read == [2, 2]


def test_what_is_claimed_together_is_read_in_the_same_two_queries(
    colleague: User, taken_back: Lesson
) -> None:
    planning.plan()
    claims = bookkeeping.claim(Digest, 10)
    for some in (claims[:1], claims):
        with CaptureQueriesContext(connection) as asked:
            rows = load(Digest, some)
        assert (list(rows), len(asked)) == (some, 2)
    assert len(claims) == 2
