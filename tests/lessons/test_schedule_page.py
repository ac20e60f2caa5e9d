"""The page on which a day is chosen, and what the others say of it."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.lessons import actions
from exchange.lessons.models import Lesson
from exchange.partners.models import Membership
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson
from tests.lessons.pages import browser, page, step_body
from tests.partners.factories import membership
from tests.partners.pages import at

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def in_two_days() -> dt.datetime:
    """Nine o'clock in Gothenburg."""
    day = (time.now() + dt.timedelta(days=2)).astimezone(STOCKHOLM)
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def choose(cast: Cast, lesson: Lesson, typed: str) -> str:
    rolf = browser(cast.gothenburg.reviewer)
    body = step_body(lesson, release_at=typed)
    return page(rolf.post(f"{lesson.get_absolute_url()}schedule/", body, follow=True))


def test_the_hour_is_the_one_on_the_reviewers_clock(cast: Cast) -> None:
    lesson, moment = make_lesson(cast, state="validated"), in_two_days()
    text = choose(cast, lesson, moment.strftime("%Y-%m-%dT%H:%M"))
    assert Lesson.objects.get().release_at == moment
    assert "09:00 (Europe/Stockholm)" in text
    assert re.search(r"It will be published on \d+ \w+ \d{4}, 09:00 \(Europe/Stockholm\)\.", text)


def test_the_history_keeps_the_day_that_was_chosen(cast: Cast) -> None:
    lesson, moment = make_lesson(cast, state="validated"), in_two_days()
    choose(cast, lesson, moment.strftime("%Y-%m-%dT%H:%M"))
    address = f"{lesson.get_absolute_url()}history/"
    text = page(browser(cast.gothenburg.reader).get(address))
    day = f"{moment.day} {moment:%B %Y}, 09:00 (Europe/Stockholm)"
    assert f"Publication planned for {day}" in text


