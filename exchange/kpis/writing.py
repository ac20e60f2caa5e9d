"""Rows of observations, many at a time: by COPY on PostgreSQL, by one statement on SQLite."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from exchange.kpis.choices import State
from exchange.kpis.entries import Said
from exchange.kpis.models import Observation, Series
from exchange.kpis.values import decimals_of

# So many rows are in memory at once on SQLite.
LOT = 1000
COLUMNS = (
    "series",
    "period",
    "first",
    "last",
    "revision",
    "value",
    "decimals",
    "missing",
    "status",
    "precision",
    "source_url",
    "second_source_url",
    "note",
    "reason",
    "state",
    "way",
    "batch",
    "submitted_by",
    "submitted_at",
    "decided_by",
    "decided_at",
    "decision",
)


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who wrote values, how, when, and whether they hold at once."""

    user_id: UUID | None
    way: str
    at: dt.datetime
    batch_id: UUID | None = None
    holds: bool = False


class Writer:
    """Turns entries of one series into rows as the database takes them."""

    def __init__(self, series: Series, hand: Hand) -> None:
        state = State.APPROVED if hand.holds else State.SUBMITTED
        # COPY has rows by the types of their columns; SQLite keeps days and numbers as texts.
        is_typed = connection.vendor == "postgresql"
        self._day: Callable[[str], Any] = dt.date.fromisoformat if is_typed else str
        self._number: Callable[[str], Any] = Decimal if is_typed else str
        self._series = _stored("series", series.pk)
        self._tail = (
            state.value,
            hand.way,
            _stored("batch", hand.batch_id),
            _stored("submitted_by", hand.user_id),
            _stored("submitted_at", hand.at),
            None,
            _stored("decided_at", hand.at) if hand.holds else None,
            "",
        )

    def row(self, said: Said, *, revision: int, reason: str) -> tuple[Any, ...]:
        """Return the row of one entry, in the order of COLUMNS."""
        number, *others = said.told
        first, last = said.days
        return (
            self._series,
            said.code,
            self._day(first),
            self._day(last),
            revision,
            self._number(number) if number else None,
            decimals_of(number),
            *others,
            reason,
            *self._tail,
        )


def insert(rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of observations as they come; the constraints of the database hold as ever."""
    table = connection.ops.quote_name(Observation._meta.db_table)
    names = [connection.ops.quote_name(_column(name)) for name in COLUMNS]
    if connection.vendor == "postgresql":
        _copy(f"COPY {table} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)", rows)
        return
    marks = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
    coming = iter(rows)
    with connection.cursor() as cursor:
        while lot := [*islice(coming, LOT)]:
            cursor.executemany(statement, lot)


def _copy(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types([_type(name) for name in COLUMNS])
        for row in rows:
            copy.write_row(row)


def _column(name: str) -> str:
    field: Any = Observation._meta.get_field(name)
    return str(field.column)


def _type(name: str) -> str:
    """Return the type of a column by its name, without its length."""
    field: Any = Observation._meta.get_field(name)
    return str(field.db_type(connection)).partition("(")[0]


def _stored(name: str, value: Any) -> Any:
    field: Any = Observation._meta.get_field(name)
    return field.get_db_prep_save(value, connection)
