"""`manage.py up`: one command, three processes, together to the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process.fixtures import embedded
from tests.process.world import ROOT, World, free_port, wait_for

pytestmark = pytest.mark.process


class Up:
    """A running `manage.py up` in a world's data, its output in a file."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.output = world.folder / "up.log"
        with self.output.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=world.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        wait_for(lambda: "is ready" in self.said() or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.output.read_text()

    def children(self) -> dict[str, int]:
        """Return the pid of each process it started, by name."""
        return {
            arguments[3]: pid
            for pid, arguments in processes().items()
            if parent_of(pid) == self.process.pid
        }

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(15)


def processes() -> dict[int, list[str]]:
    """Return the command line of every process of the machine, by pid."""
    found: dict[int, list[str]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                found[int(folder.name)] = (folder / "cmdline").read_text().split("\0")
            except OSError:
                continue
    return found


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def open_files(pid: int) -> list[str]:
    return [os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()]


def left_over(world: World) -> list[int]:
    """Return the processes that still have the world's data folder in their environment."""
    mark = f"EXCHANGE_DATA={world.data}\0".encode()
    found = []
    for pid in processes():
        try:
            if mark in Path(f"/proc/{pid}/environ").read_bytes():
                found.append(pid)
        except OSError:
            continue
    return found


@pytest.fixture
def up(world: World) -> Iterator[Up]:
    up = Up(world)
    up.wait_until_ready()
    yield up
    if up.process.poll() is None:
        up.process.kill()
        up.process.wait()
    wait_for(lambda: not left_over(world), 10, "everything to end")


@pytest.mark.smoke
@embedded
def test_it_answers_and_ctrl_c_stops_everything(up: Up) -> None:
    assert up.world.visitor().get("/accounts/login/").status == 200
    assert up.stop(signal.SIGINT) == 0
    assert left_over(up.world) == []


@embedded
def test_term_stops_everything(up: Up) -> None:
    assert up.stop(signal.SIGTERM) == 0
    assert left_over(up.world) == []


@embedded
def test_signals_that_come_in_a_crowd_stop_everything(up: Up) -> None:
    """What one handler held when the next signal came would never be let go."""
    until = time.monotonic() + 0.3
    while time.monotonic() < until and up.process.poll() is None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(up.process.pid, number)
    up.process.wait(15)
    assert left_over(up.world) == []


def test_all_three_run_on_both_ways_to_run(up: Up) -> None:
    assert set(up.children()) == {"web", "worker", "beat"}


@embedded
def test_those_who_serve_inherit_no_connection_to_the_database(up: Up) -> None:
    assert not [name for name in open_files(up.children()["web"]) if "sqlite3" in name]


@embedded
def test_nothing_outlives_a_supervisor_that_is_killed(up: Up) -> None:
    assert len(left_over(up.world)) > 3
    up.process.kill()
    wait_for(lambda: not left_over(up.world), 10, "the children to end")


@embedded
@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_when_one_dies_all_stop_and_the_exit_status_says_so(up: Up, name: str) -> None:
    os.kill(up.children()[name], signal.SIGKILL)
    assert up.process.wait(15) == 1
    assert f"{name} ended by SIGKILL" in up.said()
    assert left_over(up.world) == []


@embedded
def test_a_second_one_in_the_same_folder_is_refused(up: Up) -> None:
    other = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=up.world.environment | {"PORT": str(free_port())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert other.returncode == 1
    assert "Another exchange runs in" in other.stderr


@embedded
def test_a_port_in_use_is_named(up: Up, tmp_path: Path) -> None:
    other = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=up.world.environment | {"EXCHANGE_DATA": str(tmp_path / "other")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert other.returncode == 1
    assert f"Port {up.world.port} is in use." in other.stderr
