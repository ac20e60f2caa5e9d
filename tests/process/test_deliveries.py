"""Each task delivered five times, beat twice: nothing comes of it but what comes of one delivery."""

from pathlib import Path
from typing import Any

import pytest

from tests.process import deliveries
from tests.process.fixtures import Templates
from tests.process.world import World, wait_for

TIMES = 5


def test_every_task_has_work_laid_out_for_it() -> None:
    assert set(deliveries.tasks()) == set(deliveries.WAITS), "tests/process/deliveries.py: WAITS"


def what_comes_of_once(world: World) -> dict[str, Any]:
    """Have each task delivered once, one after the other; return what is there then."""
    world.do(deliveries.deliver, times=1)
    world.start("worker", threads=1)
    _wait_until_all_is_done(world)
    return _ended(world, "worker")


def what_comes_of_many(world: World) -> dict[str, Any]:
    """Have each task delivered TIMES at once to two workers beside two beats, and again when done."""
    world.do(deliveries.deliver, times=TIMES)
    world.start("worker-1", "worker-2", "beat-1", "beat-2")
    _wait_until_all_is_done(world)
    world.stop("beat-1", "beat-2")
    world.do(deliveries.deliver, times=1)
    return _ended(world, "worker-1", "worker-2")


def _wait_until_all_is_done(world: World) -> None:
    wait_for(lambda: not world.do(deliveries.left), 60, "everything to be done")


def _ended(world: World, *workers: str) -> dict[str, Any]:
    wait_for(lambda: not world.do(deliveries.queued), 60, "every delivery")
    # What a worker is at, it ends before it stops.
    world.stop(*workers)
    letters = [(to, subject_of(content)) for to, content in world.mail.letters]
    return {
        "tables": world.do(deliveries.picture),
        "index": world.do(deliveries.index),
        "mails": sorted(letters),
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    """Return what stands in one of two pictures only."""
    tables = [
        (name, row)
        for name, rows in one["tables"].items()
        for row in set(rows) ^ set(other["tables"][name])
    ]
    lengths = [
        (name, len(rows), len(other["tables"][name]))
        for name, rows in one["tables"].items()
        if len(rows) != len(other["tables"][name])
    ]
    rest = [
        (name, one[name], other[name]) for name in ("index", "mails") if one[name] != other[name]
    ]
    return tables + lengths + rest


def subject_of(content: bytes) -> str:
    return next(line for line in content.decode().splitlines() if line.startswith("Subject:"))


@pytest.mark.process
def test_five_deliveries_and_two_beats_do_what_one_delivery_does(
    mode: str, templates: Templates, tmp_path: Path
) -> None:
    template = templates.of(mode, "work")
    # What is fresh stays out of the digest, whether it is placed before or after its planning.
    grace = {"EXCHANGE_DIGEST_GRACE_SECONDS": "3600"}
    seen = []
    for comes_of in (what_comes_of_once, what_comes_of_many):
        world = World(tmp_path / comes_of.__name__, template, **grace)
        try:
            assert set(world.do(deliveries.left)) == set(deliveries.WAITS)
            seen.append(comes_of(world))
        finally:
            world.close()
    assert len(seen[0]["mails"]) >= 4
    assert differences(*seen) == []
