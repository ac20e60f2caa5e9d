"""Many at once: what holds only when the database really runs requests side by side."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from tests.api.program import Program
from tests.cast import make_cast
from tests.lessons.factories import make_lesson, make_topics
from tests.threads import together

LESSONS = "/api/v1/lessons"

pytestmark = pytest.mark.postgres


def storm(number: int, call: Callable[[int], Any]) -> list[Any]:
    """Return the answers of `number` calls that begin together."""
    answers = together(call, number)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    return answers


def test_thirty_requests_with_one_key_make_one_lesson(postgres: None) -> None:
    cast = make_cast()
    make_topics()
    program = Program(cast.gothenburg)
    answers = storm(30, lambda _index: program.post(LESSONS, {"title": "Once"}, key="storm"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    replays = [answer for answer in answers if "Idempotent-Replayed" in answer]
    assert len(replays) == 29
    assert Lesson.objects.count() == 1


def test_of_thirty_lessons_with_one_external_id_one_is_made(postgres: None) -> None:
    cast = make_cast()
    program = Program(cast.gothenburg)
    body = {"title": "Once", "external_id": "SEGOT-7"}
    answers = storm(30, lambda _index: program.post(LESSONS, body))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 29}


def test_of_ten_changes_to_one_version_one_is_kept(postgres: None) -> None:
    cast = make_cast()
    lesson = make_lesson(cast, state=State.CAPTURED)
    program = Program(cast.gothenburg)
    address = f"{LESSONS}/{lesson.pk}"
    answers = storm(10, lambda index: program.patch(address, {"summary": str(index)}, version=1))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 9}
    assert Event.objects.filter(target_id=lesson.pk, verb="lesson.revised").count() == 1
