from exchange.activity.bookkeeping import cursor_position, move_cursor
from exchange.activity.models import Cursor
from tests.threads import alone, together


def test_a_reader_begins_at_the_beginning(db: None) -> None:
    assert cursor_position("search") == 0
    assert not Cursor.objects.exists()


def test_a_cursor_moves_forward(db: None) -> None:
    move_cursor("search", 3)
    move_cursor("search", 7)
    assert cursor_position("search") == 7


def test_a_cursor_never_moves_back(db: None) -> None:
    move_cursor("search", 7)
    move_cursor("search", 3)
    assert cursor_position("search") == 7


def test_each_reader_has_its_own(db: None) -> None:
    move_cursor("search", 7)
    assert cursor_position("digests") == 0


def test_of_two_workers_the_one_further_on_wins(shared_db: None) -> None:
    assert together(lambda index: move_cursor("search", index + 1), 6) == [None] * 6
    assert alone(lambda: cursor_position("search")) == 6
