"""Several people at once: threads with connections of their own, on a database that allows them."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connection, connections

Result = TypeVar("Result")
DEADLINE = 60


def on_postgres() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture
def postgres(transactional_db: None) -> None:
    """PostgreSQL, with rows that other connections see; else the test is skipped."""
    if not on_postgres():
        pytest.skip("needs postgres: its transactions run side by side")


@pytest.fixture
def shared_db(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that threads share: PostgreSQL, or a file of SQLite's like the one of `make up`.

    On SQLite only threads see it: look at the outcome in `alone`, too.
    """
    if on_postgres():
        yield
        return
    connection.ensure_connection()
    file = tmp_path / "shared.sqlite3"
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
    copy.close()
    kept = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.settings_dict["NAME"] = kept


def together(work: Callable[[int], Result], number: int) -> list[Result | Exception]:
    """Run `work(0)` … `work(number - 1)` in threads that start at once; return what came of each."""
    start = Barrier(number)

    def one(index: int) -> Result | Exception:
        try:
            start.wait(DEADLINE)
            return work(index)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number), timeout=DEADLINE))


def alone(work: Callable[[], Any]) -> Any:
    """Run `work` in one thread and return or raise what came of it."""
    result = together(lambda _: work(), 1)[0]
    if isinstance(result, Exception):
        raise result
    return result


__all__ = ["alone", "on_postgres", "postgres", "shared_db", "together"]
