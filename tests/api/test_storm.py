"""Many at once: what holds only when the database really runs requests side by side."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.common.once import once
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


def patiently(program: Program, body: dict[str, Any], key: str) -> Any:
    """Post as a program should: again, while the first request with the key is under way."""
    while (answer := program.post(LESSONS, body, key=key)).status_code == 409:
        assert answer.json()["type"] == "/problems/request_in_progress/"
    return answer


def test_a_key_whose_first_request_takes_long_is_answered_meanwhile(postgres: None) -> None:
    program = Program(make_cast().gothenburg)
    begun, ended = threading.Event(), threading.Event()

    def first(_index: int) -> None:
        with once(owner=f"client:{program.client.pk}", key="slow"):
            begun.set()
            ended.wait(30)

    def second(_index: int) -> Any:
        begun.wait(30)
        try:
            return program.post(LESSONS, {"title": "Slow"}, key="slow")
        finally:
            ended.set()

    _none, answer = storm(2, lambda index: (first, second)[index](index))
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")


def test_thirty_requests_with_one_key_make_one_lesson(postgres: None) -> None:
    cast = make_cast()
    make_topics()
    program = Program(cast.gothenburg)
    answers = storm(30, lambda _index: patiently(program, {"title": "Once"}, "storm"))
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
