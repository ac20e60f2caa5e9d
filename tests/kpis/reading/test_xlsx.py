"""Workbooks come as rows of text, numbers exactly as they are kept."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from exchange.kpis.reading import REQUIRED, Dialect
from tests.kpis.reading.samples import REAL, refusal, taken, workbook, written

HEADER = list(REQUIRED)


def row(period: Any = "2024", value: Any = 909000, comment: Any = "") -> list[Any]:
    return ["SEGOT", "teu_total", period, value, "TEU", "", comment]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (909000, "909000"),
        (-7.2, "-7.2"),
        (0.6, "0.6"),
        (1e-7, "0.0000001"),
        (1e20, "100000000000000000000"),
        (122715.75, "122715.75"),
        (True, "TRUE"),
        ("885 000", "885 000"),
    ],
)
def test_a_value_comes_as_plain_text(tmp_path: Path, value: Any, text: str) -> None:
    _reading, [found] = taken(workbook(tmp_path, KPI=[HEADER, row(value=value)]))
    assert found.cells["value"] == text


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (dt.date(2023, 9, 1), "2023-09"),
        (dt.date(2023, 9, 4), "2023-09-04"),
        (dt.datetime(2023, 9, 1, 10, 30), "2023-09-01 10:30:00"),
        (2024, "2024"),
    ],
)
def test_a_date_is_a_month_on_its_first_day(tmp_path: Path, period: Any, text: str) -> None:
    _reading, [found] = taken(workbook(tmp_path, KPI=[HEADER, row(period=period)]))
    assert found.cells["period"] == text


def test_dates_that_are_all_firsts_are_months_and_it_is_said(tmp_path: Path) -> None:
    firsts = [row(period=dt.date(2023, month, 1)) for month in (9, 10)]
    reading, rows = taken(workbook(tmp_path, KPI=[HEADER, *firsts]))
    assert [one.cells["period"] for one in rows] == ["2023-09", "2023-10"]
    assert "are read as those months" in " ".join(reading.notices)


def test_among_days_the_first_of_a_month_is_a_day(tmp_path: Path) -> None:
    days = [row(period=dt.date(2023, 9, day)) for day in (1, 2)]
    reading, rows = taken(workbook(tmp_path, KPI=[HEADER, *days]))
    assert [one.cells["period"] for one in rows] == ["2023-09-01", "2023-09-02"]
    assert not reading.notices


def test_a_date_elsewhere_is_a_day(tmp_path: Path) -> None:
    day = dt.date(2023, 9, 1)
    _reading, [found] = taken(workbook(tmp_path, KPI=[HEADER, row(comment=day)]))
    assert found.cells["comment"] == "2023-09-01"


def test_numbers_are_written_with_the_sign_of_the_texts(tmp_path: Path) -> None:
    path = workbook(tmp_path, KPI=[HEADER, row(value="1,5"), row(value=1.234)])
    reading, rows = taken(path)
    assert reading.dialect.decimal_sign == ","
    assert rows[1].cells["value"] == "1,234"


def test_number_cells_alone_leave_nothing_to_ask(tmp_path: Path) -> None:
    reading, _rows = taken(workbook(tmp_path, KPI=[HEADER, row(value=1.234)]))
    assert reading.dialect == Dialect(decimal_sign=".", sheet="KPI")


def test_only_the_visible_sheet_with_the_header_is_read(tmp_path: Path) -> None:
    sheets = {"Notes": [["x"]], "KPI": [HEADER, row()], "hidden": [HEADER, row()]}
    reading, rows = taken(workbook(tmp_path, **sheets))
    assert len(rows) == 1
    assert reading.notices == [
        "Sheet “hidden” is hidden and is not read.",
        "Sheet “Notes” has no such columns and is not read.",
    ]


def test_a_hidden_sheet_cannot_be_asked_for(tmp_path: Path) -> None:
    path = workbook(tmp_path, KPI=[HEADER, row()], hidden=[HEADER, row()])
    assert refusal(path, Dialect(sheet="hidden")).code == "no_such_sheet"


def test_a_table_may_stand_anywhere(tmp_path: Path) -> None:
    rows = [[], [], ["", "", *HEADER], [], ["", "", *row()]]
    _reading, [found] = taken(workbook(tmp_path, KPI=rows))
    assert (found.number, found.cells["value"]) == (5, "909000")


def test_a_formula_without_a_result_marks_its_row() -> None:
    _reading, rows = taken(REAL / "16_formulas_hidden_sheet_merged.xlsx")
    assert [(row.number, row.problem) for row in rows] == [(4, "formula"), (5, ""), (6, "")]


def test_a_stored_result_is_read_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("KPI")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, row())
        sheet.write_formula(1, 3, "=900000+9000", None, 909000)
    reading, [found] = taken(path)
    assert (found.problem, found.cells["value"]) == ("", "909000")
    assert reading.notices == ["Results of formulas are read as they were last saved."]


def test_an_error_is_told_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("KPI")
        sheet.write_row(2, 2, HEADER)
        sheet.write_row(3, 2, row())
        sheet.write_formula(3, 5, "=NA()", None, "#N/A")
    _reading, [found] = taken(path)
    assert found.cells["value"] == "#N/A"


def test_merged_cells_below_the_header_are_told(tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("KPI")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, row())
        sheet.merge_range("A2:A3", "SEGOT")
        sheet.write_row(2, 1, row()[1:])
    reading, rows = taken(path)
    assert "merged" in reading.notices[0]
    assert [row.cells["port_unlocode"] for row in rows] == ["SEGOT", ""]


def test_a_workbook_with_another_name_is_read_and_says_so(tmp_path: Path) -> None:
    content = workbook(tmp_path, KPI=[HEADER, row()]).read_bytes()
    reading, rows = taken(written(tmp_path, content, "figures.csv"))
    assert len(rows) == 1
    assert "is an Excel workbook" in reading.notices[0]
