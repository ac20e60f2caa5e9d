"""Two people at one lesson in the same moment, on PostgreSQL."""

from typing import Any

import pytest

from exchange.common.errors import Stale
from exchange.lessons import actions
from exchange.lessons.models import Lesson
from tests.cast import eyes, make_cast
from tests.lessons.factories import make_lesson
from tests.threads import one_behind_the_other, postgres

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
