"""Several at one lesson's workstreams in the same moment."""

import pytest

from exchange.activity.models import Event
from exchange.agreements.actions import terminate_agreement
from exchange.agreements.models import Agreement
from exchange.common.errors import Invalid
from exchange.lessons.models import Lesson, WorkstreamLink
from tests.agreements.factories import again, leave, make_agreement
from tests.cast import Cast, eyes, make_cast
from tests.lessons.factories import make_lesson
from tests.lessons.links import link, make_workstream
from tests.threads import alone, one_behind_the_other, postgres, shared_db, together

__all__ = ["postgres", "shared_db"]


def linked_and_told(lesson: Lesson) -> tuple[int, int]:
    """Return how many links a lesson has, and how often its choice was recorded."""
    links = WorkstreamLink.objects.filter(lesson=lesson)
    return links.count(), Event.objects.filter(target_id=lesson.pk, verb="lesson.linked").count()


def test_many_who_choose_the_same_link_it_once(shared_db: None) -> None:
    cast = alone(make_cast)
    lesson = alone(lambda: make_lesson(cast))
    workstream = alone(lambda: make_workstream(make_agreement(cast)))
    answers = together(lambda _number: link(lesson, cast.gothenburg, workstream), 4)
    assert answers == [lesson] * 4
    assert alone(lambda: linked_and_told(lesson)) == (1, 1)


@pytest.mark.postgres
def test_of_two_colleagues_neither_undoes_what_the_other_ticked(postgres: None) -> None:
    cast = make_cast()
    agreement, lesson = make_agreement(cast), make_lesson(cast)
    ticked = make_workstream(agreement), make_workstream(agreement, "Rail")
    one_behind_the_other(
        *(lambda one=one: link(lesson, cast.gothenburg, one, seen=[]) for one in ticked)
    )
    assert linked_and_told(lesson) == (2, 2)


def end(cast: Cast, agreement: Agreement) -> None:
    terminate_agreement(
        actor=eyes(cast.los_angeles.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        reason="The work is done.",
    )


@pytest.mark.postgres
@pytest.mark.parametrize("how", ["left", "ended"])
def test_nothing_is_linked_to_what_ends_meanwhile(postgres: None, how: str) -> None:
    cast = make_cast()
    agreement, lesson = make_agreement(cast), make_lesson(cast)
    workstream = make_workstream(agreement)
    answers = one_behind_the_other(
        lambda: leave(agreement, cast.gothenburg) if how == "left" else end(cast, agreement),
        lambda: link(lesson, cast.gothenburg, workstream),
    )
    assert isinstance(answers[1], Invalid), answers
    assert linked_and_told(lesson) == (0, 0)
