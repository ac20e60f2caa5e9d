"""Files that programs send: from the request to values that wait, step by step."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.common.ids import uuid7
from exchange.kpis.actions import importing
from exchange.kpis.api import uploads
from exchange.kpis.exporting import xlsx_of
from exchange.kpis.importing import job
from exchange.kpis.models import Import, Observation, Series
from tests.api.program import Program, pointers
from tests.cast import Cast
from tests.kpis.factories import (
    approve,
    approved,
    held,
    read_now,
    row,
    send,
    states,
    submitted,
    table,
)

IMPORTS = "/api/v1/imports"
VALUES = "/api/v1/observations"
BOUNDARY = "a-boundary"


def parts(content: bytes = b"", name: str = "values.csv", **fields: str) -> bytes:
    """Return a form with a file, as `send_form` sends it."""
    said = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    )
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    file = f"{head}Content-Type: text/csv\r\n\r\n".encode() + content + b"\r\n"
    return said.encode() + file + f"--{BOUNDARY}--\r\n".encode()


def send_form(program: Program, body: bytes, *, key: str | None = "", boundary: str = "") -> Any:
    """Send a form, by another boundary if one is given."""
    used = boundary or BOUNDARY
    content = body.replace(BOUNDARY.encode(), used.encode())
    return send_raw(program, content, f"multipart/form-data; boundary={used}", key=key)


def send_raw(
    program: Program, body: bytes, kind: str = "text/csv", query: str = "", **how: Any
) -> Any:
    """Send bytes of some kind, with a new Idempotency-Key unless told otherwise."""
    key = how.pop("key", "")
    headers = {} if key is None else {"idempotency-key": key or str(uuid7())}
    headers |= how.pop("headers", {})
    return program.call("post", IMPORTS + query, body, headers=headers, content_type=kind)


def one(response: Any) -> str:
    assert response.status_code == 202, response.content
    return f"{IMPORTS}/{response.json()['id']}"


GOOD = [row("2024-01", "100"), row("2024-02", "200.50")]
BAD = [*GOOD, row("2024-03", "?"), row("2024-13", "7", unit="t")]


@pytest.fixture
def program(cast: Cast, series: Series) -> Program:
    return Program(cast.gothenburg)


def test_a_file_becomes_values_that_wait(cast: Cast, program: Program, series: Series) -> None:
    sent = send_form(program, parts(table(GOOD)))
    address = one(sent)
    assert sent["Location"].endswith(address)
    assert (sent.json()["state"], sent.json()["allowed_actions"]) == ("queued", ["cancel"])
    job.work()
    preview = program.get(address).json()
    assert (preview["state"], preview["counts"]["added"]) == ("ready", 2)
    assert preview["allowed_actions"] == ["answer", "accept", "cancel"]
    accepted = program.post(f"{address}/accept", {"reason": "Monthly figures."}, version=1)
    assert accepted.json()["state"] == "accepting"
    job.work()
    done = program.get(address).json()
    assert (done["state"], done["reason"]) == ("accepted", "Monthly figures.")
    assert [state for _period, _revision, state in states(series)] == ["submitted"] * 2
    assert set(Observation.objects.values_list("way", flat=True)) == {"api"}
    approve(cast.gothenburg, series)
    assert held(series) == {"2024-01": "100", "2024-02": "200.50"}


def test_a_file_may_be_the_whole_body(program: Program) -> None:
    sent = send_raw(program, table(GOOD), query="?file_name=figures.csv&decimal_sign=.")
    batch = Import.objects.get()
    assert (batch.file_name, batch.asked) == ("figures.csv", {"decimal_sign": "."})
    job.work()
    told = program.get(one(sent)).json()
    assert (told["state"], told["dialect"]["decimal_sign"]) == ("ready", ".")
    assert told["sha256"] == batch.sha256


def test_a_workbook_is_read_as_well(program: Program) -> None:
    sent = send_raw(program, xlsx_of(GOOD), uploads.XLSX)
    job.work()
    told = program.get(one(sent)).json()
    assert (told["file_name"], told["state"]) == ("values.xlsx", "ready")


@pytest.mark.parametrize("boundary", ["", "another-boundary"])
def test_the_same_key_sends_one_file(program: Program, boundary: str) -> None:
    body = parts(table(GOOD), decimal_sign=".")
    first, second = (
        send_form(program, body, key="k"),
        send_form(program, body, key="k", boundary=boundary),
    )
    assert (first.json(), second["Idempotent-Replayed"]) == (second.json(), "true")
    assert Import.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [parts(table(GOOD[:1])), parts(table(GOOD), name="x.csv"), parts(table(GOOD), sheet="x")],
)
def test_a_key_is_of_one_file(program: Program, other: bytes) -> None:
    send_form(program, parts(table(GOOD)), key="k")
    assert send_form(program, other, key="k").json()["code"] == "key_reused"


def test_rejected_rows_are_named_with_column_value_and_reason(program: Program) -> None:
    address = one(send_form(program, parts(table(BAD))))
    job.work()
    told = program.get(f"{address}/rejected").json()
    found = [(item["row"], item["column"], item["value"]) for item in told["items"]]
    assert found == [(4, "value", "?"), (5, "period", "2024-13"), (5, "unit", "t")]
    assert all(item["reason"] for item in told["items"])
    assert (told["next"], told["prev"]) == (None, None)
    [first, *_rest] = program.get(f"{address}/rejected", fields="row").json()["items"]
    assert first == {"row": 4}


def test_rejected_rows_are_read_a_hundred_at_a_time(program: Program) -> None:
    rows = [row(f"{1990 + number // 12}-{number % 12 + 1:02}", "?") for number in range(205)]
    address = f"{one(send_form(program, parts(table([*GOOD, *rows]))))}/rejected"
    job.work()
    pages, last = [], {}
    while address:
        last = program.get(address).json()
        pages.append([item["row"] for item in last["items"]])
        address = last["next"]
    assert [len(page) for page in pages] == [100, 100, 5]
    assert [line for page in pages for line in page] == list(range(4, 209))
    assert [item["row"] for item in program.get(last["prev"]).json()["items"]] == pages[1]


def test_nothing_is_written_while_rows_are_rejected_unless_it_is_chosen(
    program: Program, series: Series
) -> None:
    address = one(send_form(program, parts(table(BAD))))
    job.work()
    refused = program.post(f"{address}/accept", {}, version=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert refused.json()["allowed_actions"] == ["answer", "accept", "cancel"]
    program.post(f"{address}/accept", {"only_good": True}, version=1)
    job.work()
    told = program.get(address).json()
    assert (told["state"], told["only_good"], len(states(series))) == ("accepted", True, 2)


def test_a_preview_that_was_made_anew_is_not_accepted_by_the_version_of_the_old_one(
    cast: Cast, program: Program, series: Series
) -> None:
    address = one(send_form(program, parts(table(GOOD))))
    job.work()
    seen = program.get(address)
    submitted(cast.gothenburg, series, {"2024-01": "90"})
    program.post(f"{address}/accept", {}, version=seen["ETag"])
    job.work()
    refused = program.post(f"{address}/accept", {}, version=seen["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (412, "version_conflict")
    now = program.get(address)
    again = program.post(f"{address}/accept", {}, version=now["ETag"])
    assert (now.json()["version"], again.json()["state"]) == (
        refused.json()["current_version"],
        "accepting",
    )


def test_a_decision_names_the_preview_that_it_is_on(program: Program) -> None:
    address = one(send_form(program, parts(table(GOOD))))
    job.work()
    assert program.post(f"{address}/accept", {}).status_code == 428


def test_a_question_is_answered(program: Program) -> None:
    unclear = table([row("2024-01", "1,234"), row("2024-02", "2,345")])
    address = one(send_form(program, parts(unclear)))
    job.work()
    asking = program.get(address).json()
    assert (asking["state"], asking["question"]["about"]) == ("asking", "decimal_sign")
    assert {choice["value"] for choice in asking["question"]["choices"]} == {".", ","}
    assert program.post(f"{address}/answer", {"decimal_sign": ","}).json()["state"] == "queued"
    job.work()
    told = program.get(address).json()
    assert (told["state"], told["question"], told["dialect"]["decimal_sign"]) == (
        "ready",
        None,
        ",",
    )


def test_an_import_is_cancelled_and_stays_so(program: Program, series: Series) -> None:
    address = one(send_form(program, parts(table(GOOD))))
    for _time in range(2):
        assert program.post(f"{address}/cancel").json()["state"] == "cancelled"
    job.work()
    refused = program.post(f"{address}/accept", {}, version=1)
    assert (refused.status_code, refused.json()["allowed_actions"]) == (409, [])
    assert states(series) == []


def test_an_import_is_undone_with_a_reason(cast: Cast, program: Program, series: Series) -> None:
    approved(cast.gothenburg, series, {"2023-12": "1"})
    address = one(send_form(program, parts(table(GOOD))))
    job.work()
    program.post(f"{address}/accept", {}, version=1)
    job.work()
    assert set(pointers(program.post(f"{address}/undo", {}))) == {"/reason"}
    asked = program.post(f"{address}/undo", {"reason": "The wrong file."}).json()
    assert (asked["state"], asked["allowed_actions"]) == ("undoing", [])
    job.work()
    undone = program.get(address).json()
    assert (undone["state"], undone["undo_reason"]) == ("undone", "The wrong file.")
    assert [state for _p, _r, state in states(series)] == ["approved", "withdrawn", "withdrawn"]


def test_a_file_that_cannot_be_read_says_why(program: Program) -> None:
    address = one(send_form(program, parts(b"<html></html>", name="values.xls")))
    job.work()
    told = program.get(address).json()
    assert (told["state"], told["allowed_actions"]) == ("refused", ["answer"])
    assert "web page" in told["refusal"]


def test_an_import_is_read_once_while_nothing_happens(program: Program) -> None:
    address = one(send_form(program, parts(table(GOOD))))
    tag = program.get(address)["ETag"]
    assert program.get(address, headers={"if-none-match": tag}).status_code == 304
    job.work()
    assert program.get(address, headers={"if-none-match": tag}).status_code == 200


def test_imports_are_their_organisations_own(cast: Cast, program: Program) -> None:
    address = one(send_form(program, parts(table(GOOD))))
    for port in (cast.los_angeles, cast.tokyo):
        other = Program(port)
        assert other.ids(IMPORTS) == []
        assert other.get(address).status_code == 404
        assert other.get(f"{address}/rejected").status_code == 404
        for step in ("answer", "accept", "cancel", "undo"):
            assert other.post(f"{address}/{step}", {"reason": "x"}).status_code == 404


def test_a_program_writes_for_no_other_port(cast: Cast, series: Series) -> None:
    address = one(send_form(Program(cast.los_angeles), parts(table(GOOD))))
    job.work()
    told = Program(cast.los_angeles).get(address).json()
    assert (told["counts"]["rejected"], told["allowed_actions"]) == (2, ["answer", "cancel"])


def test_a_program_sees_what_people_sent(cast: Cast, program: Program) -> None:
    batch = read_now(send(cast, None, GOOD))
    assert program.ids(IMPORTS, state=["ready", "asking"]) == [str(batch.pk)]
    assert program.ids(IMPORTS, state="queued") == []
    assert program.ids(IMPORTS, id=batch.pk, limit=1) == [str(batch.pk)]


def test_a_token_that_only_reads_sends_and_decides_nothing(cast: Cast, series: Series) -> None:
    reader = Program(cast.gothenburg, may_write=False)
    address = f"{IMPORTS}/{read_now(send(cast, None, GOOD)).pk}"
    assert send_form(reader, parts(table(GOOD))).json()["code"] == "read_only_token"
    assert reader.post(f"{address}/accept", {}, version=1).json()["code"] == "read_only_token"
    assert reader.get(address).json()["allowed_actions"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (parts(b""), "/file"),
        (parts(b"x", decimal_sign="x"), "/decimal_sign"),
        (parts(b"x", encoding="utf-7"), "/encoding"),
        (parts(b"x", colour="red"), "/colour"),
        (parts(b"x", sheet="x" * 101), "/sheet"),
        (parts(b"x").replace(b'name="file"', b'name="table"'), "/file"),
        (parts(b"x").replace(b'; filename="values.csv"', b""), "/file"),
    ],
)
def test_what_is_wrong_with_a_form_is_named_by_its_part(
    program: Program, body: bytes, pointer: str
) -> None:
    assert pointer in pointers(send_form(program, body))
    assert Import.objects.count() == 0


def test_two_files_are_one_too_many(program: Program) -> None:
    twice = parts(b"a").removesuffix(f"--{BOUNDARY}--\r\n".encode()) + parts(b"b")
    assert set(pointers(send_form(program, twice))) == {"/file"}


@pytest.mark.parametrize("kind", ["text/csv", uploads.XLSX])
def test_an_empty_body_is_no_file(program: Program, kind: str) -> None:
    response = send_raw(program, b"", kind, headers={"content-type": kind})
    assert set(pointers(response)) == {"/file"}


def test_a_form_that_is_none_is_refused(program: Program) -> None:
    response = send_raw(program, b"x", "multipart/form-data")
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/vnd.ms-excel", ""])
def test_another_kind_of_body_is_refused_with_those_that_are_read(
    program: Program, kind: str
) -> None:
    response = send_raw(program, b"{}", kind)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    assert "text/csv" in response.json()["detail"]


@pytest.mark.parametrize("query", ["?colour=red", "?decimal_sign=x", "?file_name=", "?sheet=a%00"])
def test_a_parameter_of_a_file_that_is_none_is_refused(program: Program, query: str) -> None:
    assert send_raw(program, table(GOOD), query=query).status_code == 400


def test_a_form_has_parts_instead_of_parameters(program: Program) -> None:
    response = send_raw(
        program,
        parts(table(GOOD)),
        f"multipart/form-data; boundary={BOUNDARY}",
        query="?decimal_sign=.",
    )
    assert response.json()["code"] == "invalid_parameter"


def test_a_file_that_is_too_large_is_refused_unread(program: Program) -> None:
    for headers in ({"content-length": "99999999999"}, {"content-length": "25100001"}):
        response = send_raw(program, table(GOOD), headers=headers)
        assert (response.status_code, response.json()["code"]) == (413, "content_too_large")
        assert "25 MB" in response.json()["detail"]


def test_a_file_just_too_large_is_refused(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    assert send_form(program, parts(b"x" * 11)).status_code == 413
    assert send_raw(program, b"x" * 11).status_code == 413
    assert send_raw(program, b"x" * 10).status_code == 202


def test_a_file_larger_than_any_json_is_taken(program: Program) -> None:
    large = table([row(comment="x" * 9_000)] * 600)
    assert importing.MOST_BYTES > len(large) > 5_000_000
    for sent in (send_form(program, parts(large)), send_raw(program, large)):
        assert sent.status_code == 202


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-encoding": "gzip"}, 415),
        ({"content-length": "", "transfer-encoding": "chunked"}, 411),
    ],
)
def test_a_file_in_another_dress_is_refused(
    program: Program, headers: dict[str, str], status: int
) -> None:
    assert send_raw(program, table(GOOD), headers=headers).status_code == status


def test_a_file_needs_a_key(program: Program) -> None:
    assert send_form(program, parts(table(GOOD)), key=None).json()["code"] == (
        "idempotency_key_required"
    )


@pytest.mark.parametrize(
    ("step", "body", "pointer"),
    [
        ("answer", {}, ""),
        ("answer", {"decimal_sign": "x"}, "/decimal_sign"),
        ("answer", {"sheet": ""}, "/sheet"),
        ("accept", {"only_good": "yes"}, "/only_good"),
        ("accept", {"reason": "x" * 501}, "/reason"),
        ("accept", {"state": "accepted"}, "/state"),
        ("cancel", {"reason": "x"}, "/reason"),
        ("undo", {"reason": " "}, "/reason"),
    ],
)
def test_what_is_wrong_with_a_step_is_named_by_its_place(
    cast: Cast, program: Program, step: str, body: dict[str, Any], pointer: str
) -> None:
    address = f"{IMPORTS}/{read_now(send(cast, None, GOOD)).pk}"
    assert set(pointers(program.post(f"{address}/{step}", body, version=1))) == {pointer}


def test_a_list_of_imports_costs_the_same_for_one_and_for_fifty(
    cast: Cast, program: Program
) -> None:
    send(cast, None, GOOD)
    few = queries(program)
    for _number in range(49):
        send(cast, None, GOOD)
    assert queries(program) == few <= 8


def queries(program: Program) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert program.get(IMPORTS, limit=200).status_code == 200
    return len(captured)
