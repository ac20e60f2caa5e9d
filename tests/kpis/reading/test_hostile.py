"""Files that are broken, hostile or no tables are refused in words, within limits."""

import json
import os
import tracemalloc
import zipfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import pytest

from exchange.kpis.reading import Limits, Unreadable, child_process, read
from exchange.kpis.reading.child.header import COLUMNS
from tests.kpis.reading.samples import (
    HEADER,
    LINE,
    REAL,
    refusal,
    table,
    taken,
    workbook,
    written,
)

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ROWS = [HEADER.split(","), LINE.split(",")]


def repacked(folder: Path, **parts: bytes) -> Path:
    """Return a workbook with some of its parts put in place of others: `sheet1` for its sheet."""
    source, path = workbook(folder, KPI=ROWS), folder / "repacked.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, parts.pop(Path(entry).stem, old.read(entry)))
        for name, content in parts.items():
            new.writestr(f"xl/{name}.bin", content)
    return path


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n\n", "empty"),
        (b"%PDF-1.7 figures", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (HEADER.encode() + b"\nSEGOT,\0teu_total", "binary"),
        (HEADER.encode() + b"\n" * 5000 + b"\0", "binary"),
        (OLE2, "old_workbook"),
        (OLE2 + "EncryptionInfo".encode("utf-16-le"), "password"),
        (b"\n <HTML><table><tr><td>port_unlocode", "web_page"),
        ("<html>".encode("utf-16"), "web_page"),
        (b'<?xml version="1.0"?><Workbook/>', "markup"),
        (b"PK\x03\x04 and nothing more", "damaged"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(written(tmp_path, content, "figures.xls")).code == code


def test_every_refusal_says_what_to_do(tmp_path: Path) -> None:
    message = refusal(written(tmp_path, OLE2, "figures.xls")).message
    assert message == (
        "This is a workbook of the old .xls kind. Save it as .xlsx or .csv and upload that."
    )


@pytest.mark.parametrize("name", ["figures.xlsx", "figures.xls", "figures.ods"])
def test_text_that_is_named_like_a_workbook_is_read_and_says_so(tmp_path: Path, name: str) -> None:
    reading, rows = taken(written(tmp_path, table(LINE), name))
    assert len(rows) == 1
    assert "named like a workbook" in reading.notices[0]


@pytest.mark.parametrize("part", [0.3, 0.6, 0.99])
def test_a_workbook_that_is_cut_off_is_refused(tmp_path: Path, part: float) -> None:
    content = (REAL / "03_correct.xlsx").read_bytes()
    path = written(tmp_path, content[: int(len(content) * part)], "cut.xlsx")
    assert refusal(path).code == "damaged"


def test_a_bomb_of_zeros_is_not_unpacked(tmp_path: Path) -> None:
    path = repacked(tmp_path, zeros=bytes(50_000_000))
    assert path.stat().st_size < 100_000
    assert refusal(path).code == "bomb"


def test_an_archive_of_very_many_parts_is_not_unpacked(tmp_path: Path) -> None:
    parts = {f"part{number}": b"" for number in range(1001)}
    assert refusal(repacked(tmp_path, **parts)).code == "bomb"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert refusal(repacked(tmp_path, sheet1=laughs.encode(encoding))).code == "entities"


def test_a_sheet_that_is_no_xml_is_refused(tmp_path: Path) -> None:
    assert refusal(repacked(tmp_path, sheet1=b"<worksheet><sheetData><row")).code in {
        "damaged",
        "no_header",
    }


def test_a_sheet_as_large_as_excel_allows_ends_at_the_limit_of_memory(tmp_path: Path) -> None:
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
        b"</row></sheetData></worksheet>"
    )
    assert refusal(repacked(tmp_path, sheet1=far)).code == "limits"


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("figures.csv", table(LINE))
    assert refusal(path).code == "no_workbook"


def test_an_open_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "figures.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refusal(path).code == "open_document"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_very_long_cell_is_named(tmp_path: Path, kind: str) -> None:
    long = "x" * 30_000
    line = [*LINE.split(",")[:6], long * 7]
    path = written(tmp_path, table(LINE, ",".join(line)))
    if kind == "xlsx":
        path = workbook(tmp_path, KPI=[*ROWS, [*line[:6], long]])
    assert "Row 3, column comment holds" in refusal(path).message


def test_a_quote_that_swallows_the_file_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, table(LINE, LINE + '"open', *[LINE] * 60_000))
    assert refusal(path).params == {"row": 3}


def test_a_header_of_very_many_columns_is_refused(tmp_path: Path) -> None:
    names = ",".join(f"column{number}" for number in range(53))
    assert "60 columns" in refusal(written(tmp_path, f"{HEADER},{names}\n{LINE}")).message


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, table(*[LINE] * 4))
    assert "more than 3 rows" in refusal(path, limits=Limits(most_rows=3)).message


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    path = written(tmp_path, table(*[LINE] * 100))
    assert refusal(path, limits=Limits(most_bytes=1000)).code == "too_large"


