import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from exchange.audiences.viewer import Role
from exchange.common.time import zone
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from exchange.partners.actions import end_membership
from exchange.partners.models import Membership
from tests.api.program import Program
from tests.cast import Cast, Port, eyes
from tests.lessons.factories import act, make_lesson
from tests.lessons.pages import browser, page


def twice_published(where: Cast | Port, **text: Any) -> Lesson:
    """Return a lesson with two editions: versions 1 and 3 of three."""
    lesson = make_lesson(where)
    port = where.gothenburg if isinstance(where, Cast) else where
    lesson = act("revise", lesson, port, text={"title": "Half rewritten"})
    lesson = act("submit", lesson, port)
    lesson = act("request_changes", lesson, port, reason="Name the voltage.")
    lesson = act("revise", lesson, port, text={"title": "Wholly rewritten", **text})
    for step in ("submit", "approve", "publish"):
        lesson = act(step, lesson, port)
    return lesson


def history(client: Client, lesson: Lesson) -> str:
    return page(client.get(f"{lesson.get_absolute_url()}history/"))


def test_home_reads_what_became_of_each_version(cast: Cast) -> None:
    text = history(browser(cast.gothenburg.reader), twice_published(cast))
    newest, middle, first = text.split("<h2>")[1:4]
    assert "Version 3" in newest
    assert "Published as edition 2" in newest
    assert "Changes requested" in middle
    assert "Name the voltage." in middle
    assert "Rolf Granskare" in middle
    assert "Karin Skrift" in first
    assert "Compare with" not in first


def test_it_says_with_whom_a_lesson_was_shared_and_is(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.agreement)
    act("change_audience", lesson, cast.gothenburg, audience=cast.public)
    shown = strip_tags(history(browser(cast.gothenburg.reader), lesson))
    agreement = f"the parties of the {cast.agreement.name}"
    everybody = "everybody, on the internet too"
    assert f"Shared more widely: with {everybody}, before that with {agreement}" in shown


@pytest.mark.parametrize("step", ["revise", "change_audience"])
def test_it_says_whom_a_draft_was_meant_for_before(cast: Cast, step: str) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED, audience=cast.agreement)
    act(step, lesson, cast.gothenburg, audience=cast.public)
    shown = strip_tags(history(browser(cast.gothenburg.reader), lesson))
    agreement = f"the parties of the {cast.agreement.name}"
    assert f"Meant for everybody, on the internet too, before that for {agreement}" in shown


def test_it_says_which_fields_changed(cast: Cast) -> None:
    text = history(browser(cast.gothenburg.reader), twice_published(cast, topics=["digital"]))
    assert "Changed: Title, Topics\n" in text
    assert "Changed: Title\n" in text


def test_a_related_lesson_out_of_sight_is_no_change(cast: Cast) -> None:
    hidden = make_lesson(cast.tokyo)
    lesson = make_lesson(cast, state=State.CAPTURED)
    kenji = Membership.objects.create(
        user=cast.tokyo.contributor,
        organisation=cast.gothenburg.organisation,
        role=Role.CONTRIBUTOR,
    )
    actor = eyes(cast.tokyo.contributor)
    act("revise", lesson, cast.gothenburg, actor=actor, text={"related": [str(hidden.pk)]})
    end_membership(actor=eyes(cast.gothenburg.coordinator), membership=kenji)
    text = history(browser(cast.gothenburg.reader), lesson)
    assert "Nothing in the text changed." in text


def test_readers_elsewhere_learn_of_publications_and_of_no_draft(cast: Cast) -> None:
    lesson = act("revise", twice_published(cast), cast.gothenburg, text={"title": "Not out yet"})
    for user in (cast.los_angeles.reader, cast.los_angeles.coordinator):
        text = history(browser(user), lesson)
        text = text.partition("<main")[2].partition("</main>")[0]
        assert text.count("Published <time") == 2
        hidden = (
            "ersion",
            "dition 2",
            "Name the voltage.",
            "Half rewritten",
            "Not out yet",
            "Karin",
        )
        assert [word for word in hidden if word in text] == []


def test_a_publication_for_others_is_not_told(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.gothenburg.home)
    lesson = act("change_audience", lesson, cast.gothenburg, audience=cast.agreement)
    text = history(browser(cast.los_angeles.reader), lesson)
    assert "Published <time" not in text
    assert "It was published before it was shared with you" in text


def test_how_often_it_was_published_for_others_is_not_told(cast: Cast) -> None:
    port, told = cast.gothenburg, []
    for lesson in (make_lesson(port), twice_published(port)):
        shared = act("change_audience", lesson, port, audience=cast.agreement)
        lesson = act("revise", shared, port, text={"title": "For you"})
        for step in ("submit", "approve", "publish"):
            lesson = act(step, lesson, port)
        body = Program(cast.los_angeles).get(f"/api/v1/lessons/{lesson.pk}").json()
        told.append([body["edition"], body["version"]])
        carla, address = browser(cast.los_angeles.reader), lesson.get_absolute_url()
        for text in (page(carla.get(address)), history(carla, lesson)):
            assert "dition" not in text.partition("<main")[2].partition("</main>")[0]
    assert told == [[None, 0], [None, 0]]


