"""Cursors: what a reader has read. Bookkeeping records no events."""

from django.db.models.functions import Greatest

from exchange.activity.models import Cursor


def cursor_position(name: str) -> int:
    """Return how far the named reader has read; 0 before its first step."""
    return Cursor.objects.filter(name=name).values_list("position", flat=True).first() or 0


def move_cursor(name: str, position: int) -> None:
    """Move the named cursor forward to `position`; never backward."""
    Cursor.objects.get_or_create(name=name)
    Cursor.objects.filter(name=name).update(position=Greatest("position", position))
