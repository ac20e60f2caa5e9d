"""XLSX, read by calamine.

A number is the double that the workbook keeps: a cell shown as 60 % gives 0.6. Hidden rows and
columns are read like others. Of merged cells the first has the text. A formula gives the result
that was stored when the file was last saved; nothing is calculated.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from .apostrophes import bare
from .archive import require_harmless_workbook
from .header import Candidate, best_candidate, read_header
from .marks import read_marks
from .telling import Ask, Found, Limits, Line, Notice, Stop

# Below this a double counts in ones, so that it is a whole number as it stands.
EXACT = 2**53
MONTHS: Notice = ("dates_as_months", {})


class Workbook:
    """The one visible sheet of a workbook that has our header."""

    def __init__(self, path: Path, asked: str, limits: Limits) -> None:
        require_harmless_workbook(path)
        notices: list[Notice] = []
        try:
            name, self._sheet, row = _find_sheet(path, asked, notices)
        except PasswordError:
            raise Stop("password") from None
        except CalamineError:
            raise Stop("damaged") from None
        self._header = read_header(row, limits)
        self._marks = read_marks(path, name)
        # Whether dates of the periods are first days of months; all are known after the first pass.
        self._are_firsts: set[bool] = set()
        # Rows come whole, but begin with the first column that holds anything.
        start = self._sheet.start or (0, 0)
        self._columns = [place + start[1] for place in self._header.places]
        if self._marks.has_saved:
            notices.append(("saved_results", {}))
        if any(end[0] >= row.number for _start, end in self._sheet.merged_cell_ranges or []):
            notices.append(("merged_cells", {}))
        self.found = Found(
            columns=self._header.columns, sheet=name, notices=[*notices, *self._header.notices]
        )

    def lines(self, decimal_sign: str) -> Iterator[Line]:
        """Yield the rows below the header; number cells of the values are written with the sign.

        Dates of the periods are days when one of them is no month's first, else months, and a notice
        says so: both hold from the second time on.
        """
        header = self._header
        period, value = header.columns.index("period"), header.columns.index("value")
        for number, row in enumerate(self._sheet.iter_rows(), start=1):
            if number <= header.number:
                continue
            given = [row[place] for place in header.places]
            cells = [bare(cell) if type(cell) is str else _text(cell) for cell in given]
            is_double = type(given[value]) is float
            if is_double:
                cells[value] = cells[value].replace(".", decimal_sign)
            day = given[period]
            if isinstance(day, dt.date):
                cells[period] = self._period(day)
            problem = self._mark(number - 1, cells)
            if problem or "".join(cells).strip():
                yield number, problem, tuple(cells), is_double
        if self._are_firsts == {True} and MONTHS not in self.found.notices:
            self.found.notices.append(MONTHS)

    def _period(self, day: dt.date) -> str:
        text = _text(day)
        self._are_firsts.add(text.endswith("-01"))
        return text if False in self._are_firsts else text[:7]

    def _mark(self, row: int, cells: list[str]) -> str:
        """Put error values where calamine has nothing; return what is wrong with the row."""
        marks, problem = self._marks, ""
        if marks.errors or marks.unsaved:
            for place, column in enumerate(self._columns):
                cells[place] = cells[place] or marks.errors.get((row, column), "")
                if (row, column) in marks.unsaved:
                    problem = "formula"
        return problem


def _find_sheet(
    path: Path, asked: str, notices: list[Notice]
) -> tuple[str, CalamineSheet, Candidate]:
    workbook = CalamineWorkbook.from_path(path)
    visible: list[str] = []
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            visible.append(sheet.name)
        elif sheet.typ == SheetTypeEnum.WorkSheet:
            notices.append(("hidden_sheet", {"name": sheet.name[:80]}))
    if asked and asked not in visible:
        raise Stop("no_such_sheet", name=asked[:80])
    filled: list[str] = []
    matching: list[str] = []
    kept, closest = None, Candidate()
    for name in [asked] if asked else visible:
        loaded = workbook.get_sheet_by_name(name)
        row = _header_of(loaded)
        if loaded.start:
            filled.append(name)
        if not row.missing:
            matching.append(name)
        if kept is None or len(row.missing) < len(closest.missing):
            # Of all sheets one is kept in memory.
            kept, closest, chosen = loaded, row, name
    if len(matching) > 1:
        raise Ask("sheet", "several_sheets", tuple(matching))
    if kept is None:
        raise Stop("no_visible_sheet")
    notices += [("other_sheet", {"name": name[:80]}) for name in filled if name != chosen]
    return chosen, kept, closest


def _header_of(sheet: CalamineSheet) -> Candidate:
    rows = ([_text(cell) for cell in row] for row in sheet.iter_rows())
    return best_candidate(enumerate(rows, start=1))


def _text(cell: Any) -> str:
    """Return a cell as plain text; a number exactly, in the fewest digits that say it."""
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < EXACT:
            return str(int(cell))
        text = repr(cell)
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)
