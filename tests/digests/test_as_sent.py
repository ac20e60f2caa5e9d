"""What a mail tells is what its reader may see as it leaves, whenever it was read."""

from collections.abc import Callable, Collection
from itertools import count
from typing import Any, Protocol

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from exchange.accounts.models import User
from exchange.activity.models import LogHead
from exchange.activity.sequencer import place_events
from exchange.audiences.actions import set_group_members
from exchange.audiences.viewer import Viewer
from exchange.common.mail import post
from exchange.digests import bookkeeping, notices, planning, sending
from exchange.digests.letters import load
from exchange.digests.models import Digest, Notice
from exchange.lessons.choices import State
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
    return subscribe(cast.los_angeles.contributor).user


@pytest.fixture
def taken_back(cast: Cast, clock: Traveller) -> Lesson:
    """A lesson, beside another, that Ray of Los Angeles would read in a digest due now."""
    subscribe(cast.los_angeles.reader)
    publish(cast, "This stays")
    lesson = publish(cast, "Taken back")
    clock.move_to(DUE_IN_LOS_ANGELES)
    return lesson


class When(Protocol):
    def __call__(
        self, point: str, what: Callable[[], Any], times: Collection[int] = (1,)
    ) -> None: ...


@pytest.fixture
def when(monkeypatch: pytest.MonkeyPatch) -> When:
    """Have something happen when the sender comes by a fault point, the first time or other times."""

    def happen(point: str, what: Callable[[], Any], times: Collection[int] = (1,)) -> None:
        passes = count(1)

        def come_by(name: str) -> None:
            if name == point and next(passes) in times:
                what()

        monkeypatch.setattr(sending, "faultpoint", come_by)

    return happen


@pytest.fixture(autouse=True)
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is not read again because it is too old."""
    monkeypatch.setattr(sending, "monotonic", lambda: 0.0)


def test_what_is_taken_back_before_a_mail_leaves_is_not_in_it(
    cast: Cast, when: When, taken_back: Lesson, mailoutbox: list[EmailMessage]
) -> None:
    when("rendered", lambda: act("withdraw", taken_back, cast.gothenburg))
    assert run() == 1
    assert "This stays" in str(mailoutbox[0].body)
    assert "Taken back" not in str(mailoutbox[0].body)


def test_so_it_is_while_events_wait_for_their_positions(
    cast: Cast, when: When, taken_back: Lesson, mailoutbox: list[EmailMessage]
) -> None:
    make_lesson(cast)
    when("rendered", lambda: act("withdraw", taken_back, cast.gothenburg))
    assert run() == 1
    assert "Taken back" not in str(mailoutbox[0].body)


def test_so_it_is_while_the_log_has_lost_its_head(
    cast: Cast, when: When, taken_back: Lesson, mailoutbox: list[EmailMessage]
) -> None:
    planning.plan()
    LogHead.objects.all().delete()
    when("rendered", lambda: act("withdraw", taken_back, cast.gothenburg))
    assert sending.send_waiting() == 1
    assert "Taken back" not in str(mailoutbox[0].body)


def test_who_leaves_before_a_mail_does_gets_none(
    cast: Cast, when: When, taken_back: Lesson, mailoutbox: list[EmailMessage]
) -> None:
    ray = cast.los_angeles.reader
    held = Membership.objects.get(user=ray)
    when("rendered", lambda: end_membership(actor=eyes(ray), membership=held))
    assert run() == 0
    assert Digest.objects.get().reason == "no_membership"
    assert not mailoutbox


def test_so_it_is_for_whose_mail_was_read_with_an_earlier_one(
    when: When, colleague: User, taken_back: Lesson, mailoutbox: list[EmailMessage]
) -> None:
    """Of two, whoever's is the second."""

    def leave() -> None:
        [waits] = Digest.objects.filter(state="claimed").select_related("subscription__user")
        held = Membership.objects.filter(user=waits.subscription.user)
        end_membership(actor=eyes(waits.subscription.user), membership=held.get())

    when("after_claim", leave, times=[2])
    assert run() == 1
    assert Digest.objects.get(state="suppressed").reason == "no_membership"


def test_who_leaves_before_they_are_told_at_once_is_not(
    cast: Cast, when: When, mailoutbox: list[EmailMessage]
) -> None:
    make_lesson(cast, state=State.IN_REVIEW)
    place_events()
    notices.follow()
    rita = cast.gothenburg.reviewer
    Notice.objects.exclude(user=rita).delete()
    held = Membership.objects.get(user=rita)
    when("rendered", lambda: end_membership(actor=eyes(rita), membership=held))
    assert sending.send_waiting() == 0
    assert Notice.objects.get().reason == "no_membership"


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


def test_what_is_shared_before_a_mail_is_found_empty_is_told(
    cast: Cast, clock: Traveller, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokyo becomes a party to the agreement in that moment, and whoever let it records that."""
    subscribe(cast.tokyo.reader)
    publish(cast, "Agree the plug first", audience=cast.agreement)
    clock.move_to(DUE_IN_LOS_ANGELES)
    close = bookkeeping.close_unsent
    parties = [cast.gothenburg.home, cast.tokyo.home]

    def close_late(*args: Any, **options: Any) -> bool:
        if parties:
            set_group_members(actor=Viewer.system(), group=cast.agreement, members=parties)
            parties.clear()
            publish(cast, "Tokyo has joined")
        return close(*args, **options)

    monkeypatch.setattr(bookkeeping, "close_unsent", close_late)
    assert run() == 1
    assert "Agree the plug first" in str(mailoutbox[0].body)


def test_where_something_happens_all_the_time_a_mail_waits_for_a_quieter_moment(
    cast: Cast, when: When, colleague: User, taken_back: Lesson
) -> None:
    when("rendered", lambda: make_lesson(cast), times=range(30))
    assert run() == 0
    assert {*Digest.objects.values_list("state", "attempts")} == {("planned", 0)}
    when("rendered", lambda: None)
    assert sending.send_waiting() == 2


@pytest.mark.parametrize("step", ["load", "begin_sending"])
def test_what_a_database_error_stopped_is_sent_by_the_next_sweep(
    colleague: User, taken_back: Lesson, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_args: Any, **_options: Any) -> None:
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as broken:
        broken.setattr(sending if step == "load" else bookkeeping, step, fail)
        with pytest.raises(OperationalError):
            run()
    assert sending.send_waiting() == 2


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
    when: When,
    colleague: User,
    taken_back: Lesson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And not one by one, each with all its news written once more."""
    read: list[int] = []
    monkeypatch.setattr(
        sending, "load", lambda model, claims: read.append(len(claims)) or load(model, claims)
    )
    when("rendered", lambda: act("withdraw", taken_back, cast.gothenburg))
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
