"""Several people at once: threads with connections of their own, on a database that allows them."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any, TypeVar

import pytest
from django.db import connection, connections, transaction

Result = TypeVar("Result")
DEADLINE = 60
WAIT = 20


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


def _wait_for_a_lock_or(ended: Event) -> None:
    """Return when a connection to PostgreSQL waits for another, or when `ended` is set."""
    deadline = time.monotonic() + WAIT
    with connection.cursor() as cursor:
        while time.monotonic() < deadline and not ended.is_set():
            # Within a transaction PostgreSQL would show the same picture again.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return


def one_behind_the_other(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Begin `second` when `first` has acted; commit that when `second` waits for it, or has ended.

    Return what came of each. On PostgreSQL only.
    """
    acted, ended = Event(), Event()

    def work(index: int) -> Any:
        if index == 0:
            with transaction.atomic():
                result = first()
                acted.set()
                _wait_for_a_lock_or(ended)
            return result
        assert acted.wait(WAIT)
        try:
            return second()
        finally:
            ended.set()

    return together(work, 2)


def alone(work: Callable[[], Any]) -> Any:
    """Run `work` in one thread and return or raise what came of it."""
    result = together(lambda _: work(), 1)[0]
    if isinstance(result, Exception):
        raise result
    return result


__all__ = [
    "alone",
    "on_postgres",
    "one_behind_the_other",
    "postgres",
    "shared_db",
    "together",
]
