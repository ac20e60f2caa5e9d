"""A start that cannot work ends with words that say what to do, status 1, and nothing changed."""

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.process.fixtures import Templates
from tests.process.world import ROOT, clean_environment, free_port

pytestmark = pytest.mark.process

COMMANDS = ["demo", "up", "run web"]
Start = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def refused(folder: Path) -> Start:
    """Start a command in the folder; return what it says when it refuses."""

    def start(command: str, **environment: str) -> str:
        own = {"EXCHANGE_DATA": str(folder), "PORT": str(free_port()), **environment}
        ended = subprocess.run(
            [sys.executable, "manage.py", *command.split()],
            cwd=ROOT,
            env=clean_environment() | own,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 1, ended.stdout + ended.stderr
        assert len(ended.stderr.splitlines()) == 1, ended.stderr
        return ended.stderr

    return start


def tables(folder: Path) -> list[tuple[str]]:
    with sqlite3.connect(folder / "exchange.sqlite3") as database:
        return database.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()


def an_older_exchange(folder: Path, email: str) -> list[tuple[str]]:
    """Make the data of an exchange that has one person and is not migrated to this release."""
    folder.mkdir()
    with sqlite3.connect(folder / "exchange.sqlite3") as database:
        database.execute("CREATE TABLE accounts_user (id char(32), email varchar(254))")
        database.execute("INSERT INTO accounts_user VALUES ('1', ?)", [email])
    return tables(folder)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_damaged_database_is_named(refused: Start, folder: Path, command: str) -> None:
    folder.mkdir()
    (folder / "exchange.sqlite3").write_bytes(b"no database" * 500)
    said = refused(command)
    assert "exchange.sqlite3 cannot be used: file is not a database" in said
    assert "restore a backup" in said


def test_a_database_that_lost_its_end_is_named(
    refused: Start, folder: Path, templates: Templates
) -> None:
    folder.mkdir()
    whole = (templates.of("embedded").folder / "exchange.sqlite3").read_bytes()
    (folder / "exchange.sqlite3").write_bytes(whole[: len(whole) // 2])
    assert "exchange.sqlite3 cannot be used: database disk image is malformed" in refused("demo")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_server_that_is_away_is_named(refused: Start, command: str) -> None:
    address = f"postgresql://exchange@127.0.0.1:{free_port()}/exchange"
    said = refused(command, DATABASE_URL=address)
    assert "The database of DATABASE_URL cannot be used: connection failed" in said


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "99999"),
        ("PORT", "eighty"),
        ("DATABASE_URL", "nonsense"),
        ("BROKER_URL", "nonsense"),
        ("EXCHANGE_DATA", "/dev/null"),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(
    refused: Start, command: str, name: str, value: str
) -> None:
    assert name in refused(command, **{name: value})


def test_a_taken_port_is_named(refused: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert f"Port {port} is in use." in refused("run web", PORT=str(port))


@pytest.mark.parametrize("process", ["web", "worker"])
def test_a_database_of_an_older_release_is_named(
    refused: Start, folder: Path, process: str
) -> None:
    before = an_older_exchange(folder, "karin@example.com")
    said = refused(f"run {process}")
    assert "older than this release" in said
    assert "manage.py migrate" in said
    assert tables(folder) == before


def test_an_empty_key_is_named(refused: Start, folder: Path) -> None:
    folder.mkdir()
    (folder / "secret_key").touch()
    assert "secret_key is empty or damaged" in refused("up")


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("command", "email", "words"),
    [
        ("up", "karin@gothenburg.example.org", "holds the sample accounts"),
        ("demo", "karin@example.com", "belongs to a real exchange"),
    ],
)
def test_data_of_the_other_kind_is_not_even_migrated(
    refused: Start, folder: Path, command: str, email: str, words: str
) -> None:
    before = an_older_exchange(folder, email)
    assert words in refused(command)
    assert tables(folder) == before
