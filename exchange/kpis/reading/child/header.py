"""Finds the row with the names of the columns, and which column stands where."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .telling import Limits, Notice, Stop

REQUIRED = ("port_unlocode", "kpi_code", "period", "value", "unit", "source_url", "comment")
OPTIONAL = ("status", "precision", "second_source_url", "note")
COLUMNS = REQUIRED + OPTIONAL

# A title, a date and an empty line may stand above the header; a table without one is no table.
ROWS_LOOKED_AT = 20
# With so many names of ours a row is meant as the header, and what lacks is missing.
NAMES_OF_A_HEADER = 2


@dataclass(frozen=True)
class Header:
    """The row `number` names the columns; `places` says where those that are read stand."""

    number: int
    columns: list[str]
    places: list[int]
    width: int
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True)
class Candidate:
    """The row that looks most like a header."""

    number: int = 0
    cells: tuple[str, ...] = ()
    above: int = 0

    @property
    def missing(self) -> list[str]:
        """The required columns that it does not name."""
        return [name for name in REQUIRED if name not in self.cells]

    @property
    def meant(self) -> bool:
        """Whether it names enough to be a header at all."""
        return len(REQUIRED) - len(self.missing) >= NAMES_OF_A_HEADER


def best_candidate(rows: Iterable[tuple[int, list[str]]]) -> Candidate:
    """Return the first row that names all required columns, else the one that names most."""
    best, filled = Candidate(), 0
    for (number, cells), _looked in zip(rows, range(ROWS_LOOKED_AT), strict=False):
        row = Candidate(number, tuple(cell.strip().casefold() for cell in cells), filled)
        if len(row.missing) < len(best.missing):
            best = row
        if not best.missing:
            break
        filled += any(row.cells)
    return best


def read_header(row: Candidate, limits: Limits) -> Header:
    """Return what the row says; raise Stop when columns are missing, doubled or too many."""
    if not row.meant:
        raise Stop("no_header", most=ROWS_LOOKED_AT, names=list(REQUIRED))
    if row.missing:
        raise Stop("missing_columns", names=row.missing, row=row.number)
    width = max(place for place, name in enumerate(row.cells, start=1) if name)
    if width > limits.most_columns:
        raise Stop("too_many_columns", columns=width, most=limits.most_columns)
    doubled = [name for name in COLUMNS if row.cells.count(name) > 1]
    if doubled:
        raise Stop("doubled_columns", names=doubled, row=row.number)
    read = [(place, name) for place, name in enumerate(row.cells) if name in COLUMNS]
    return Header(
        number=row.number,
        columns=[name for _place, name in read],
        places=[place for place, _name in read],
        width=width,
        notices=_notices(row, width),
    )


def _notices(row: Candidate, width: int) -> list[Notice]:
    notices: list[Notice] = []
    if row.above:
        notices.append(("above_header", {"row": row.number}))
    for place, name in enumerate(row.cells[:width], start=1):
        if not name:
            notices.append(("unnamed_column", {"place": place}))
        elif name not in COLUMNS:
            notices.append(("unread_column", {"name": name[:80]}))
    return notices
