"""Values as files: CSV and XLSX that can be sent back, and that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from exchange.kpis.importing.staged import COLUMNS
from exchange.kpis.models import Observation, Series
from exchange.kpis.reading import bare, shielded
from exchange.kpis.values import plain

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = Mapping[str, Any]


def row_of(observation: Observation, series: Series) -> dict[str, Any]:
    """Return a value as a row of the file that the importer reads; the value is a Decimal or empty."""
    return {
        "port_unlocode": series.organisation.unlocode or "",
        "kpi_code": series.definition.indicator.code,
        "period": observation.period,
        "value": "" if observation.value is None else observation.value,
        "unit": series.definition.unit,
        "source_url": observation.source_url,
        "comment": observation.note,
        "status": observation.missing or observation.status,
        "precision": observation.precision,
        "second_source_url": observation.second_source_url,
        "note": "",
    }


def csv_of(rows: Iterable[Cells], columns: Sequence[str] = COLUMNS) -> Iterator[str]:
    """Yield the lines of a CSV file: UTF-8 with a BOM, so that spreadsheets see the encoding."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    yield "\ufeff" + _drained(buffer)
    for row in rows:
        writer.writerow([_in_csv(row.get(name, "")) for name in columns])
        yield _drained(buffer)


def xlsx_of(
    rows: Iterable[Cells],
    columns: Sequence[str] = COLUMNS,
    *,
    notes: Sequence[Sequence[str]] = (),
    name: str = "values",
) -> bytes:
    """Return an XLSX file; numbers are numbers as far as a spreadsheet keeps them, all else is text.

    Rows are taken one by one: the memory that it takes is that of the compressed file.
    A spreadsheet keeps 15 digits: a value of more is written as text. `notes` are rows of a second
    sheet.
    """
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(name)
        bold = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})
        sheet.write_row(0, 0, columns, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 18, text)
        for line, row in enumerate(rows, start=1):
            for column, key in enumerate(columns):
                _write(sheet, line, column, row.get(key, ""), book)
        if notes:
            about = book.add_worksheet("about")
            about.set_column(0, 5, 30)
            for line, words in enumerate(notes):
                for column, word in enumerate(words):
                    about.write_string(line, column, str(word), bold if line == 0 else None)
    return buffer.getvalue()


def _write(sheet: Any, line: int, column: int, value: Any, book: Any) -> None:
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= 15:
        places = max(0, -int(value.as_tuple().exponent))
        shape = _shape(book, places)
        sheet.write_number(line, column, float(value), shape)
    elif isinstance(value, Decimal):
        sheet.write_string(line, column, plain(value))
    elif value != "":
        # No text of a workbook is a formula; but whoever reads it takes such an apostrophe off.
        text = str(value)
        sheet.write_string(line, column, shielded(text) if bare(text) != text else text)


def _shape(book: Any, places: int) -> Any:
    shapes = book.__dict__.setdefault("shapes_by_places", {})
    if places not in shapes:
        shapes[places] = book.add_format(
            {"num_format": "0" + ("." + "0" * places if places else "")}
        )
    return shapes[places]


def _in_csv(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else shielded(str(value))


def _drained(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
