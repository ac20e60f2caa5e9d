"""Worlds for process and browser tests, on both ways to run."""

import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.process.world import Template, World

MODES = ["embedded", "cluster"]


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


# What a world has in it: nothing, the cast, the cast with work for every task, or the demo's world.
FILLINGS = {
    "empty": "",
    "cast": "from tests.process import steps; steps.settle()",
    "work": "from tests.process import deliveries; deliveries.settle()",
    "sample": "from exchange.home.management.commands import demo; demo.load_sample_world()",
}


class Templates:
    """Makes each template when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Template] = {}

    def of(self, mode: str, filling: str = "empty") -> Template:
        name = f"{mode}-{filling}"
        if name not in self._made:
            basis = None if filling == "empty" else self.of(mode)
            folder = self._folder / name
            self._made[name] = Template(folder, cluster=mode == "cluster", basis=basis)
            self._made[name].run(FILLINGS[filling])
        return self._made[name]

    def drop(self) -> None:
        for template in self._made.values():
            template.drop()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    # A run that is ended by TERM tidies up as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    templates = Templates(tmp_path_factory.mktemp("templates"))
    yield templates
    templates.drop()


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """Each way to run; a test that asks for one only parametrises `mode` itself."""
    name = str(request.param)
    if name == "cluster":
        for server, port in (("postgres", 5432), ("redis", 6379)):
            if not listens(port):
                pytest.skip(f"needs {server} on 127.0.0.1:{port}")
    return name


@pytest.fixture
def settled(mode: str, templates: Templates, tmp_path: Path) -> Iterator[World]:
    """An exchange with the cast in it whose processes are not started yet."""
    yield from _world(templates.of(mode, "cast"), tmp_path)


@pytest.fixture
def world(mode: str, templates: Templates, tmp_path: Path) -> Iterator[World]:
    """An exchange without people whose processes are not started yet."""
    yield from _world(templates.of(mode), tmp_path)


@pytest.fixture
def sample_world(mode: str, templates: Templates, tmp_path: Path) -> Iterator[World]:
    """The sample world of the demo; its processes are not started yet."""
    yield from _world(templates.of(mode, "sample"), tmp_path)


def _world(template: Template, folder: Path) -> Iterator[World]:
    world = World(folder, template)
    try:
        yield world
    finally:
        world.close()
        shutil.rmtree(folder, ignore_errors=True)


embedded = pytest.mark.parametrize("mode", ["embedded"], indirect=True)
