"""The pages of a preview: what becomes of each row, kept until somebody decides."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from exchange.kpis.asides import Problem
from exchange.kpis.choices import Outcome
from exchange.kpis.entries import TOLD
from exchange.kpis.models import Import, ImportPage, Observation
from exchange.kpis.wording import asides

PAGE = 100
# So many pages are written by one statement.
LOT = 100
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


class Staged(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """A row that was understood: where it goes, what it says, what stands there now.

    `series` is an id, empty when the series is still to be made. `old` is what stands there, see
    `old_of`.
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
    def days(self) -> tuple[str, str]:
        """Return the period's first and last day, as in `Entry.days`."""
        return self.first, self.last

    @property
    def told(self) -> tuple[str, ...]:
        """Return all that is said of the period, as in `Entry.told`."""
        return (
            self.value or "",
            self.missing,
            self.status,
            self.precision,
            self.source_url,
            self.second_source_url,
            self.note,
        )

    @property
    def reason(self) -> str:
        """Return why this row corrects a value: nothing but what is said of all rows."""
        return ""

    @property
    def number(self) -> Decimal | None:
        """Return the value as a number."""
        return None if self.value is None else Decimal(self.value)

    @property
    def said(self) -> Observation:
        """Return what it says, as a value that is shown."""
        return _observation(self.number, self.told[1:])

    @property
    def until_now(self) -> Observation | None:
        """Return what stands there, as a value that is shown; None for nothing."""
        value, *besides = self.old.split("\n", 5)
        if not value:
            return None
        besides = besides or list(self.told[2:])
        if value[-1].isdigit():
            return _observation(Decimal(value), ("", *besides))
        # Older previews have words for people here, which are shown as they are.
        return _observation(None, (value, *besides))

    @property
    def remarks(self) -> list[str]:
        """Return what it says beside the value, and where that differs, what was said until now."""
        return asides(self.said, self.until_now)

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


def old_of(value: str, besides: tuple[str, ...], *, new: tuple[str, ...]) -> str:
    """Return what a preview keeps of what stands there: the value, or why there is none.

    Below it is what else was said, a line each, the note last, if `new` says anything else there.
    """
    missing, *others = besides
    lines = others if tuple(others) != new[2:] else []
    return "\n".join([value or missing, *lines])


def _observation(value: Decimal | None, besides: Sequence[str]) -> Observation:
    return Observation(value=value, **dict(zip(TOLD[1:], besides, strict=True)))


class Rejected(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """A row that cannot be taken: its cells as they stand in the file, and why."""

    line: int
    cells: dict[str, str]
    problems: list[Problem]


def rows_of(page: ImportPage) -> list[Any]:
    """Return the rows of a page: Rejected of that outcome, else Staged."""
    kind: Any = list[Rejected] if page.outcome == Outcome.REJECTED else list[Staged]
    rows: list[Any] = msgspec.json.decode(zlib.decompress(bytes(page.rows)), type=kind)
    return rows


def taken_rows(batch: Import, *outcomes: Outcome) -> Iterator[Staged]:
    """Yield every row that acceptance writes, or those of these outcomes.

    The pages are fetched at once, being small: nothing is asked of the database while rows are taken.
    """
    pages = ImportPage.objects.filter(batch=batch, outcome__in=outcomes or TAKEN).order_by("pk")
    return (row for page in [*pages] for row in rows_of(page))


def packed(rows: Iterable[Any]) -> bytes:
    return zlib.compress(msgspec.json.encode(list(rows)), 1)
