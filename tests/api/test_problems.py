import re
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from exchange.api.views import document
from exchange.common.drf.codes import PROBLEMS
from exchange.common.middleware import RequestIdFilter
from exchange.topics import api as topics
from tests.api.contract import PROBLEM, assert_matches
from tests.api.program import Program
from tests.cast import Cast


def problem(response: Any) -> dict[str, Any]:
    """Return the body of a problem, after checking its shape."""
    assert response["Content-Type"] == "application/problem+json"
    assert_matches(response, PROBLEM)
    body: dict[str, Any] = response.json()
    assert body["status"] == response.status_code
    assert body["request_id"] == response["X-Request-Id"]
    assert body["type"] == f"/problems/{body['code']}/"
    return body


def test_a_body_that_is_no_json_is_told_where(cast: Cast) -> None:
    body = problem(Program(cast.gothenburg).post("/api/v1/lessons", b'{"title": "x",}'))
    assert "line 1, character 15" in body["detail"]


@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v1/lessons/7"])
def test_an_address_that_is_none_is_a_problem(db: None, address: str) -> None:
    assert problem(Client().get(address))["code"] == "not_found"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/api/v1/lessons/", "without a slash: ask for /api/v1/lessons."),
        ("/api/v1/status//", "without a slash: ask for /api/v1/status."),
        ("/api/v1/nothing/", "/api/v1/docs/ lists all"),
        ("/api/", "/api/v1/docs/ lists all"),
    ],
)
def test_an_address_that_is_none_tells_where_to_ask(db: None, address: str, says: str) -> None:
    assert says in problem(Client().post(address))["detail"]


def test_a_method_that_is_none_is_a_problem(cast: Cast) -> None:
    response = Program(cast.gothenburg).call("delete", "/api/v1/lessons", b"", headers=None)
    assert problem(response)["code"] == "method_not_allowed"
    assert response["Allow"] == "GET, HEAD, POST"


def test_options_tell_nothing(cast: Cast) -> None:
    response = Program(cast.gothenburg).call(
        "options", "/api/v1/lessons", b"", headers={"origin": "https://evil.example.org"}
    )
    assert problem(response)["code"] == "method_not_allowed"
    assert not [name for name in response.headers if name.lower().startswith("access-control")]


def test_only_json_is_offered(cast: Cast) -> None:
    response = Program(cast.gothenburg).get("/api/v1/topics", headers={"accept": "text/html"})
    assert problem(response)["code"] == "not_acceptable"


def test_another_host_is_refused(db: None) -> None:
    response = Client().get("/api/v1/status", headers={"host": "evil.example.org"})
    assert problem(response)["code"] == "bad_request"
    assert "evil" not in response.content.decode()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError("secret internals")

    monkeypatch.setattr(topics.Topics, "page", fail)


def test_a_fault_of_ours_tells_no_internals(cast: Cast, broken: None) -> None:
    headers = Program(cast.gothenburg).headers
    response = Client(raise_request_exception=False).get("/api/v1/topics", headers=headers)
    assert problem(response)["code"] == "internal_error"
    assert "secret" not in response.content.decode()


def test_a_database_that_is_busy_asks_for_patience(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise OperationalError("database is locked")

    headers = Program(cast.gothenburg).headers
    monkeypatch.setattr(topics.Topics, "page", fail)
    response = Client().get("/api/v1/topics", headers=headers)
    assert problem(response)["code"] == "unavailable"
    assert response["Retry-After"]


def test_a_page_for_people_keeps_its_own_errors(db: None) -> None:
    assert "json" not in Client().get("/nothing/")["Content-Type"]


def test_the_request_id_of_the_client_comes_back(cast: Cast) -> None:
    response = Program(cast.gothenburg).get(
        "/api/v1/nothing", headers={"x-request-id": "sync-2026-11-23"}
    )
    assert problem(response)["request_id"] == "sync-2026-11-23"


@pytest.mark.parametrize("bad", ["short", "x" * 65, "line\\nbreak", "a b c d e f g h"])
def test_a_malformed_request_id_is_replaced(cast: Cast, bad: str) -> None:
    response = Program(cast.gothenburg).get("/api/v1/nothing", headers={"x-request-id": bad})
    assert problem(response)["request_id"] != bad


def test_the_code_is_the_same_in_every_language(cast: Cast) -> None:
    texts = {
        language: problem(Client().get("/api/v1/me", headers={"accept-language": language}))["code"]
        for language in ("en", "sv")
    }
    assert texts["en"] == texts["sv"] == "not_authenticated"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/me"])
def test_the_request_id_stands_in_the_log_of_a_refusal(
    db: None, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.handler.addFilter(RequestIdFilter())
    Client().get(path, headers={"x-request-id": "sync-2026-11-23"})
    assert [record.request_id for record in caplog.records] == ["sync-2026-11-23"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/api/v1/schema", "/api/v1/docs/", "/api/v1/nothing"])
def test_what_never_reached_an_endpoint_sets_no_cookie(db: None, path: str) -> None:
    response = Client(enforce_csrf_checks=True).post(path)
    assert response.status_code == (404 if path.endswith("nothing") else 405)
    assert not response.cookies


@pytest.mark.parametrize("code", PROBLEMS)
def test_each_problem_has_its_page(db: None, code: str) -> None:
    response = Client().get(PROBLEMS[code].uri)
    assert response.status_code == 200
    assert str(PROBLEMS[code].title) in response.content.decode()


def test_its_words_of_code_are_shown_as_such(db: None) -> None:
    text = Client().get("/problems/version_required/").content.decode()
    assert '<code>If-Match: "v7"</code>' in text
    assert "`" not in text.partition("<main")[2].partition("</main>")[0]


def test_an_unregistered_problem_has_none(db: None) -> None:
    assert Client().get("/problems/nothing/").status_code == 404


def test_the_contract_names_every_registered_code() -> None:
    described = document()["components"]["schemas"]["Problem"]["properties"]["code"]
    assert described["x-extensible-enum"] == list(PROBLEMS)


def test_the_register_only_grows() -> None:
    known = (Path(__file__).parent / "problem_codes.txt").read_text().split()
    assert list(PROBLEMS)[: len(known)] == known


def test_every_refusal_in_the_code_is_registered() -> None:
    root = Path(__file__).resolve().parents[2] / "exchange"
    named = {
        code
        for path in root.rglob("*.py")
        for code in re.findall(r'Refused\(\s*"(\w+)"', path.read_text())
    }
    assert named <= set(PROBLEMS)
