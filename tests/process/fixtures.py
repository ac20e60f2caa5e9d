"""Worlds for process and browser tests, on both ways to run."""

import shutil
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


class Templates:
    """Makes each mode's template when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Template] = {}

    def of(self, mode: str, *, people: bool = False) -> Template:
        name = f"{mode}-{people}"
        if name not in self._made:
            basis = self.of(mode) if people else None
            folder = self._folder / name
            self._made[name] = Template(folder, cluster=mode == "cluster", basis=basis)
            if people:
                self._settle(self._made[name])
        return self._made[name]

    def _settle(self, template: Template) -> None:
        template.run("from tests.process import steps; steps.settle()")

    def drop(self) -> None:
        for template in self._made.values():
            template.drop()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
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
    yield from _world(templates.of(mode, people=True), tmp_path)


@pytest.fixture
def world(mode: str, templates: Templates, tmp_path: Path) -> Iterator[World]:
    """An exchange without people whose processes are not started yet."""
    yield from _world(templates.of(mode), tmp_path)


def _world(template: Template, folder: Path) -> Iterator[World]:
    world = World(folder, template)
    try:
        yield world
    finally:
        world.close()
        shutil.rmtree(folder, ignore_errors=True)


embedded = pytest.mark.parametrize("mode", ["embedded"], indirect=True)
