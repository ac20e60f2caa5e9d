"""What the child may say to its parent, and how."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

Notice = tuple[str, dict[str, Any]]
# Number in the file, what is wrong with the row ("" for nothing), its cells by column, and whether
# its value is a number and no text.
Line = tuple[int, str, tuple[str, ...], bool]

ROWS_A_BATCH = 500
LETTERS_A_BATCH = 250_000


class Stop(Exception):
    """The file is not read: why, as a code, and what its words need."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Ask(Exception):
    """Something that only a person can tell: what, as a code, its choices, and what its words need."""

    def __init__(self, about: str, code: str, choices: tuple[str, ...] = (), **params: Any) -> None:
        super().__init__(code)
        self.about, self.code, self.choices, self.params = about, code, choices, params


@dataclass(frozen=True)
class Limits:
    """How much a file may hold."""

    most_rows: int
    longest_cell: int
    most_columns: int


@dataclass
class Found:
    """What was found out about a file before its rows are told."""

    columns: list[str]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    notices: list[Notice] = field(default_factory=list)


class Table(Protocol):
    """A file that can be gone through as often as needed."""

    found: Found

    def lines(self, decimal_sign: str) -> Iterator[Line]:
        """Yield the rows below the header; a number that is no text is written with the sign."""


class Teller:
    """Writes to the parent."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def say(self, **message: Any) -> None:
        """Send one message."""
        self._out.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
        self._out.flush()

    def say_rows(self, lines: Iterator[Line], widest: int) -> None:
        """Send rows in batches, no row having more than `widest` letters; then their number."""
        most = max(1, min(ROWS_A_BATCH, LETTERS_A_BATCH // max(widest, 1)))
        count = 0
        numbers: list[int] = []
        rows: list[tuple[str, ...]] = []
        problems: dict[int, str] = {}
        doubles: list[int] = []
        for number, problem, cells, is_double in lines:
            if problem:
                problems[number] = problem
            if is_double:
                doubles.append(number)
            numbers.append(number)
            rows.append(cells)
            if len(rows) == most:
                self._say_batch(numbers, rows, problems, doubles)
                count += most
                numbers, rows, problems, doubles = [], [], {}, []
        if rows:
            self._say_batch(numbers, rows, problems, doubles)
        self.say(end=count + len(rows))

    def _say_batch(
        self,
        numbers: list[int],
        rows: list[tuple[str, ...]],
        problems: dict[int, str],
        doubles: list[int],
    ) -> None:
        """Send rows by columns; of one that says the same in all of them, the text alone."""
        columns = [one[0] if len(set(one)) == 1 else one for one in zip(*rows, strict=True)]
        self.say(numbers=numbers, cells=columns, problems=problems, doubles=doubles)
