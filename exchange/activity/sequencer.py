"""Positions: dense, given after commit, in an order that no reader can overtake."""

from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Expression, F, Func
from django.db.models.sql.compiler import SQLCompiler

from exchange.activity.models import Event, LogHead
from exchange.activity.signals import log_grew
from exchange.common.faults import faultpoint

BATCH = 500


def place_events() -> int:
    """Give every committed event without a position the next one; return how many got one.

    Whoever finds the head locked leaves: the holder looks again after its commit. Runs in the
    committing process and in beat's sweep.
    """
    placed = 0
    while Event.objects.unplaced().exists():
        count = _place_batch()
        if count is None:
            break
        placed += count
    if placed:
        faultpoint("sequenced")
        log_grew.send(sender=Event)
    return placed


@transaction.atomic
def _place_batch() -> int | None:
    """Place up to `BATCH` events under the lock of the head; None when somebody else holds it.

    Raises LogHead.DoesNotExist when there is none: without it every reader would stand still.
    """
    heads = LogHead.objects.select_for_update(
        skip_locked=connection.features.has_select_for_update_skip_locked
    )
    head = heads.filter(pk=1).first()
    if head is None:
        if not LogHead.objects.filter(pk=1).exists():
            raise LogHead.DoesNotExist("the log has no head; `manage.py migrate` makes it anew")
        return None
    # Read after the lock: what the last holder committed is seen, so no position is given twice.
    events = list(Event.objects.unplaced()[:BATCH])
    for position, event in enumerate(events, start=head.last_position + 1):
        event.position = position
    Event.objects.bulk_update(events, ["position"])
    LogHead.objects.filter(pk=1).update(last_position=head.last_position + len(events))
    return len(events)


def last_position() -> int:
    """Return the newest position in the log; 0 when nothing has happened."""
    return LogHead.objects.values_list("last_position", flat=True).get(pk=1)


class LogSize(Expression):
    """As part of a query, the number of committed events, with a position or without.

    Positions are dense and events stay: as long as it is the same, nothing at all has happened.
    Also without a head, when events wait for it.
    """

    output_field = BigIntegerField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        return _log_size(connection.alias)


@cache
def _log_size(using: str) -> tuple[str, tuple[Any, ...]]:
    # Once for all queries: for each mail anew, it cost as much as the rest of the statement.
    head = LogHead.objects.filter(pk=1).values("last_position")
    # No aggregate of Django's, which would group.
    unplaced = (
        Event.objects.filter(position=None).order_by().values(n=Func(F("pk"), function="COUNT"))
    )
    placed, waiting = (rows.query.get_compiler(using).as_sql() for rows in (head, unplaced))
    return f"(COALESCE(({placed[0]}), 0) + ({waiting[0]}))", (*placed[1], *waiting[1])
