"""What the front door shows to whom."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from exchange.accounts.models import User
from exchange.audiences.models import Audience
from exchange.common.ids import uuid7
from exchange.common.providers import steps_for
from exchange.digests.actions import subscribe
from exchange.lessons.bookkeeping import keep_buffer
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from exchange.partners.models import Membership
from tests.cast import Cast, eyes, long_here
from tests.lessons.factories import make_lesson
from tests.partners.factories import put_aside


def titled(where: Cast, audience: Audience, title: str, state: str = State.PUBLISHED) -> Lesson:
    """Bring a lesson of Gothenburg with that title into `state`."""
    return make_lesson(where, audience=audience, state=state, text={"title": title})


def start_page(user: Any = None) -> str:
    client = Client()
    if user:
        client.force_login(user)
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visitor_sees_public_lessons_only(cast: Cast) -> None:
    titled(cast, cast.public, "Quay for everybody")
    titled(cast, cast.partners, "Quay for partners")
    titled(cast, cast.agreement, "Quay for the two")
    titled(cast, cast.public, "Quay not yet out", State.CAPTURED)
    page = start_page()
    assert "Quay for everybody" in page
    assert page.count("Quay for") == 1
    assert "Quay not yet out" not in page


def test_a_visitor_of_an_empty_exchange_is_told_what_to_do(db: None) -> None:
    assert "No lesson is public yet" in start_page()


def test_the_dashboard_leads_to_the_news_and_fetches_them(cast: Cast) -> None:
    page = start_page(cast.gothenburg.reader)
    assert 'href="/news/">See what is new for me' in page
    assert 'hx-get="/news/" hx-trigger="load"' in page


@pytest.mark.parametrize("words", ["Nothing waits for you", "You have no saved draft"])
def test_an_empty_dashboard_names_the_first_step(cast: Cast, words: str) -> None:
    assert words in start_page(cast.gothenburg.contributor)


def test_who_may_only_read_is_not_offered_to_write(cast: Cast) -> None:
    assert "Write a lesson" not in start_page(cast.gothenburg.reader)


def test_a_draft_is_on_its_writers_dashboard_only(cast: Cast) -> None:
    titled(cast, cast.public, "Half a thought", State.CAPTURED)
    assert "Half a thought" in start_page(cast.gothenburg.contributor)
    assert "Half a thought" not in start_page(cast.los_angeles.contributor)


def test_the_dashboard_says_of_a_draft_that_more_was_typed(cast: Cast) -> None:
    lesson = titled(cast, cast.public, "Half a thought", State.CAPTURED)
    karin = cast.gothenburg.contributor
    assert "you typed more that is not saved" not in start_page(karin)
    keep_buffer(eyes(karin), lesson.pk, lesson.pk, lesson.lock, {"title": ["A whole one"]})
    assert "you typed more that is not saved" in start_page(karin)


def test_it_says_nothing_of_typing_that_a_review_has_overtaken(cast: Cast) -> None:
    lesson = titled(cast, cast.public, "Half a thought", State.IN_REVIEW)
    karin = cast.gothenburg.contributor
    keep_buffer(eyes(karin), lesson.pk, lesson.pk, lesson.lock, {"title": ["A whole one"]})
    assert "Half a thought" in start_page(karin)
    assert "you typed more that is not saved" not in start_page(karin)


def test_it_leads_to_what_was_typed_and_not_saved(cast: Cast) -> None:
    karin = cast.gothenburg.contributor
    assert "/lessons/waiting/#typed" in start_page(karin)
    client = Client()
    client.force_login(karin)
    assert "all that you typed is saved" in client.get("/lessons/waiting/").content.decode()
    keep_buffer(eyes(karin), uuid7(), None, 0, {"title": ["Hardly begun"]})
    assert "Hardly begun" in client.get("/lessons/waiting/").content.decode()


def test_what_is_handed_in_waits_for_the_reviewer(cast: Cast) -> None:
    titled(cast, cast.public, "Please read me", State.IN_REVIEW)
    page = start_page(cast.gothenburg.reviewer)
    assert "Nothing waits for you" not in page
    assert "Please read me" in page


def test_the_dashboard_costs_twelve_queries_however_full(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        titled(cast, cast.agreement, f"News {number}")
        titled(cast, cast.public, f"Draft {number}", State.CAPTURED)
    client = Client()
    client.force_login(cast.gothenburg.coordinator)
    with django_assert_max_num_queries(12):
        assert b"Bring in your colleagues" in client.get("/").content


def test_the_first_steps_cost_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.force_login(cast.gothenburg.coordinator)
    with CaptureQueriesContext(connection) as with_steps:
        client.get("/")
    long_here(cast.gothenburg.coordinator)
    with django_assert_num_queries(len(with_steps) - 1):
        client.get("/")


def test_the_landing_page_costs_the_same_for_one_lesson_and_six(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    titled(cast, cast.public, "First")
    with django_assert_num_queries(3):
        start_page()
    for number in range(5):
        titled(cast, cast.public, f"Next {number}")
    with django_assert_num_queries(3):
        start_page()


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "coordinator"])
def test_the_start_page_says_what_one_is_where(cast: Cast, role: str) -> None:
    page = start_page(getattr(cast.gothenburg, role))
    assert f"You are a {role} at" in page
    assert str(cast.gothenburg.organisation) in page
    assert ("ask a coordinator there" in page) == (role == "reader")


def test_of_a_suspended_organisation_nobody_is_told_to_ask_for_a_role(cast: Cast) -> None:
    put_aside(cast.gothenburg.organisation)
    page = start_page(cast.gothenburg.coordinator)
    assert "which takes no part now" in page
    assert "You are a reader" not in page
    assert "ask a coordinator there" not in page


def test_who_belongs_nowhere_is_told_how_to_take_part_again(cast: Cast) -> None:
    cast.tokyo.reader.memberships.all().delete()
    assert "You belong to no organisation now" in start_page(cast.tokyo.reader)


def test_the_operator_is_led_to_the_admin(db: None) -> None:
    page = start_page(User.objects.create_superuser("op@example.org", full_name="Op"))
    assert 'href="/admin/"' in page
    assert "You belong to no organisation" not in page


def steps_of(user: Any) -> list[tuple[str, bool]]:
    viewer = eyes(user)
    return [(str(step.title), step.done) for step in steps_for(viewer)]


WRITE, CHOOSE, INVITE = (
    "Write down your first lesson",
    "Choose when the digest comes",
    "Bring in your colleagues",
)


def test_each_role_has_the_first_steps_it_can_do(cast: Cast) -> None:
    port = cast.gothenburg
    assert {step for step, _done in steps_of(port.reader)} == {CHOOSE}
    assert {step for step, _done in steps_of(port.contributor)} == {CHOOSE, WRITE}
    assert {step for step, _done in steps_of(port.coordinator)} == {CHOOSE, WRITE, INVITE}


def test_nobody_begins_anything_while_their_organisation_is_suspended(cast: Cast) -> None:
    put_aside(cast.gothenburg.organisation)
    people = [cast.gothenburg.reader, cast.gothenburg.contributor, cast.gothenburg.coordinator]
    assert [steps_of(person) for person in people] == [[], [], []]


def test_a_step_is_ticked_when_it_is_done(cast: Cast) -> None:
    make_lesson(cast, state=State.CAPTURED)
    assert dict(steps_of(cast.gothenburg.contributor)) == {CHOOSE: False, WRITE: True}
    assert dict(steps_of(cast.los_angeles.contributor)) == {CHOOSE: False, WRITE: False}


def test_who_is_alone_invites_until_somebody_is_there(cast: Cast) -> None:
    coordinator = cast.tokyo.coordinator
    assert dict(steps_of(coordinator))[INVITE]
    Membership.objects.filter(organisation=cast.tokyo.organisation).exclude(
        user=coordinator
    ).delete()
    assert not dict(steps_of(coordinator))[INVITE]


def test_the_first_steps_go_when_all_are_done(cast: Cast) -> None:
    assert "First steps" in start_page(cast.gothenburg.reader)
    subscribe(actor=eyes(cast.gothenburg.reader), cadence="weekly", weekday=1, hour=8)
    assert "First steps" not in start_page(cast.gothenburg.reader)


def test_the_first_steps_go_after_a_month(cast: Cast) -> None:
    assert "First steps" not in start_page(long_here(cast.gothenburg.reader))
