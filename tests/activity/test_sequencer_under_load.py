"""Many write at once, some give up, one reads along: the reader gets everything, once, in order."""

import random
import time
from collections import defaultdict

import pytest

from exchange.activity.models import Event
from exchange.activity.sequencer import last_position, place_events
from tests.activity.things import change, make_counters
from tests.threads import alone, on_postgres, together

OBJECTS = 5
DEADLINE = 45


class World:
    """Writers in threads 1…n, a polling reader in thread 0."""

    def __init__(self, writers: int, transactions: int) -> None:
        self.writers, self.transactions = writers, transactions
        self.committed: list[int] = []
        self.read: list[Event] = []
        self.done = 0
        self.things = alone(lambda: make_counters(OBJECTS))
        self.began_at = alone(last_position)

    def work(self, index: int) -> None:
        if index == 0:
            self.follow()
        else:
            self.write(random.Random(index))

    def write(self, dice: random.Random) -> None:
        try:
            for _ in range(self.transactions):
                self.nap(dice)
                event = change(
                    dice.choice(self.things),
                    fail=dice.random() < 0.1,
                    before_commit=lambda: self.nap(dice),
                )
                if event is not None:
                    self.committed.append(event)
        finally:
            self.done += 1

    @staticmethod
    def nap(dice: random.Random) -> None:
        time.sleep(dice.uniform(0, 0.005))

    def follow(self) -> None:
        """Read as search and digests do: what is after my cursor, then move the cursor."""
        cursor, until = self.began_at, time.monotonic() + DEADLINE
        while time.monotonic() < until:
            over = self.done == self.writers
            new = list(Event.objects.after(cursor)[:20])
            self.read += new
            if new:
                cursor = new[-1].position
            elif over:
                return
            else:
                time.sleep(0.001)  # a reader that spins keeps the writers from Python's lock

    def run(self) -> "World":
        assert together(self.work, self.writers + 1) == [None] * (self.writers + 1)
        return self


@pytest.fixture(scope="module")
def size() -> tuple[int, int]:
    """Writers and transactions of each."""
    return (8, 40)


@pytest.mark.postgres
def test_a_reader_misses_and_repeats_nothing_on_postgresql(
    postgres: None, size: tuple[int, int]
) -> None:
    check(World(*size).run())


def test_a_reader_misses_and_repeats_nothing_on_a_file(shared_db: None) -> None:
    if on_postgres():
        pytest.skip("this one is for the embedded mode")
    check(World(4, 15).run())


def check(world: World) -> None:
    positions = [event.position for event in world.read]
    first = world.began_at + 1
    assert len(world.committed) > world.writers * world.transactions * 0.7
    assert positions == list(range(first, first + len(world.committed))), "dense, in order, once"
    assert {event.pk for event in world.read} == set(world.committed), "none missed, none undone"
    versions = defaultdict(list)
    for event in world.read:
        versions[event.target_id].append(event.target_version)
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())
    assert alone(lambda: Event.objects.unplaced().count()) == 0, "no sweep was needed"
    assert alone(place_events) == 0
    assert alone(last_position) == positions[-1]
