from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from exchange.activity import bookkeeping
from exchange.activity.models import Cursor
from tests.architecture import writers
from tests.cast import Cast


def test_bookkeeping_may_write(db: None) -> None:
    bookkeeping.move_cursor("reader", 7)
    assert Cursor.objects.get(name="reader").position == 7


def creates() -> None:
    Cursor.objects.create(name="intruder")


def creates_unless_there() -> None:
    Cursor.objects.bulk_create([Cursor(name="intruder")], ignore_conflicts=True)


def updates() -> None:
    Cursor.objects.update(position=7)


def deletes() -> None:
    Cursor.objects.filter(position=0).delete()


def replaces() -> None:
    connection.cursor().execute("REPLACE INTO activity_cursor VALUES ('intruder', 7)")


@pytest.mark.parametrize("write", [creates, creates_unless_there, updates, deletes, replaces])
def test_a_write_from_elsewhere_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, write: Callable[[], None]
) -> None:
    bookkeeping.move_cursor("reader", 0)
    monkeypatch.setattr(writers, "EXCHANGE", Path(writers.__file__).parent)
    with pytest.raises(AssertionError, match="that is an action's"):
        write()
