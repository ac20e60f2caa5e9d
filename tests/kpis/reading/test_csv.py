"""Text files come as rows with the number of their line."""

import json
from pathlib import Path

import pytest

from exchange.kpis.reading import Dialect
from tests.kpis.reading.samples import HEADER, LINE, REAL, refusal, table, taken, written

EXPECTED = json.loads((REAL / "expected.json").read_text())["files"]
READ = sorted(name for name in EXPECTED if EXPECTED[name]["outcome"] != "reject file")


@pytest.mark.parametrize("name", READ)
def test_every_row_of_the_real_files_comes(name: str) -> None:
    _reading, rows = taken(REAL / name)
    assert len(rows) == EXPECTED[name]["accepted_rows"] + EXPECTED[name]["rejected_rows"]


def test_all_missing_columns_are_named_at_once() -> None:
    message = refusal(REAL / "06_missing_column.csv").message
    assert "“unit”, “comment” are missing" in message


def test_one_missing_column_is_named(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, HEADER.replace(",unit", "") + "\n" + LINE))
    assert refused.message.startswith("The column “unit” is missing")


def test_a_bom_and_a_semicolon_are_found() -> None:
    reading, rows = taken(REAL / "02_bom_semicolon_decimal_comma.csv")
    assert reading.dialect == Dialect("utf-8", ";", ",")
    assert reading.notices == ["The byte order mark at the beginning was left out."]
    assert rows[0].cells["value"] == "808728,5"


def test_what_is_not_utf8_is_read_as_windows_1252_and_says_so() -> None:
    reading, rows = taken(REAL / "09_latin1_swedish.csv")
    assert "Windows-1252" in reading.notices[0]
    assert "“Göteborgs”" in reading.notices[0]
    assert "Göteborgs" in rows[0].cells["comment"]


def test_formulas_are_text() -> None:
    _reading, rows = taken(REAL / "08_formula_injection.csv")
    comments = [row.cells["comment"] for row in rows]
    assert comments[0] == "=cmd|' /C calc'!A0"
    assert comments[4:8] == [
        "\t=1+1",
        "\r=1+1",
        '=HYPERLINK("http://127.0.0.1/x?"&A1,"open")',
        '=1+1";=2',
    ]
    assert not any(row.problem for row in rows)


def test_texts_are_not_trimmed() -> None:
    _reading, rows = taken(REAL / "13_bad_values.csv")
    assert (rows[-1].number, rows[-1].cells["port_unlocode"]) == (18, " uslax ")


def test_a_number_is_the_line_on_which_the_record_begins(tmp_path: Path) -> None:
    text = table(LINE + '"two\nlines"', "", ";", LINE)
    _reading, rows = taken(written(tmp_path, text.replace(";", ",,,,,,")))
    assert [row.number for row in rows] == [2, 6]


def test_names_of_columns_are_trimmed_and_folded(tmp_path: Path) -> None:
    _reading, rows = taken(written(tmp_path, HEADER.upper().replace(",", " , ") + "\n" + LINE))
    assert rows[0].cells["value"] == "909000"


def test_an_optional_column_that_is_not_there_is_empty(tmp_path: Path) -> None:
    _reading, rows = taken(written(tmp_path, table(LINE)))
    assert rows[0].cells["second_source_url"] == ""


def test_an_optional_column_is_read_where_it_stands(tmp_path: Path) -> None:
    _reading, rows = taken(written(tmp_path, f"note,{HEADER}\nprovisional,{LINE}"))
    assert rows[0].cells["note"] == "provisional"


def test_an_unknown_column_is_not_read_and_says_so(tmp_path: Path) -> None:
    reading, rows = taken(written(tmp_path, f"{HEADER},Colour,\n{LINE},red,"))
    assert reading.notices == ["Column “colour” is not read."]
    assert "red" not in rows[0].cells.values()


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, f"{HEADER},Unit\n{LINE},TEU"))
    assert refused.message.startswith("The column “unit” is there twice in row 1.")


def test_a_title_may_stand_above_the_header(tmp_path: Path) -> None:
    reading, rows = taken(written(tmp_path, "sep=,\nReport; of 2024\n\n" + table(LINE)))
    assert [row.number for row in rows] == [5]
    assert "row 4" in reading.notices[0]


def test_a_row_with_more_cells_than_the_header_is_marked(tmp_path: Path) -> None:
    _reading, rows = taken(written(tmp_path, table(LINE.replace("909000", "909,5") + "x", LINE)))
    assert [row.problem for row in rows] == ["cells", ""]


def test_empty_cells_beyond_the_header_do_no_harm(tmp_path: Path) -> None:
    _reading, rows = taken(written(tmp_path, table(LINE + ",, ")))
    assert rows[0].problem == ""


def test_a_short_row_is_filled_up(tmp_path: Path) -> None:
    _reading, rows = taken(written(tmp_path, table("SEGOT,teu_total,2024,5,TEU")))
    assert rows[0].cells["comment"] == ""


def test_text_behind_a_closing_quote_is_refused_with_its_line(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, table(LINE, LINE + '"a" b')))
    assert (refused.code, refused.params) == ("stray_quote", {"row": 3})


def test_a_quote_that_is_never_closed_is_refused_with_its_line(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, table(LINE, LINE + '"a', LINE, LINE)))
    assert "begins on line 3" in refused.message


def test_a_file_without_header_is_told_what_one_holds(tmp_path: Path) -> None:
    assert "port_unlocode" in refusal(written(tmp_path, f"{LINE}\n{LINE}")).message


def test_a_header_alone_is_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, table())).code == "no_rows"
