"""Two people at one lesson in the same moment, on PostgreSQL."""

import time
from threading import Event as Flag
from typing import Any

import pytest
from django.db import connection, transaction

from exchange.common.errors import Stale
from exchange.lessons import actions
from exchange.lessons.models import Lesson
from tests.cast import eyes, make_cast
from tests.lessons.factories import make_lesson
from tests.threads import postgres, together

__all__ = ["postgres"]
WAIT = 20


def wait_until_somebody_waits_for_a_lock() -> None:
    deadline = time.monotonic() + WAIT
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            # Within a transaction PostgreSQL would show the same picture again.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits for a lock")


@pytest.mark.postgres
@pytest.mark.parametrize("second", ["withdraw", "revise", "narrow"])
def test_the_second_is_told_that_the_first_was_faster(postgres: None, second: str) -> None:
    """The first changes what the second's query joins, while the second waits for the row."""
    cast = make_cast()
    lesson = make_lesson(cast)
    changed = Flag()
    reviewer = eyes(cast.gothenburg.reviewer)
    same: dict[str, Any] = {"actor": reviewer, "lesson": lesson, "lock": lesson.lock}
    calls = {
        "withdraw": lambda: actions.withdraw_lesson(**same, reason="wrong"),
        "revise": lambda: actions.revise_lesson(**same, text={"title": "Mine"}),
        "narrow": lambda: actions.change_audience(**same, audience=cast.gothenburg.home),
    }

    def work(index: int) -> Any:
        if index == 1:
            assert changed.wait(WAIT)
            return calls[second]()
        with transaction.atomic():
            actions.change_audience(**same, audience=cast.public)
            changed.set()
            wait_until_somebody_waits_for_a_lock()
        return None

    answers = together(work, 2)
    assert isinstance(answers[1], Stale)
    assert Lesson.objects.get(pk=lesson.pk).effective_audience == cast.public
