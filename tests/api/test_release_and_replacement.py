"""What programs are told of a day of publication, and of what replaces what."""

from typing import Any

from tests.api.program import Program
from tests.cast import Cast
from tests.lessons.factories import act, bring_to, make_lesson


def body(program: Program, lesson: Any) -> dict[str, Any]:
    found: dict[str, Any] = program.get(f"/api/v1/lessons/{lesson.pk}").json()
    return found


def test_the_day_is_told_at_home_only(cast: Cast) -> None:
    port = cast.gothenburg
    lesson = bring_to(act("revise", make_lesson(cast), port), port, "validated")
    lesson = act("schedule", lesson, port)
    assert lesson.release_at
    home, abroad = (body(Program(one), lesson) for one in (port, cast.los_angeles))
    assert home["release_at"].startswith(lesson.release_at.strftime("%Y-%m-%dT%H:%M"))
    assert abroad["release_at"] is None


def test_what_replaces_it_is_told_to_those_who_may_see_that(cast: Cast) -> None:
    newer = make_lesson(cast)
    older = make_lesson(cast, audience=cast.public)
    act("supersede", older, cast.gothenburg, successor=newer, note="Newer figures.")
    inside, outside = (body(Program(one), older) for one in (cast.los_angeles, cast.tokyo))
    assert (inside["superseded_by"], outside["superseded_by"]) == (str(newer.pk), None)
    for told in (inside, outside):
        assert (told["superseded"], told["superseded_note"]) == (True, "Newer figures.")


def test_what_it_replaces_is_told_to_those_who_may_see_that(cast: Cast) -> None:
    newer = make_lesson(cast, audience=cast.public)
    older = make_lesson(cast)
    act("supersede", older, cast.gothenburg, successor=newer)
    told = [body(Program(one), newer)["supersedes"] for one in (cast.los_angeles, cast.tokyo)]
    assert told == [[str(older.pk)], []]


def test_a_program_chooses_no_day_and_replaces_nothing(cast: Cast) -> None:
    program = Program(cast.gothenburg)
    for lesson in (make_lesson(cast), make_lesson(cast, state="validated")):
        offered = set(body(program, lesson)["allowed_actions"])
        assert not offered & {"schedule", "unschedule", "supersede", "reinstate", "recall"}
