"""What everybody may read says under what it may be reused."""

import pytest

from exchange.common.errors import Invalid
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from tests.api.program import Program
from tests.cast import Cast
from tests.lessons.factories import act, make_lesson, make_topics
from tests.lessons.pages import browser, form_body, page, step_body

NONE = {"licence": ""}


def refused(step: str, lesson: Lesson, cast: Cast, **arguments: object) -> list[str]:
    """Return the fields that the step is refused for."""
    with pytest.raises(Invalid) as error:
        act(step, lesson, cast.gothenburg, **arguments)
    return list(error.value.errors)


@pytest.mark.parametrize("audience", ["home", "agreement", "partners"])
def test_what_is_not_public_needs_no_licence(cast: Cast, audience: str) -> None:
    whom = cast.gothenburg.home if audience == "home" else getattr(cast, audience)
    assert make_lesson(cast, audience=whom, text=NONE).state == State.PUBLISHED


def test_what_is_for_everybody_needs_one_before_review(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public, state=State.CAPTURED, text=NONE)
    assert refused("submit", lesson, cast) == ["licence"]


@pytest.mark.parametrize(
    ("state", "step"), [(State.IN_REVIEW, "approve"), (State.VALIDATED, "publish")]
)
def test_what_became_public_meanwhile_needs_one(cast: Cast, state: str, step: str) -> None:
    lesson = make_lesson(cast, state=state, text=NONE)
    lesson = act("change_audience", lesson, cast.gothenburg, audience=cast.public)
    assert refused(step, lesson, cast) == ["licence"]


def test_readers_text_is_not_widened_to_everybody_without_one(cast: Cast) -> None:
    lesson = make_lesson(cast, text=NONE)
    assert refused("change_audience", lesson, cast, audience=cast.public) == ["audience"]
    lesson.refresh_from_db()
    assert lesson.effective_audience == cast.agreement


@pytest.mark.parametrize("sent", [{}, {"looked": "public", "confirm": "1"}])
def test_the_share_page_says_what_to_do(cast: Cast, sent: dict[str, str]) -> None:
    lesson = make_lesson(cast, text=NONE)
    body = step_body(lesson, audience="public", **sent)
    rolf = browser(cast.gothenburg.reviewer)
    text = page(rolf.post(f"{lesson.get_absolute_url()}audience/", body))
    assert "Edit the lesson, choose one, and have that text published first." in text
    assert "After the change" not in text


def test_what_was_public_before_there_were_licences_is_shared_as_before(cast: Cast) -> None:
    lesson = make_lesson(cast, text=NONE)
    Lesson.objects.update(audience=cast.public, effective_audience=cast.public)
    assert act("change_audience", lesson, cast.gothenburg, audience=cast.public).is_published


def test_with_one_it_is_widened_to_everybody(cast: Cast) -> None:
    lesson = act("change_audience", make_lesson(cast), cast.gothenburg, audience=cast.public)
    assert lesson.effective_audience == cast.public


def test_readers_find_what_the_licence_means(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public, text={"licence": "CC-BY-SA-4.0"})
    text = page(browser(None).get(lesson.get_absolute_url()))
    assert '<a href="https://creativecommons.org/licenses/by-sa/4.0/" rel="license' in text


def test_readers_are_told_that_it_is_not_stated(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public, text={"licence": "NOASSERTION"})
    text = page(browser(None).get(lesson.get_absolute_url()))
    assert "Not stated: ask the contact before you reuse it" in text
    assert "creativecommons" not in text


def test_the_form_leads_to_the_licence_that_is_missing(cast: Cast) -> None:
    make_topics()
    karin = browser(cast.gothenburg.contributor)
    body = form_body(audience="public", licence="", to_review="1", title="Kept as typed")
    text = page(karin.post("/lessons/new/", body))
    assert '<a href="#id_licence">' in text
    assert 'id="id_licence"' in text
    assert 'value="Kept as typed"' in text


def test_programs_are_told_which_field_is_missing(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public, state=State.CAPTURED, text=NONE)
    answer = Program(cast.gothenburg).post(f"/api/v1/lessons/{lesson.pk}/submit", version=1)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/licence"]
