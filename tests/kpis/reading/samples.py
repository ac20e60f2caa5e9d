"""Files to read, made on the spot."""

from pathlib import Path
from typing import Any

import xlsxwriter

from exchange.kpis.reading import REQUIRED, Dialect, Limits, Reading, Row, Unreadable, read

REAL = Path(__file__).parents[1] / "import_files"
HEADER = ",".join(REQUIRED)
LINE = "SEGOT,teu_total,2024,909000,TEU,,"
USUAL, UNASKED = Limits(), Dialect()


def written(folder: Path, text: str | bytes, name: str = "figures.csv") -> Path:
    """Return a file with the text."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def table(*lines: str, delimiter: str = ",") -> str:
    """Return a CSV of the usual header and the lines."""
    return "\n".join([delimiter.join(REQUIRED), *lines, ""])


def values(*texts: str) -> str:
    """Return a semicolon CSV of which only the values matter."""
    return table(*(f"SEGOT;teu_total;2024;{text};TEU;;" for text in texts), delimiter=";")


def workbook(folder: Path, **sheets: list[list[Any]]) -> Path:
    """Return a workbook; a sheet whose name begins with `hidden` is hidden."""
    path = folder / "figures.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if name.startswith("hidden"):
                sheet.hide()
    return path


def taken(
    path: Path, asked: Dialect = UNASKED, limits: Limits = USUAL
) -> tuple[Reading, list[Row]]:
    """Return how the file was read, and all of its rows."""
    with read(path, name=path.name, asked=asked, limits=limits) as reading:
        return reading, list(reading.rows)


def refusal(path: Path, asked: Dialect = UNASKED, limits: Limits = USUAL) -> Unreadable:
    """Return why the file is refused."""
    try:
        taken(path, asked, limits)
    except Unreadable as refused:
        return refused
    raise AssertionError(f"{path.name} was read")
