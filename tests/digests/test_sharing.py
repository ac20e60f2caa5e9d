"""What is written once may be read by those who see exactly the same, as long as nothing happens."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from exchange.activity.sequencer import place_events
from exchange.audiences.actions import set_group_members
from exchange.audiences.viewer import Viewer
from exchange.common.mail import post
from exchange.digests import sending, sharing
from exchange.digests.choice import EVERYTHING
from exchange.digests.sharing import Shelf
from tests.agreements.factories import today
from tests.agreements.work import action, meeting
from tests.cast import Cast, eyes
from tests.digests.scenes import DUE_IN_LOS_ANGELES, log_now, publish, run, subscribe
from tests.lessons.factories import act, make_lesson

END = 10_000


def told(shelf: Shelf, cast: Cast, port: str, role: str = "reader") -> str:
    return told_to(shelf, eyes(getattr(getattr(cast, port), role)))


def told_to(shelf: Shelf, viewer: Viewer) -> str:
    shelf.as_of(log_now())
    return shelf.news(viewer, EVERYTHING, start=0, end=END, zone="UTC").text


def test_colleagues_share_what_is_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(cast, "Agree the plug first")
    written: list[Any] = []
    write = sharing.write_news
    monkeypatch.setattr(sharing, "write_news", lambda *a: written.append(a) or write(*a))
    shelf = Shelf()
    assert told(shelf, cast, "los_angeles") == told(shelf, cast, "los_angeles", "coordinator")
    assert len(written) == 1


def test_other_ports_share_nothing(cast: Cast) -> None:
    publish(cast, "Agree the plug first")
    shelf = Shelf()
    assert "Agree the plug first" in told(shelf, cast, "los_angeles")
    assert "Agree the plug first" not in told(shelf, cast, "tokyo")


def test_who_did_something_does_not_share_it(cast: Cast) -> None:
    publish(cast, "Published by the reviewer")
    shelf = Shelf()
    assert "Published by the reviewer" in told(shelf, cast, "gothenburg")
    assert "Published by the reviewer" not in told(shelf, cast, "gothenburg", "reviewer")


def test_the_same_roles_with_other_audiences_share_nothing(cast: Cast) -> None:
    publish(cast, "Agree the plug first")
    shelf, viewer = Shelf(), eyes(cast.los_angeles.reader)
    assert "Agree the plug first" in told_to(shelf, viewer)
    outside = replace(viewer, audience_ids=viewer.audience_ids - {cast.agreement.pk})
    assert "Agree the plug first" not in told_to(shelf, outside)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("after", [True, False])
def test_whatever_happens_ends_the_sharing(cast: Cast, before: bool, after: bool) -> None:
    """Also when the log's newest events have no position yet, before or after."""
    lesson = publish(cast, "Agree the plug first")
    if not before:
        make_lesson(cast)
    shelf = Shelf()
    assert "Agree the plug first" in told(shelf, cast, "los_angeles")
    act("withdraw", lesson, cast.gothenburg)
    if after:
        place_events()
    assert "Agree the plug first" not in told(shelf, cast, "los_angeles", "coordinator")


@pytest.mark.parametrize("placed", [True, False])
def test_who_is_in_which_group_is_asked_once_and_again_when_something_happened(
    cast: Cast, placed: bool
) -> None:
    """An organisation leaves its group, and whoever let it go records that."""
    shelf, homes = Shelf(), frozenset([cast.los_angeles.home.pk])
    shelf.as_of(log_now())
    with CaptureQueriesContext(connection) as asked:
        assert all(cast.agreement.pk in shelf.seen_from(homes) for _mail in range(2))
    assert len(asked) == 1
    set_group_members(actor=Viewer.system(), group=cast.agreement, members=[cast.gothenburg.home])
    publish(cast, "It has left")
    if not placed:
        make_lesson(cast)
    shelf.as_of(log_now())
    assert cast.agreement.pk not in shelf.seen_from(homes)


def test_whom_something_concerns_is_read_once_and_again_when_something_happened(
    cast: Cast,
) -> None:
    shelf, person = Shelf(), cast.los_angeles.reader
    rolf = eyes(person)
    shelf.as_of(log_now())
    with CaptureQueriesContext(connection) as asked:
        assert not any(shelf.waiting_for(rolf) for _mail in range(2))
    # Once for each slice that a person's questions would cost something.
    assert len(asked) == 2
    action(cast, owner=cast.los_angeles, person=person, text={"due": today()})
    shelf.as_of(log_now())
    assert [todo.kind for todo in shelf.waiting_for(eyes(person))] == ["action"]


def test_a_meeting_is_told_by_the_clock_of_each_who_shares_the_news(cast: Cast) -> None:
    meeting(cast, starts_at=dt.datetime(2027, 1, 15, 16, tzinfo=dt.UTC))
    place_events()
    shelf, ray = Shelf(), eyes(cast.los_angeles.reader)
    shelf.as_of(log_now())
    for zone, hour in (
        ("America/Los_Angeles", "15 January 2027, 08:00"),
        ("Asia/Tokyo", "16 January 2027, 01:00"),
        ("Etc/GMT+5", "15 January 2027, 11:00"),
    ):
        told = shelf.news(ray, EVERYTHING, start=0, end=END, zone=zone).text
        hours = f"{hour} ({zone}) · 15 January 2027, 17:00 (Europe/Stockholm)"
        assert hours in " ".join(told.split())


def test_what_is_taken_back_between_two_mails_is_in_the_first_only(
    cast: Cast, clock: Traveller, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(cast.los_angeles.reader)
    subscribe(cast.los_angeles.coordinator)
    publish(cast, "This stays")
    lesson = publish(cast, "Taken back")
    clock.move_to(DUE_IN_LOS_ANGELES)

    def post_and_withdraw(*args: Any) -> None:
        post(*args)
        if len(mailoutbox) == 1:
            act("withdraw", lesson, cast.gothenburg)

    monkeypatch.setattr(sending, "post", post_and_withdraw)
    assert run() == 2
    assert ["Taken back" in str(mail.body) for mail in mailoutbox] == [True, False]
