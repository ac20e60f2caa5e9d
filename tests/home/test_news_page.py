"""What the page of news tells whom, how far back it goes, and what it costs."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from exchange.activity.models import Event
from exchange.agreements import actions
from exchange.common import time
from exchange.lessons.choices import State
from tests.activity.things import repeat
from tests.agreements.factories import make_agreement
from tests.cast import Cast, eyes
from tests.home.test_home_page import titled
from tests.lessons.factories import act, make_lesson


def news(user: Any, address: str = "/news/", **headers: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_news_the_page_points_to_the_library(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.home.news.news_verbs", list)
    assert "Nothing has been shared" in news(cast.gothenburg.contributor)


def test_news_reaches_the_partner_inside_and_not_the_one_outside(cast: Cast) -> None:
    titled(cast, cast.agreement, "News for the two")
    assert "News for the two" in news(cast.los_angeles.reader)
    assert "News for the two" not in news(cast.tokyo.reader)


def test_the_start_page_fetches_the_newest_few_alone(cast: Cast) -> None:
    for number in range(8):
        titled(cast, cast.agreement, f"Quay number {number}")
    piece = news(cast.los_angeles.reader, **{"HX-Request": "true"})
    assert (piece.count("Quay number"), "<html" in piece) == (6, False)
    assert piece.index("Quay number 7") < piece.index("Quay number 2")


def test_one_goes_back_page_by_page_to_the_first_news(cast: Cast) -> None:
    for number in range(25):
        titled(cast, cast.agreement, f"Quay number {number}.")
    first = news(cast.los_angeles.reader)
    address = first.split('<a href="?before=')[1].split('"')[0]
    second = news(cast.los_angeles.reader, f"/news/?before={address}")
    told = [number for number in range(25) if f"number {number}." in second]
    assert told == [0, 1, 2, 3, 4]
    assert "Older" not in second


@pytest.mark.parametrize("before", ["0", "soon", "99999999999999999999", "-3"])
def test_an_address_that_means_nothing_shows_the_newest(cast: Cast, before: str) -> None:
    titled(cast, cast.agreement, "Newest quay")
    assert "Newest quay" in news(cast.los_angeles.reader, f"/news/?before={before}")


def test_before_the_first_there_is_nothing_older(cast: Cast) -> None:
    titled(cast, cast.agreement, "Newest quay")
    page = news(cast.los_angeles.reader, "/news/?before=1")
    assert "Nothing older." in page
    assert "Newest quay" not in page


def test_news_of_every_kind_stay_within_twelve_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    agreement, siv = make_agreement(cast), eyes(cast.gothenburg.coordinator)
    titled(cast, cast.agreement, "Quay")
    stream = actions.plan_workstream(actor=siv, agreement=agreement, text={"title": "Stream"})
    when = time.now() + dt.timedelta(days=3)
    actions.call_meeting(
        actor=siv, agreement=agreement, text={"title": "Meeting", "starts_at": when}
    )
    stone = actions.plan_milestone(actor=siv, workstream=stream, text={"title": "Stone"})
    actions.finish_task(actor=siv, task=stone)
    repeat(Event.objects.get(verb="milestone.met"), times=50)
    client = Client()
    client.force_login(cast.los_angeles.reader)
    with django_assert_max_num_queries(12):
        page = client.get("/news/").content.decode()
    assert all(title in page for title in ("Quay", "Stream", "Stone", "Meeting", "admitted"))


@pytest.mark.parametrize("hidden", [True, False])
def test_many_events_of_one_thing_leave_room_for_the_others(cast: Cast, hidden: bool) -> None:
    titled(cast, cast.agreement, "Older news")
    loud = titled(cast, cast.agreement, "Loud news")
    event = Event.objects.get(target_id=loud.pk, verb="lesson.published")
    if hidden:
        act("withdraw", loud, cast.gothenburg)
    repeat(event, times=50)
    page = news(cast.los_angeles.reader)
    assert "Older news" in page
    assert page.count("Loud news") == (0 if hidden else 1)


def test_many_hidden_things_leave_room_for_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchange.home.news.MORE", -18)
    titled(cast, cast.agreement, "Older news")
    for number in range(7):
        titled(cast, cast.agreement, f"Withdrawn {number}", State.WITHDRAWN)
    titled(cast, cast.agreement, "Newer news")
    page = news(cast.los_angeles.reader)
    assert page.index("Newer news") < page.index("Older news")


def test_news_says_whose_it_is_and_what_it_is_about(cast: Cast) -> None:
    make_lesson(cast, text={"summary": "Plugs before ships."})
    page = news(cast.los_angeles.reader)
    assert "published · Port of Gothenburg" in page
    assert "Plugs before ships." in page


def test_a_screen_reader_is_told_in_which_language_news_is_written(cast: Cast) -> None:
    text = {
        "language": "sv",
        "title": "Fråga först",
        "titles": {"en": "Ask first"},
        "summary": "Ja.",
    }
    make_lesson(cast, text=text)
    page = news(cast.los_angeles.reader)
    assert 'lang="en">Ask first</a>' in page
    assert '<span lang="sv">Ja.</span>' in page