def test_a_line_of_nothing_but_commas_ends_at_the_limit_of_memory(tmp_path: Path) -> None:
    path = written(tmp_path, table(LINE, "," * 20_000_000))
    limits = Limits(memory_megabytes=128)
    assert "within the limits of memory and time" in refusal(path, limits=limits).message


def test_a_long_file_needs_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    path = written(tmp_path, table(*[LINE + "x" * 200] * 100_000))
    _reading, rows = taken(path, limits=Limits(memory_megabytes=48))
    assert len(rows) == 100_000


def test_rows_are_not_kept_by_the_reader(tmp_path: Path) -> None:
    path = written(tmp_path, table(*[LINE + "x" * 200] * 20_000))
    tracemalloc.start()
    with read(path, name="") as reading:
        deque(reading.rows, maxlen=0)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


def more_than_a_pipe_holds() -> str:
    """Return a file with which a child cannot end before somebody takes its rows over."""
    return table(*(f"{LINE}{number:0200}" for number in range(4 * child_process.AHEAD // 200)))


def test_the_child_ends_when_the_reader_has_enough(tmp_path: Path, children: list[int]) -> None:
    path = written(tmp_path, more_than_a_pipe_holds())
    with read(path, name="") as reading:
        next(reading.rows)
    with pytest.raises(ProcessLookupError):
        os.kill(children[0], 0)


def test_a_child_that_is_killed_amid_the_rows_refuses_the_file(
    tmp_path: Path, children: list[int]
) -> None:
    path = written(tmp_path, more_than_a_pipe_holds())
    with read(path, name="") as reading:
        next(reading.rows)
        os.kill(children[0], 9)
        with pytest.raises(Unreadable) as refused:
            list(reading.rows)
    assert refused.value.code == "limits"


def test_the_child_gets_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    told = 'import json, os; print(json.dumps({"refused": ["unknown_answer", {"value": os.environ.get("SECRET_KEY")}]}))'
    monkeypatch.setattr(child_process, "CHILD", written(tmp_path, told, "child.py"))
    assert refusal(written(tmp_path, table(LINE))).params == {"value": None}


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("", "limits"),
        ("import time; time.sleep(60)", "limits"),
        ("print('hello')", "broken"),
        ("print('[1]')", "broken"),
        ("print('{}')", "broken"),
        ('print(\'{"refused": ["nonsense", {}]}\')', "broken"),
        ('print(\'{"fault": "KeyError at main.py:1"}\')', "broken"),
        ("while True: print('x' * 100000, end='')", "broken"),
    ],
)
def test_a_child_that_misbehaves_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, code: str
) -> None:
    monkeypatch.setattr(child_process, "CHILD", written(tmp_path, program, "child.py"))
    assert refusal(written(tmp_path, table(LINE)), limits=Limits(seconds=1)).code == code


CELLS = LINE.split(",")
ROW = {"numbers": [2], "cells": CELLS, "problems": {}, "doubles": []}


def saying(
    *messages: object, count: float = 1, columns: Sequence[str] = tuple(HEADER.split(","))
) -> str:
    """Return a child that says what files are told by, and then these messages."""
    first = {"found": {}, "notices": [], "columns": columns, "count": count}
    return "\n".join(f"print({json.dumps(one)!r})" for one in (first, *messages))


@pytest.mark.parametrize(
    "program",
    [
        saying(ROW, {"end": 5}),
        saying(ROW, {"end": 1}, count=2),
        saying(ROW, ROW, {"end": 2}),
        saying({"end": 0}, count=0),
        saying(ROW, {"end": 1}, count=-1),
        saying(ROW, {"end": 1}, count=10**30),
        saying(ROW, {"end": 1}, count=float("inf")),
        saying({**ROW, "numbers": []}, {"end": 0}),
        saying({**ROW, "numbers": [2] * 501}, {"end": 501}, count=501),
        saying({**ROW, "cells": CELLS[1:]}, {"end": 1}),
        saying({**ROW, "cells": ["x" * 10_001, *CELLS[1:]]}, {"end": 1}),
        saying({**ROW, "cells": [["a", "b"], *CELLS[1:]]}, {"end": 1}),
        saying({**ROW, "cells": [["a", "b"]] * len(COLUMNS)}, {"end": 1}, columns=COLUMNS),
        saying({**ROW, "cells": [[5], *CELLS[1:]]}, {"end": 1}),
        saying({**ROW, "numbers": ["2"]}, {"end": 1}),
        saying({"numbers": [2]}, {"end": 1}),
    ],
)
def test_a_child_that_tells_other_rows_than_it_counted_or_may_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(child_process, "CHILD", written(tmp_path, program, "child.py"))
    assert refusal(written(tmp_path, table(LINE))).code == "broken"


def test_a_child_that_tells_the_rows_it_counted_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = saying(ROW, {"end": 1})
    monkeypatch.setattr(child_process, "CHILD", written(tmp_path, program, "child.py"))
    with read(written(tmp_path, table(LINE)), name="values.csv") as reading:
        assert [row.number for row in reading.rows] == [2]


def test_a_child_that_may_not_work_ahead_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(child_process.fcntl, "fcntl", refuse)
    with read(written(tmp_path, table(LINE)), name="values.csv") as reading:
        assert [row.number for row in reading.rows] == [2]