def test_the_page_names_the_zone_and_the_readers(cast: Cast) -> None:
    lesson = make_lesson(cast, state="validated")
    rolf = browser(cast.gothenburg.reviewer)
    text = page(rolf.get(f"{lesson.get_absolute_url()}schedule/"))
    assert "Europe/Stockholm" in text
    assert "Port of Los Angeles" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "This field is required"),
        ("tomorrow", "Write a day and an hour"),
        ("2027-03-28T02:30", "The clocks leave this hour out"),
        ("2020-01-01T09:00", "within a year"),
        ("0001-01-01T00:00", "within a year"),
        ("9999-12-31T23:59", "within a year"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_kept(cast: Cast, typed: str, said: str) -> None:
    lesson = make_lesson(cast, state="validated")
    text = choose(cast, lesson, typed)
    assert said in text
    assert f'value="{typed}"' in text or not typed
    assert not Lesson.objects.get().is_scheduled


def test_the_day_is_shown_at_home_wherever_the_state_is(cast: Cast) -> None:
    lesson = act("schedule", make_lesson(cast, state="validated"), cast.gothenburg)
    rut = browser(cast.gothenburg.reader)
    for address in (lesson.get_absolute_url(), "/lessons/?state=validated"):
        assert "will be published on" in page(rut.get(address))


def test_other_readers_of_a_published_lesson_are_not_told_of_the_day(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg)
    for step in ("submit", "approve", "schedule"):
        lesson = act(step, lesson, cast.gothenburg)
    carla = browser(cast.los_angeles.reader)
    for address in (lesson.get_absolute_url(), "/lessons/"):
        assert "will be published on" not in page(carla.get(address))


@pytest.mark.parametrize("name", ["review", "audience"])
def test_what_would_call_the_day_off_says_so_before(cast: Cast, name: str) -> None:
    lesson = act("schedule", make_lesson(cast, state="validated"), cast.gothenburg)
    rolf = browser(cast.gothenburg.reviewer)
    assert "This calls off the day" in page(rolf.get(f"{lesson.get_absolute_url()}{name}/"))


def test_it_is_called_off_by_a_button(cast: Cast) -> None:
    lesson = act("schedule", make_lesson(cast, state="validated"), cast.gothenburg)
    rolf = browser(cast.gothenburg.reviewer)
    assert "Call it off" in page(rolf.get(lesson.get_absolute_url()))
    rolf.post(f"{lesson.get_absolute_url()}unschedule/", step_body(lesson))
    assert not Lesson.objects.get().is_scheduled


def test_a_planned_publication_waits_for_nobody(cast: Cast) -> None:
    lesson = make_lesson(cast, state="validated")
    rolf, address = browser(cast.gothenburg.reviewer), f"/lessons/{lesson.pk}/review/"
    assert address in page(rolf.get("/"))
    act("schedule", lesson, cast.gothenburg)
    assert address not in page(rolf.get("/"))


@pytest.mark.parametrize(
    ("role", "warned"), [("contributor", True), ("reviewer", False), ("coordinator", False)]
)
def test_who_takes_a_reviewers_role_is_told_first_what_will_not_be_published(
    cast: Cast, role: str, warned: bool
) -> None:
    lesson = act("schedule", make_lesson(cast, state="validated"), cast.gothenburg)
    rolf = membership(cast.gothenburg, "reviewer")
    siv = browser(cast.gothenburg.coordinator)
    text = page(siv.post(at(cast, "change_role", member=rolf.pk), {"role": role}, follow=True))
    assert ("not be published on the day" in text and lesson.get_absolute_url() in text) is warned
    rolf.refresh_from_db()
    assert (rolf.role == Role.REVIEWER) is (warned or role == "reviewer")


def test_what_nobody_may_publish_on_its_day_is_told_and_waits_for_others(cast: Cast) -> None:
    lesson = act("schedule", make_lesson(cast, state="validated"), cast.gothenburg)
    address, siv = lesson.get_absolute_url(), browser(cast.gothenburg.coordinator)
    assert "will be published on" in page(siv.get(address))
    assert address not in page(siv.get("/lessons/waiting/"))
    Membership.objects.filter(user=cast.gothenburg.reviewer).update(role=Role.READER)
    text = page(siv.get(address))
    assert "It will not be published on its day. Who chose the day may not publish it" in text
    assert "will be published on" not in text
    assert f"{address}review/" in page(siv.get("/lessons/waiting/"))


@pytest.mark.parametrize(
    "where", ["/lessons/waiting/", "/lessons/?state=validated", "{}review/", "{}publish/"]
)
def test_no_page_announces_a_day_that_will_not_be_kept(cast: Cast, where: str) -> None:
    lesson = act("schedule", make_lesson(cast, state="validated"), cast.gothenburg)
    Membership.objects.filter(user=cast.gothenburg.reviewer).update(role=Role.READER)
    siv = browser(cast.gothenburg.coordinator)
    text = page(siv.get(where.format(lesson.get_absolute_url())))
    assert "was to be published on" in text
    assert "will be published on" not in text


def test_a_reviewer_who_leaves_is_told_what_will_not_be_published(cast: Cast) -> None:
    rolf = browser(cast.gothenburg.reviewer)
    assert "not be published on the day" not in page(rolf.get(at(cast, "leave")))
    lesson = act("schedule", make_lesson(cast, state="validated"), cast.gothenburg)
    assert lesson.get_absolute_url() in page(rolf.get(at(cast, "leave")))


def test_a_day_on_which_nothing_was_published_is_explained(cast: Cast) -> None:
    lesson = act("schedule", make_lesson(cast, state="validated"), cast.gothenburg)
    Lesson.objects.update(release_at=time.now(), released_by=None)
    actions.release_due(actor=Viewer.system())
    rut = browser(cast.gothenburg.reader)
    assert "It was not published on its day" in page(rut.get(lesson.get_absolute_url()))
    act("publish", Lesson.objects.get(), cast.gothenburg)
    assert "not published on its day" not in page(rut.get(lesson.get_absolute_url()))


def test_an_author_takes_a_text_back_from_review(cast: Cast) -> None:
    lesson = make_lesson(cast, state="in_review")
    karin = browser(cast.gothenburg.contributor)
    assert "Take it back" in page(karin.get(lesson.get_absolute_url()))
    karin.post(f"{lesson.get_absolute_url()}recall/", step_body(lesson))
    assert Lesson.objects.get().state == "captured"
    assert not Lesson.objects.waiting_for_review_by(eyes(cast.gothenburg.reviewer)).exists()
