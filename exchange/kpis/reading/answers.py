"""What a reader is asked and what it answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from msgspec import Struct

from exchange.kpis.reading import words
from exchange.kpis.reading.child.header import COLUMNS


@dataclass(frozen=True)
class Dialect:
    """How a file is to be read, or was; an empty text asks to find out."""

    encoding: str = ""
    delimiter: str = ""
    decimal_sign: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Limits:
    """How much a file may hold, and its reader use; `seconds` is of waiting for it, and of its own work."""

    memory_megabytes: int = 256
    seconds: int = 60
    most_rows: int = 200_000
    most_bytes: int = 25_000_000
    longest_cell: int = 10_000
    most_columns: int = 50


class Row(Struct, frozen=True, gc=False):
    """A row below the header: where it stands in the file, and its texts by COLUMNS, "" for nothing.

    `problem` is "" or says why the row must be rejected: "cells" when it has more cells than the
    header, so that they may stand under the wrong names; "formula" when a cell that is read holds
    a formula without a stored result. `is_double`: its value is the number of a workbook, which has no
    zeros at its end to say how exact it is.
    """

    number: int
    texts: tuple[str, ...]
    problem: str = ""
    is_double: bool = False

    @property
    def cells(self) -> dict[str, str]:
        """Its texts by the names of their columns."""
        return dict(zip(COLUMNS, self.texts, strict=True))

    @property
    def says_nothing(self) -> bool:
        """Tell whether no cell says anything of the period: it is one of a template, left as it is."""
        _port, _kpi, _period, value, _unit, *others = self.texts
        return not (value or self.problem or "".join(others).strip())


@dataclass
class Reading:
    """A file that is being read: how, what to tell about it, and its `count` rows, to be taken once.

    They come in `batches` that are small in memory, or one by one as `rows`.
    """

    dialect: Dialect
    notices: list[str]
    count: int
    batches: Iterator[list[Row]]

    @property
    def rows(self) -> Iterator[Row]:
        """Its rows one by one."""
        return chain.from_iterable(self.batches)


class Unreadable(Exception):
    """The file as a whole cannot be read; `message` says why and what to do."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    @property
    def message(self) -> str:
        """The refusal in the reader's language."""
        return words.refusal(self.code, self.params)

    def __str__(self) -> str:
        return self.message


class Question(Exception):
    """Only a person can tell: ask it, and read again with the answer in the Dialect's field `about`."""

    def __init__(self, about: str, code: str, values: list[str], **params: Any) -> None:
        super().__init__(code)
        self.about, self.code, self.params = about, code, params
        self._values = values

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Each possible answer and its words."""
        return words.choices(self.about, self._values)

    @property
    def message(self) -> str:
        """The question in the reader's language."""
        return words.question(self.code, self.params)

    def __str__(self) -> str:
        return self.message
