"""A person's last searches. No event, not searched, nobody else's."""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import DatabaseError, connection
from django.db.models import Q, Window
from django.db.models.functions import RowNumber

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.once import fingerprint
from exchange.search.models import RecentSearch

logger = logging.getLogger(__name__)

MOST = 10
KEPT = dt.timedelta(days=90)
# Milliseconds that a page waits for the one lock of SQLite before it leaves the search unnoted.
PATIENCE = 200


def note_search(viewer: Viewer, asked: Mapping[str, Sequence[str]]) -> None:
    """Put a search at the head of a person's last; never raises, and never waits long.

    `asked` maps names in the address to values. Nothing is noted of a program or a stranger.
    """
    if viewer.user_id is None:
        return
    told = {name: list(values) for name, values in sorted(asked.items()) if values}
    row = RecentSearch(
        user_id=viewer.user_id, asked=told, fingerprint=fingerprint(repr(told).encode())
    )
    try:
        with _impatient():
            RecentSearch.objects.bulk_create(
                [row],
                update_conflicts=True,
                unique_fields=["user", "fingerprint"],
                update_fields=["used_at"],
            )
    except DatabaseError as error:
        logger.info("a search was not noted: %s", error)


def forget_searches(viewer: Viewer, pk: UUID | None = None) -> None:
    """Forget one of a person's searches, or all; with one go those that none sees any more."""
    mine = RecentSearch.objects.for_viewer(viewer)
    beyond = mine[MOST:].values("pk")
    (mine if pk is None else mine.filter(Q(pk=pk) | Q(pk__in=beyond))).delete()


def forget_old_searches() -> int:
    """Delete searches that nobody did again for 90 days, and all but each person's last ten.

    Return how many.
    """
    place = Window(RowNumber(), partition_by="user", order_by=["-used_at", "-pk"])
    beyond = RecentSearch.objects.alias(place=place).filter(place__gt=MOST).values("pk")
    old = Q(used_at__lt=time.now() - KEPT)
    return RecentSearch.objects.filter(old | Q(pk__in=beyond)).delete()[0]


@contextmanager
def _impatient() -> Iterator[None]:
    """Wait for SQLite's lock a moment only; PostgreSQL locks a person's own row at most."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    sqlite = connection.connection
    [before] = sqlite.execute("PRAGMA busy_timeout").fetchone()
    sqlite.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    try:
        yield
    finally:
        sqlite.execute(f"PRAGMA busy_timeout = {before}")
