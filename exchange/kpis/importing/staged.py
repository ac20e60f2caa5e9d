"""The pages of a preview: what becomes of each row, kept until somebody decides."""

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from exchange.kpis.choices import Outcome
from exchange.kpis.entries import Entry, Problem
from exchange.kpis.models import Import, ImportPage
from exchange.kpis.periods import Period
from exchange.kpis.values import plain

PAGE = 100
# So many pages are written by one statement.
LOT = 20
TAKEN = (Outcome.ADDED, Outcome.CORRECTED)
COLUMNS = (
    "port_unlocode",
    "kpi_code",
    "period",
    "value",
    "unit",
    "source_url",
    "comment",
    "status",
    "precision",
    "second_source_url",
    "note",
)


class Staged(NamedTuple):
    """A row that was understood: where it goes, what it says, what stands there now.

    `series` is an id, empty when the series is still to be made. `old` is the value that it
    corrects.
    """

    line: int
    port: str
    kpi: str
    unit: str
    series: str
    code: str
    first: str
    last: str
    value: str | None
    missing: str
    status: str
    precision: str
    source_url: str
    second_source_url: str
    note: str
    old: str
    warnings: list[str]

    @property
    def entry(self) -> Entry:
        """Return what the row says as an entry again."""
        return Entry(
            period=Period(dt.date.fromisoformat(self.first), dt.date.fromisoformat(self.last)),
            code=self.code,
            value=None if self.value is None else Decimal(self.value),
            missing=self.missing,
            status=self.status,
            precision=self.precision,
            source_url=self.source_url,
            second_source_url=self.second_source_url,
            note=self.note,
        )

    @property
    def cells(self) -> dict[str, str]:
        """Return the row as a file has it."""
        return {
            "port_unlocode": self.port,
            "kpi_code": self.kpi,
            "period": self.code,
            "value": self.value or "",
            "unit": self.unit,
            "source_url": self.source_url,
            "comment": self.note,
            "status": self.missing or self.status,
            "precision": self.precision,
            "second_source_url": self.second_source_url,
        }


class Rejected(NamedTuple):
    """A row that cannot be taken: its cells as they stand in the file, and why."""

    line: int
    cells: dict[str, str]
    problems: list[Problem]


def staged(
    line: int,
    port: str,
    kpi: str,
    unit: str,
    series: str,
    entry: Entry,
    old: str,
    warnings: list[str],
) -> Staged:
    """Return the row of an entry."""
    return Staged(
        line=line,
        port=port,
        kpi=kpi,
        unit=unit,
        series=series,
        code=entry.code,
        first=entry.period.first.isoformat(),
        last=entry.period.last.isoformat(),
        value=None if entry.value is None else plain(entry.value),
        missing=entry.missing,
        status=entry.status,
        precision=entry.precision,
        source_url=entry.source_url,
        second_source_url=entry.second_source_url,
        note=entry.note,
        old=old,
        warnings=warnings,
    )


def rows_of(page: ImportPage) -> list[Any]:
    """Return the rows of a page: Rejected of that outcome, else Staged."""
    kept = json.loads(zlib.decompress(bytes(page.rows)))
    if page.outcome != Outcome.REJECTED:
        return [Staged(*row) for row in kept]
    return [
        Rejected(line, cells, [Problem(*problem) for problem in problems])
        for line, cells, problems in kept
    ]


def taken_rows(batch: Import) -> Iterator[Staged]:
    """Yield every row that acceptance writes, page by page."""
    pages = ImportPage.objects.filter(batch=batch, outcome__in=TAKEN).order_by("pk")
    for page in pages.iterator(chunk_size=LOT):
        yield from rows_of(page)


def packed(rows: Iterable[Any]) -> bytes:
    return zlib.compress(json.dumps(list(rows), ensure_ascii=False).encode(), 1)
