"""What a file is written in is found out, or asked; never guessed."""

from pathlib import Path

import pytest

from exchange.kpis.reading import Dialect, Question, choices
from tests.kpis.reading.samples import LINE, refusal, table, taken, values, workbook, written


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = table(LINE.replace(",", delimiter), delimiter=delimiter)
    reading, [row] = taken(written(tmp_path, text))
    assert (reading.dialect.delimiter, row.cells["unit"]) == (delimiter, "TEU")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_each_encoding_with_a_mark_is_found(tmp_path: Path, encoding: str) -> None:
    _reading, [row] = taken(written(tmp_path, table(LINE + "Malmö").encode(encoding)))
    assert row.cells["comment"] == "Malmö"


def test_what_no_encoding_fits_is_refused(tmp_path: Path) -> None:
    refused = refusal(written(tmp_path, table(LINE).encode() + b"\x81\x8d\xff"))
    assert refused.code == "no_encoding"
    assert "Windows-1252" in refused.message


def test_a_mark_that_lies_is_refused(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + table(LINE + "Malmö").encode("latin-1")
    assert refusal(written(tmp_path, text)).code == "not_in_marked_encoding"


def test_an_encoding_asked_for_is_used(tmp_path: Path) -> None:
    path = written(tmp_path, table(LINE + "Gdańsk").encode("cp1250"))
    _reading, [row] = taken(path, Dialect(encoding="windows-1250"))
    assert row.cells["comment"] == "Gdańsk"


def test_an_encoding_that_was_asked_for_wrongly_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, table(LINE + "Malmö").encode("cp1252"))
    assert refusal(path, Dialect(encoding="utf-8")).code == "not_in_asked_encoding"


@pytest.mark.parametrize("asked", [Dialect(encoding="zlib"), Dialect(delimiter="x")])
def test_an_answer_that_is_no_choice_is_refused(tmp_path: Path, asked: Dialect) -> None:
    assert refusal(written(tmp_path, table(LINE)), asked).code == "unknown_answer"


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        (["909000", "-5", "n/a", ""], "."),
        (["1,5"], ","),
        (["1.5"], "."),
        (["1.234", "1.5"], "."),
        (["1,234", "1.234,5"], ","),
        (["1.234", "1,234.56"], "."),
        (["1,234,567"], "."),
        (["1.234.567"], ","),
        (["1234,567"], ","),
        (["0,123"], ","),
        (["1 234,567"], ","),
        (["1\u00a0234.567"], "."),
        (["−1,5"], ","),
        (["1,234,56", "1.2,3.4", "1e309", "1,", "."], "."),
    ],
)
def test_the_values_tell_the_decimal_sign(tmp_path: Path, texts: list[str], sign: str) -> None:
    reading, _rows = taken(written(tmp_path, values(*texts)))
    assert reading.dialect.decimal_sign == sign


@pytest.mark.parametrize("text", ["1,234", "1.234", "-123.456"])
def test_a_sign_that_may_be_either_is_asked(tmp_path: Path, text: str) -> None:
    with pytest.raises(Question) as asked:
        taken(written(tmp_path, values("5", text)))
    assert asked.value.about == "decimal_sign"
    assert "Row 3" in asked.value.message
    assert [value for value, _words in asked.value.choices] == [".", ","]


def test_a_file_that_mixes_signs_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(Question) as asked:
        taken(written(tmp_path, values("1.5", "1,5")))
    assert "mixes decimal signs: “1.5” in row 2, “1,5” in row 3" in asked.value.message


def test_the_answer_is_used(tmp_path: Path) -> None:
    path = written(tmp_path, values("1,234"))
    reading, _rows = taken(path, Dialect(decimal_sign=","))
    assert reading.dialect.decimal_sign == ","


def test_several_sheets_with_the_header_are_asked_about(tmp_path: Path) -> None:
    rows = [line.split(",") for line in table(LINE).split()]
    path = workbook(tmp_path, a=rows, b=rows)
    with pytest.raises(Question) as asked:
        taken(path)
    assert asked.value.choices == [("a", "a"), ("b", "b")]
    assert taken(path, Dialect(sheet="b"))[0].dialect.sheet == "b"


def test_all_choices_have_words() -> None:
    assert len(choices("encoding")) == 12
