"""Two people at one lesson in the same moment, on PostgreSQL."""

from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.audiences.actions import set_group_members
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Invalid, Stale
from exchange.lessons import actions
from exchange.lessons.actions.releasing import release_lesson
from exchange.lessons.models import Lesson
from tests.cast import eyes, make_cast
from tests.lessons.factories import act, bring_to, make_lesson
from tests.threads import one_behind_the_other, postgres, together

__all__ = ["postgres"]


@pytest.mark.postgres
@pytest.mark.parametrize("second", ["withdraw", "revise", "narrow"])
def test_the_second_is_told_that_the_first_was_faster(postgres: None, second: str) -> None:
    """The first changes what the second's query joins, while the second waits for the row."""
    cast = make_cast()
    lesson = make_lesson(cast)
    reviewer = eyes(cast.gothenburg.reviewer)
    same: dict[str, Any] = {"actor": reviewer, "lesson": lesson, "lock": lesson.lock}
    calls = {
        "withdraw": lambda: actions.withdraw_lesson(**same, reason="wrong"),
        "revise": lambda: actions.revise_lesson(**same, text={"title": "Mine"}),
        "narrow": lambda: actions.change_audience(**same, audience=cast.gothenburg.home),
    }

    def widen() -> None:
        actions.change_audience(**same, audience=cast.public)

    answers = one_behind_the_other(widen, calls[second])
    assert isinstance(answers[1], Stale)
    assert Lesson.objects.get(pk=lesson.pk).effective_audience == cast.public


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("state", "step", "refusal"),
    [("validated", "publish", Conflict), ("published", "change_audience", Invalid)],
)
def test_nothing_reaches_a_group_that_its_owner_leaves_meanwhile(
    postgres: None, state: str, step: str, refusal: type[Exception]
) -> None:
    cast = make_cast()
    audience = cast.agreement if step == "publish" else cast.gothenburg.home
    lesson = make_lesson(cast, state=state, audience=audience)
    given = {} if step == "publish" else {"audience": cast.agreement}
    rest = [cast.los_angeles.home, cast.tokyo.home]
    answers = one_behind_the_other(
        lambda: set_group_members(actor=Viewer.system(), group=cast.agreement, members=rest),
        lambda: act(step, lesson, cast.gothenburg, **given),
    )
    assert isinstance(answers[1], refusal), answers
    lesson.refresh_from_db()
    assert lesson.effective_audience == cast.gothenburg.home


def ended(lesson: Lesson) -> list[str]:
    """Return what was recorded of a lesson after its day was chosen."""
    told = Event.objects.filter(target_id=lesson.pk).order_by("pk")
    verbs = list(told.values_list("verb", flat=True))
    return verbs[verbs.index("lesson.scheduled") + 1 :]


@pytest.fixture
def due(postgres: None, settings: Any) -> Lesson:
    """A published lesson whose newer text was to be published a minute ago."""
    cast = make_cast()
    port = cast.gothenburg
    lesson = bring_to(act("revise", make_lesson(cast), port), port, "validated")
    lesson = act("schedule", lesson, port)
    settings.CLOCK_OFFSET += 24 * 3600 + 60
    return lesson


def sweep() -> int:
    return actions.release_due(actor=Viewer.system())


@pytest.mark.postgres
def test_two_sweeps_at_once_publish_once(due: Lesson) -> None:
    lesson = Lesson.objects.get(pk=due.pk)
    system = Viewer.system()

    def release() -> bool:
        return release_lesson(actor=system, lesson=lesson)

    assert one_behind_the_other(release, release) == [True, False]
    assert ended(due) == ["lesson.published"]


@pytest.mark.postgres
def test_many_sweeps_at_once_publish_once(due: Lesson) -> None:
    assert sum(together(lambda _number: sweep(), 4)) == 1  # type: ignore[arg-type]
    assert ended(due) == ["lesson.published"]


def as_reviewer(step: str, lesson: Lesson, **values: Any) -> Any:
    reviewer = lesson.released_by
    assert reviewer
    action = {"unschedule": actions.unschedule_lesson, "withdraw": actions.withdraw_lesson}[step]
    return action(actor=eyes(reviewer), lesson=lesson, lock=lesson.lock, **values)


STEPS = [
    ("unschedule", {}, ["lesson.unscheduled"]),
    ("withdraw", {"reason": "wrong"}, ["lesson.withdrawn"]),
]


@pytest.mark.postgres
@pytest.mark.parametrize(("step", "values", "told"), STEPS)
def test_a_sweep_behind_a_person_publishes_nothing(
    due: Lesson, step: str, values: dict[str, Any], told: list[str]
) -> None:
    lesson = Lesson.objects.get(pk=due.pk)
    answers = one_behind_the_other(
        lambda: as_reviewer(step, lesson, **values),
        lambda: release_lesson(actor=Viewer.system(), lesson=lesson),
    )
    assert (answers[1], ended(due)) == (False, told)


@pytest.mark.postgres
@pytest.mark.parametrize(("step", "values", "told"), STEPS)
def test_a_person_behind_a_sweep_is_told_that_it_was_faster(
    due: Lesson, step: str, values: dict[str, Any], told: list[str]
) -> None:
    lesson = Lesson.objects.get(pk=due.pk)
    answers = one_behind_the_other(sweep, lambda: as_reviewer(step, lesson, **values))
    assert isinstance(answers[1], Stale)
    assert ended(due) == ["lesson.published"]


@pytest.mark.postgres
def test_two_who_replace_lessons_at_once_close_no_circle(postgres: None) -> None:
    """Each of the two alone is right, and neither touches a row of the other's."""
    port = make_cast().gothenburg
    first, second, third, fourth = (make_lesson(port) for _number in range(4))
    first = act("supersede", first, port, successor=second)
    third = act("supersede", third, port, successor=fourth)
    answers = one_behind_the_other(
        lambda: act("supersede", second, port, successor=third),
        lambda: act("supersede", fourth, port, successor=first),
    )
    assert isinstance(answers[1], Invalid)
