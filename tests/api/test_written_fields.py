"""What a program writes, field by field: nothing but what the contract lists, and as it says."""

from typing import Any

import pytest

from exchange.audiences.models import Audience
from exchange.lessons.api.bodies import LessonBody, LessonChange, NewLesson
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, LessonVersion, Review
from exchange.partners.models import ApiClient, Organisation
from tests.api.program import Program
from tests.cast import Cast
from tests.lessons.factories import full_text, make_lesson, make_topics

LESSONS = "/api/v1/lessons"
TEXT = {name: value for name, value in full_text().items() if name != "related"}
# What a field that was emptied holds.
EMPTY = {"titles": {}, "ports": [], "topics": [], "tags": [], "sdgs": []}
CHOSEN = {"kind", "evidence_level", "maturity", "cost_band", "licence"}
# Names of columns that are no business of a program, on whatever table.
COLUMNS = sorted(
    {
        name
        for model in (Lesson, LessonVersion, Review, Organisation, ApiClient, Audience)
        for field in model._meta.get_fields()
        for name in (field.name, getattr(field, "attname", field.name))
    }
)


def everything_of(lesson: Lesson) -> dict[str, Any]:
    """Return the rows of a lesson and of its versions."""
    versions = LessonVersion.objects.filter(lesson=lesson).order_by("number")
    return {
        "lesson": Lesson.objects.filter(pk=lesson.pk).values().get(),
        "versions": list(versions.values()),
    }


def refused(response: Any) -> set[str]:
    """Return the names of the fields of which the answer says that there is none."""
    errors = response.json()["errors"]
    assert {error["code"] for error in errors} <= {"unknown_field", "read_only"}, errors
    return {error["pointer"].removeprefix("/") for error in errors}


@pytest.fixture
def draft(cast: Cast) -> Lesson:
    return make_lesson(cast, state=State.CAPTURED, external_id="SEGOT-7")


@pytest.mark.parametrize("changed", ["effort", "summary"])
def test_what_is_left_out_of_a_patch_stays(cast: Cast, draft: Lesson, changed: str) -> None:
    response = Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", {changed: "x"}, version=1)
    after = response.json()
    assert {name: after[name] for name in TEXT} == {**TEXT, changed: "x"}


def test_null_empties(cast: Cast, draft: Lesson) -> None:
    body = dict.fromkeys(TEXT)
    after = Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", body, version=1).json()
    empty = {name: None if name in CHOSEN else EMPTY.get(name, "") for name in TEXT}
    assert {name: after[name] for name in TEXT} == {**empty, "language": "en"}


def test_an_empty_text_or_list_empties_and_an_empty_object_merges_nothing(
    cast: Cast, draft: Lesson
) -> None:
    body = {name: EMPTY.get(name, "") for name in TEXT if name not in {*CHOSEN, "language"}}
    after = Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", body, version=1).json()
    assert {name: after[name] for name in body} == {**body, "titles": TEXT["titles"]}


def test_an_empty_word_is_none_of_a_choice(cast: Cast, draft: Lesson) -> None:
    body = dict.fromkeys({*CHOSEN, "language"}, "")
    after = Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", body, version=1).json()
    assert {error["pointer"] for error in after["errors"]} == {f"/{name}" for name in body}


VALUES = [None, "x", 7, True, [], {}, [1]]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_patch_writes_no_column_that_is_not_listed(
    cast: Cast, draft: Lesson, value: object
) -> None:
    before, unlisted = everything_of(draft), set(COLUMNS) - set(LessonBody().fields)
    body = dict.fromkeys(unlisted, value)
    response = Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", body, version=1)
    assert refused(response) == unlisted
    assert everything_of(draft) == before


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_patch_sends_what_is_only_read_back_as_it_was(
    cast: Cast, draft: Lesson, value: object
) -> None:
    before, program = everything_of(draft), Program(cast.gothenburg)
    address, read_only = (
        f"{LESSONS}/{draft.pk}",
        set(LessonBody().fields) - set(LessonChange().fields),
    )
    response = program.patch(address, dict.fromkeys(read_only, value), version=1)
    for name in read_only - refused(response):
        assert program.get(address).json()[name] == value
    assert everything_of(draft) == before


@pytest.mark.parametrize("path", [LESSONS, f"{LESSONS}/{{pk}}/submit"])
def test_a_new_lesson_and_a_submission_take_no_column_that_is_not_listed(
    cast: Cast, draft: Lesson, path: str
) -> None:
    before, unlisted = everything_of(draft), set(COLUMNS) - set(NewLesson().fields)
    body = {**({"title": "x"} if path == LESSONS else {}), **dict.fromkeys(unlisted, "x")}
    response = Program(cast.gothenburg).post(path.format(pk=draft.pk), body, version=1)
    assert refused(response) == unlisted
    assert everything_of(draft) == before
    assert Lesson.objects.count() == 1


def test_a_change_of_everything_changes_the_text_alone(cast: Cast, draft: Lesson) -> None:
    make_topics()
    before = everything_of(draft)["lesson"]
    Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", full_text(title="New"), version=1)
    after = everything_of(draft)["lesson"]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"lock", "changed_at", "latest_version_id", "shown_version_id"}
