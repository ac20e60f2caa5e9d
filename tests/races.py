"""Two acts on one thing in the same moment end as if one had come after the other."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection, connections, transaction
from django.db.models import Model

from exchange.common.errors import ActionError
from tests.architecture.trials import undone
from tests.threads import DEADLINE, WAIT

Act = Callable[[], Any]
Ending = tuple[tuple[str, str], Any]
DONE = "done"


def race(first: Act, second: Act, *, over: Model, look: Act, queued: bool = False) -> Ending:
    """Race two acts over a row; return what came of each, and what `look` tells afterwards.

    Fails unless that is what one of the two orders comes to. The row is held until both wait for
    it: whatever they read before they had it, they have read too early. On PostgreSQL only. When
    both are refused nothing is raced: a refused act changes nothing, so the order does not matter.
    `queued`: the second begins when the first waits, so that it gets the row after it.
    """
    one_way = _in_turn(first, second, look)
    if DONE not in one_way[0]:
        return one_way
    told, after = _in_turn(second, first, look)
    other_way = (told[::-1], after)
    ended = _at_once(first, second, over, queued=queued), look()
    assert ended in (one_way, other_way), f"{ended} is neither {one_way} nor {other_way}"
    return ended


def _in_turn(first: Act, second: Act, look: Act) -> Ending:
    with undone():
        return (_told(first), _told(second)), look()


def _at_once(first: Act, second: Act, over: Model, *, queued: bool) -> tuple[str, str]:
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            type(over)._default_manager.select_for_update().get(pk=over.pk)
            acts = [pool.submit(_alone, first)]
            if queued:
                _wait_until_none_goes_on(acts)
            acts.append(pool.submit(_alone, second))
            _wait_until_none_goes_on(acts)
        told = [act.result(DEADLINE) for act in acts]
    return told[0], told[1]


def _alone(act: Act) -> str:
    try:
        return _told(act)
    finally:
        connections.close_all()


def _told(act: Act) -> str:
    """Return DONE, or how people are refused; any other error none of them could read."""
    told = DONE
    try:
        act()
    except ActionError as refusal:
        told = f"{type(refusal).__name__}: {refusal}"
    assert told == DONE or told.endswith("."), f"{told} is no sentence"
    return told


def _wait_until_none_goes_on(acts: list["Future[str]"]) -> None:
    deadline = time.monotonic() + WAIT
    while sum(act.done() for act in acts) + _waiting_for_a_lock() < len(acts):
        assert time.monotonic() < deadline, "somebody neither ends nor waits for the row"
        time.sleep(0.002)


def _waiting_for_a_lock() -> int:
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL would show the same picture again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])
