from pathlib import Path

import pytest

from exchange.activity import bookkeeping
from exchange.activity.models import Cursor
from tests.architecture import writers
from tests.cast import Cast


def test_bookkeeping_may_write(db: None) -> None:
    bookkeeping.move_cursor("reader", 7)
    assert Cursor.objects.get(name="reader").position == 7


def test_a_write_from_elsewhere_is_refused(
    db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Path(writers.__file__).parent
    monkeypatch.setattr(writers, "EXCHANGE", here)
    with pytest.raises(AssertionError, match="that is an action's"):
        Cursor.objects.create(name="intruder")
