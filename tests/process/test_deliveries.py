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


def what_comes_of(world: World, times: int, *workers: str, threads: int) -> dict[str, Any]:
    """Have each task delivered, and `workers` work; return what is there then.

    With more than one worker there are two beats, too.
    """
    assert set(world.do(deliveries.left)) == set(deliveries.WAITS)
    world.do(deliveries.deliver, times=times)
    beats = ["beat-1", "beat-2"] if len(workers) > 1 else []
    world.start(*workers, *beats, threads=threads)
    wait_for(lambda: not world.do(deliveries.left), 60, "everything to be done")
    if beats:
        world.stop(*beats)
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
    seen = {}
    for name, times, workers, threads in (
        ("once", 1, ["worker"], 1),
        ("in turn", TIMES, ["worker"], 1),
        ("at once", TIMES, ["worker-1", "worker-2"], 4),
    ):
        # What is fresh stays out of the digest, whether it is placed before or after its planning.
        grace = {"EXCHANGE_DIGEST_GRACE_SECONDS": "3600"}
        world = World(tmp_path / name.replace(" ", "-"), template, **grace)
        try:
            seen[name] = what_comes_of(world, times, *workers, threads=threads)
        finally:
            world.close()
    assert len(seen["once"]["mails"]) >= 4
    for name in ("in turn", "at once"):
        assert differences(seen["once"], seen[name]) == [], name
