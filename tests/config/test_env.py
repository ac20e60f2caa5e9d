"""A setting that cannot be right stops the start, and its message says which and what to do."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import ImproperlyConfigured

from exchange.config import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Have no more rights than anybody: root may write everywhere."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield
    os.seteuid(before)


@pytest.mark.parametrize("value", ["", "0", "-1", "99999", "80a", "8000.5"])
def test_a_port_is_a_number_in_its_bounds(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(ImproperlyConfigured, match="PORT must be a whole number from 1 to 65535"):
        env.integer("PORT", 8000, least=1, most=65535)


@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        "redis",
        "redis://",
        "redis://:6379",
        "http://localhost",
        "redis://localhost:port",
        "redis://localhost:99999",
        "redis://localhost:0",
        "redis://[::1",
        "redis://user:pass#word@host:6379",
    ],
)
def test_an_address_has_a_known_beginning_a_host_and_a_port(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER_URL", value)
    with pytest.raises(ImproperlyConfigured, match="BROKER_URL must be an address") as refusal:
        env.address("BROKER_URL", "", ["redis"])
    assert "word" not in str(refusal.value).replace("password", "")


@pytest.mark.parametrize(
    "rest", ["x y", "x.example.org?y=1", "x.example.org#y", "u:p@x.example.org"]
)
def test_the_exchanges_own_address_is_one_that_links_begin_with(
    rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXCHANGE_URL", f"https://{rest}")
    with pytest.raises(ImproperlyConfigured, match="EXCHANGE_URL must be an address"):
        env.site("EXCHANGE_URL", "")


def test_an_empty_address_is_none_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_URL", "")
    assert env.address("BROKER_URL", "memory://", ["memory"]) == "memory://"


@pytest.mark.parametrize(
    "value",
    [
        "exchange",
        "mysql://localhost/exchange",
        "postgresql://localhost:port/exchange",
        "postgresql://u:p#w@localhost/exchange",
        "postgresql://localhost",
    ],
)
def test_a_database_has_an_address_and_a_name(
    value: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must"):
        env.database("DATABASE_URL", tmp_path, pooled=False)


def test_a_database_may_be_reached_by_a_socket(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///exchange?sslmode=disable")
    found = env.database("DATABASE_URL", tmp_path, pooled=False)
    assert (found["NAME"], found["HOST"]) == ("exchange", "")
    assert found["OPTIONS"]["sslmode"] == "disable"


def test_the_data_folder_is_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    monkeypatch.setenv("EXCHANGE_DATA", str(tmp_path / "data"))
    with pytest.raises(ImproperlyConfigured, match=r"it is a file.*EXCHANGE_DATA="):
        env.folder("EXCHANGE_DATA", tmp_path)


@pytest.mark.parametrize("inside", [".", "deeper"])
def test_the_data_folder_can_be_written_to(
    monkeypatch: pytest.MonkeyPatch, as_nobody: None, inside: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        monkeypatch.setenv("EXCHANGE_DATA", f"{folder}/{inside}")
        with pytest.raises(ImproperlyConfigured, match=r"Permission denied.*EXCHANGE_DATA="):
            env.folder("EXCHANGE_DATA", Path(folder))


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    made = env.secret("NO_SUCH", tmp_path / "key")
    assert env.secret("NO_SUCH", tmp_path / "key") == made
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_all_who_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    together = Barrier(8)

    def start(_number: int) -> str:
        together.wait()
        return env.secret("NO_SUCH", tmp_path / "key")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1


def test_a_crash_while_the_key_is_written_leaves_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        env.secret("NO_SUCH", tmp_path / "key")
    assert not (tmp_path / "key").exists()


def test_a_key_is_made_where_files_have_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_source: str, _target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert env.secret("NO_SUCH", tmp_path / "key") == env.secret("NO_SUCH", tmp_path / "key")


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"\xff" * 60, b"a" * 30 + b"\0" * 30])
def test_a_damaged_key_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match="is empty or damaged"):
        env.secret("NO_SUCH", tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == content


def test_a_key_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(ImproperlyConfigured, match="key cannot be used: Is a directory"):
        env.secret("NO_SUCH", tmp_path / "key")


def test_an_empty_key_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is empty"):
        env.secret("SECRET_KEY", tmp_path / "key")


def test_what_is_written_is_nobody_elses_to_read(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    code = "import django; django.setup(); from django.db import connection; connection.connect()"
    own = {"EXCHANGE_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "exchange.config.settings"}
    outside = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    subprocess.run(
        [sys.executable, "-c", f"import os; os.umask(0o022); {code}"],
        cwd=ROOT,
        env=outside | own,
        check=True,
    )
    modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()}
    assert "exchange.sqlite3" in modes
    assert not any(modes.values()), modes
