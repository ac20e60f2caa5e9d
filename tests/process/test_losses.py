"""What is derived is lost while everything runs: within 90 s it is back, and no page breaks meanwhile."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread

import pytest

from tests.cast import PASSWORD
from tests.process import steps
from tests.process.visitor import Visitor
from tests.process.world import World, wait_for

pytestmark = pytest.mark.process

PAGES = ("/", "/lessons/", "/search/?q=plugs", "/search/?q=", "/organisations/", "/api/v1/status")
LOSSES = {
    "index": [World.lose_index],
    "broker": [World.lose_broker],
    "both": [World.lose_broker, World.lose_index],
}


@contextmanager
def looked_at_all_the_time(visitor: Visitor) -> Iterator[None]:
    """Ask for one page after the other; fail afterwards when one could not be had."""
    broken, ended = [], Event()

    def look() -> None:
        while not ended.is_set():
            for path in PAGES:
                try:
                    status = visitor.get(path).status
                except OSError as error:
                    broken.append((path, repr(error)))
                else:
                    broken.extend([(path, status)] * (status >= 500))
                ended.wait(0.1)

    looking = Thread(target=look)
    looking.start()
    try:
        yield
    finally:
        ended.set()
        looking.join()
    assert not broken


def is_whole(world: World, words: str, title: str) -> bool:
    """Tell whether the index answers, with that lesson alone."""
    return bool(world.do(steps.found, email=steps.COLLEAGUE, words=words) == ([title], True))


@pytest.mark.parametrize("loss", LOSSES)
def test_what_is_lost_comes_back_and_nothing_with_it_is(settled: World, loss: str) -> None:
    settled.start()
    reader = settled.visitor(steps.COLLEAGUE, PASSWORD)
    settled.do(steps.publish, title="Plugs first")
    wait_for(lambda: is_whole(settled, "plugs", "Plugs first"), 30, "the index to be there")
    wait_for(lambda: settled.mail.to(steps.REVIEWER), 30, "the first mail")
    with looked_at_all_the_time(settled.visitor(steps.COLLEAGUE, PASSWORD)):
        lost = time.monotonic()
        within_90_s = partial(wait_for, timeout=90, since=lost)
        for lose in LOSSES[loss]:
            lose(settled)
        assert reader.finds("Plugs first")
        settled.do(steps.publish, title="Rails second")
        within_90_s(lambda: is_whole(settled, "rails", "Rails second"), what="what came afterwards")
        within_90_s(lambda: is_whole(settled, "plugs", "Plugs first"), what="what was there before")
        within_90_s(lambda: len(settled.mail.to(steps.REVIEWER)) == 2, what="the second mail")
        assert time.monotonic() < lost + 90