def test_whoever_may_not_read_a_lesson_finds_no_history(cast: Cast) -> None:
    lesson = twice_published(cast)
    for user in (cast.tokyo.reader, None):
        answer = browser(user).get(f"{lesson.get_absolute_url()}history/")
        assert answer.status_code == 404


def test_a_programs_version_bears_its_name(cast: Cast) -> None:
    program = Program(cast.gothenburg)
    made = program.post("/api/v1/lessons", {"title": "Agree the plug"}).json()
    lesson = Lesson.objects.get(pk=made["id"])
    assert "harbour system, a program" in history(browser(cast.gothenburg.reader), lesson)


def test_two_versions_are_compared_word_by_word(cast: Cast) -> None:
    lesson = twice_published(cast)
    rut = browser(cast.gothenburg.reader)
    address = f"{lesson.get_absolute_url()}compare/"
    text = page(rut.get(address, {"older": 2, "newer": 3}))
    assert "<del>Half</del><ins>Wholly</ins> rewritten" in text
    swapped = page(rut.get(address, {"older": 3, "newer": 2}))
    assert "<del>Half</del><ins>Wholly</ins> rewritten" in swapped
    same = page(rut.get(address, {"older": 3, "newer": 3}))
    assert "Nothing in the text differs." in same


def test_versions_are_chosen_by_number_and_date(cast: Cast) -> None:
    lesson = twice_published(cast)
    text = history(browser(cast.gothenburg.reader), lesson)
    stockholm = zone(cast.gothenburg.reader.timezone)
    for version in lesson.versions.all():
        saved = f"{version.created_at.astimezone(stockholm):%Y, %H:%M}"
        named = re.findall(rf'<option value="{version.number}"[^>]*>(.*?)</option>', text)
        assert [saved in name for name in named] == [True, True]
    assert 'type="number"' not in text


def test_a_published_lesson_with_a_newer_text_is_called_no_draft(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg, text={"title": "Half rewritten"})
    rut = browser(cast.gothenburg.reader)
    for text in (page(rut.get(lesson.get_absolute_url())), history(rut, lesson)):
        assert "Newer text: draft" in text
        assert ">Draft<" not in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"older": "1", "newer": "9"}, "This lesson has no such version."),
        ({"older": "x", "newer": "1"}, "This lesson has no such version."),
        ({"older": "1", "newer": "9" * 30}, "This lesson has no such version."),
        ({"older": "1\x00", "newer": "1"}, "This lesson has no such version."),
        ({}, "This field is required."),
    ],
)
def test_a_version_that_is_none_is_said_at_its_field(
    cast: Cast, query: dict[str, str], said: str
) -> None:
    rut = browser(cast.gothenburg.reader)
    text = page(rut.get(f"{make_lesson(cast).get_absolute_url()}compare/", query))
    assert said in text


def test_comparing_is_for_people_of_the_owner(cast: Cast) -> None:
    address = f"{make_lesson(cast).get_absolute_url()}compare/?older=1&newer=1"
    people = [cast.gothenburg.reader, cast.los_angeles.coordinator, cast.tokyo.reader]
    assert [browser(user).get(address).status_code for user in people] == [200, 404, 404]


def test_the_history_costs_the_same_for_one_version_and_for_many(cast: Cast) -> None:
    one = make_lesson(cast)
    lesson = twice_published(cast)
    for number in range(20):
        lesson = act("revise", lesson, cast.gothenburg, text={"title": f"Title {number}"})
    rut = browser(cast.gothenburg.reader)
    with CaptureQueriesContext(connection) as few:
        history(rut, one)
    with CaptureQueriesContext(connection) as many:
        text = history(rut, lesson)
    assert len(many) == len(few) <= 12
    assert "Page 1 of 2" in text


def test_changes_of_audience_cost_a_page_one_query(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    rut = browser(cast.gothenburg.reader)
    costs = []
    for audience in (cast.public, cast.partners, cast.agreement, cast.public):
        lesson = act("change_audience", lesson, cast.gothenburg, audience=audience)
        with CaptureQueriesContext(connection) as asked:
            history(rut, lesson)
        costs.append(len(asked))
    assert costs[2:] == costs[1:2] * 2


def test_the_last_version_of_a_page_is_compared_with_the_first_of_the_next(cast: Cast) -> None:
    lesson = make_lesson(cast)
    for number in range(20):
        lesson = act("revise", lesson, cast.gothenburg, text={"title": f"Title {number}"})
    text = history(browser(cast.gothenburg.reader), lesson)
    assert "Compare with version 1<" in text
    assert '?version=1"' not in text
