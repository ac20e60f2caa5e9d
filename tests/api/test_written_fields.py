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


@pytest.fixture
def draft(cast: Cast) -> Lesson:
    return make_lesson(cast, state=State.CAPTURED, external_id="SEGOT-7")


@pytest.mark.parametrize("name", TEXT)
def test_what_is_left_out_of_a_patch_stays(cast: Cast, draft: Lesson, name: str) -> None:
    other = "effort" if name != "effort" else "summary"
    response = Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", {other: "x"}, version=1)
    assert response.json()[name] == TEXT[name]


@pytest.mark.parametrize("name", TEXT)
def test_null_empties(cast: Cast, draft: Lesson, name: str) -> None:
    response = Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", {name: None}, version=1)
    empty = None if name in CHOSEN else EMPTY.get(name, "")
    assert response.json()[name] == ("en" if name == "language" else empty)


@pytest.mark.parametrize("name", TEXT)
def test_what_is_empty_is_null_or_no_choice(cast: Cast, draft: Lesson, name: str) -> None:
    """An empty text or list is like null; "" is none of the words of a choice; {} merges nothing."""
    body = {name: EMPTY.get(name, "")}
    response = Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", body, version=1)
    if name in CHOSEN or name == "language":
        assert response.json()["errors"][0]["pointer"] == f"/{name}"
    else:
        assert response.json()[name] == (TEXT[name] if name == "titles" else body[name])


@pytest.mark.parametrize("name", sorted(set(COLUMNS) - set(LessonChange().fields)))
def test_a_patch_writes_no_column_that_is_not_listed(cast: Cast, draft: Lesson, name: str) -> None:
    before = everything_of(draft)
    program = Program(cast.gothenburg)
    for value in (None, "x", 7, True, [], {}, str(cast.tokyo.organisation.pk)):
        response = program.patch(f"{LESSONS}/{draft.pk}", {name: value}, version=1)
        same = name in LessonBody().fields and response.status_code == 200
        assert same or response.json()["errors"][0]["pointer"] == f"/{name}"
    assert everything_of(draft) == before


@pytest.mark.parametrize("name", sorted(set(COLUMNS) - set(NewLesson().fields)))
def test_a_new_lesson_and_a_submission_take_no_column_that_is_not_listed(
    cast: Cast, draft: Lesson, name: str
) -> None:
    before = everything_of(draft)
    program = Program(cast.gothenburg)
    for path, body in ((LESSONS, {"title": "x"}), (f"{LESSONS}/{draft.pk}/submit", {})):
        response = program.post(path, {**body, name: "x"}, version=1)
        assert response.json()["errors"] == [
            {
                "pointer": f"/{name}",
                "code": "unknown_field",
                "detail": "There is no such field here. Leave it out.",
            }
        ]
    assert everything_of(draft) == before
    assert Lesson.objects.count() == 1


def test_a_change_of_everything_changes_the_text_alone(cast: Cast, draft: Lesson) -> None:
    make_topics()
    before = everything_of(draft)["lesson"]
    Program(cast.gothenburg).patch(f"{LESSONS}/{draft.pk}", full_text(title="New"), version=1)
    after = everything_of(draft)["lesson"]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"lock", "changed_at", "latest_version_id", "shown_version_id"}
