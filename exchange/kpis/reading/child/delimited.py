"""Text with a delimiter: CSV and its kin."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from operator import itemgetter
from pathlib import Path

from .apostrophes import bare
from .encodings import Encoding
from .header import ROWS_LOOKED_AT, Candidate, best_candidate, read_header
from .telling import Found, Limits, Line, Stop

DELIMITERS = (",", ";", "\t", "|")
# A cell up to here is told by its column; beyond it a quotation mark was most likely never closed.
FIELD_LIMIT = 1_000_000
# A header is shorter; so a file without line ends is not read as one line to find it.
HEAD_LINE = 1 << 16


class Delimited:
    """A text file as a table."""

    def __init__(self, path: Path, encoding: Encoding, delimiter: str, limits: Limits) -> None:
        csv.field_size_limit(FIELD_LIMIT)
        self._path, self._codec = path, encoding.codec
        self._delimiter, row = self._settle_delimiter(delimiter)
        self._header = read_header(row, limits)
        self.found = Found(
            columns=self._header.columns,
            encoding=encoding.name,
            delimiter=self._delimiter,
            notices=[*encoding.notices, *self._header.notices],
        )

    def _settle_delimiter(self, asked: str) -> tuple[str, Candidate]:
        """Return the delimiter with which the header names most of our columns, and that header."""
        with self._path.open(encoding=self._codec, newline="") as file:
            head = [file.readline(HEAD_LINE) for _ in range(2 * ROWS_LOOKED_AT)]
        if not "".join(head).strip():
            raise Stop("empty")
        found = {
            delimiter: best_candidate(_loose_records(head, delimiter))
            for delimiter in ([asked] if asked else DELIMITERS)
        }
        best = min(found, key=lambda delimiter: len(found[delimiter].missing))
        return best, found[best]

    def lines(self, decimal_sign: str) -> Iterator[Line]:
        """Yield the rows below the header; all is text, so the sign has nothing to do."""
        header, width = self._header, self._header.width
        pick = itemgetter(*header.places)
        for number, record in islice(self._records(), self._above(), None):
            problem = ""
            if len(record) != width:
                if "".join(record[width:]).strip():
                    problem = "cells"
                record += [""] * (width - len(record))
            text = "".join(record)
            if "'" in text:
                record = list(map(bare, record))
            if text.strip():
                yield number, problem, pick(record), False

    def _above(self) -> int:
        """Return how many records end with the header."""
        for count, (number, _record) in enumerate(self._records(), start=1):
            if number >= self._header.number:
                return count
        return 0

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield records, each with the line on which it begins; raise Stop for broken quoting."""
        line = 1
        with self._path.open(encoding=self._codec, newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            try:
                for record in reader:
                    yield line, record
                    line = reader.line_num + 1
            except csv.Error as error:
                raise Stop(_fault(error), row=line) from None


def _loose_records(head: list[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    line = 1
    reader = csv.reader(filter(None, head), delimiter=delimiter)
    # What is quoted wrongly is refused when all is read, with the delimiter that is right.
    with suppress(csv.Error):
        for record in reader:
            yield line, record
            line = reader.line_num + 1


def _fault(error: csv.Error) -> str:
    never_closed = ("unexpected end of data", "field larger than field limit")
    return "open_quote" if str(error).startswith(never_closed) else "stray_quote"
