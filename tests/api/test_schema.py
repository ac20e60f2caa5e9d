"""The contract is a file; `make schema` writes it anew when it may change."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern

from exchange.api.permissions import KnownViewer
from exchange.api.urls import urlpatterns
from exchange.api.views import document
from exchange.common.drf.views import ApiView
from tests.api.program import Program
from tests.cast import Cast

SNAPSHOT = Path(__file__).parent / "openapi.json"
OPEN = {"status"}
ENDPOINTS = [entry for entry in urlpatterns if hasattr(entry.callback, "cls")]
OPERATIONS = {
    operation["operationId"]: operation
    for methods in document()["paths"].values()
    for operation in methods.values()
}


def test_the_contract_is_the_one_in_the_repository() -> None:
    made = json.loads(json.dumps(document()))
    assert made == json.loads(SNAPSHOT.read_text()), "if this is meant: make schema"


def test_the_contract_is_valid_and_made_without_warnings() -> None:
    call_command(
        "spectacular",
        format="openapi-json",
        validate=True,
        fail_on_warn=True,
        stdout=StringIO(),
    )


def test_the_contract_is_served_to_everybody(db: None) -> None:
    response = Client().get("/api/v1/schema")
    assert response.json() == json.loads(SNAPSHOT.read_text())
    assert response.json()["openapi"] == "3.1.1"


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_each_operation_documents_its_problems(operation: dict[str, object]) -> None:
    answers = operation["responses"]
    assert isinstance(answers, dict)
    expected = {"400", "406", "500", "503"} | ({"401"} if "security" in operation else set())
    assert expected <= set(answers)
    assert operation["summary"]


def headers(status: str, of: str = "lessons_create") -> set[str]:
    """Return the headers that an operation says its answer has."""
    (operation,) = (one for one in OPERATIONS.values() if one["operationId"] == of)
    answers = operation["responses"]
    assert isinstance(answers, dict)
    return set(answers[status]["headers"])


def test_the_headers_of_answers_are_documented() -> None:
    assert headers("201") == {"ETag", "Location", "Idempotent-Replayed", "X-Request-Id"}
    assert headers("304", of="lessons_read") == {"ETag", "X-Request-Id"}
    assert headers("401") == {"WWW-Authenticate", "X-Request-Id"}
    assert headers("405") == {"Allow", "X-Request-Id"}
    assert headers("503") == {"Retry-After", "X-Request-Id"}


@pytest.mark.parametrize("entry", ENDPOINTS, ids=lambda entry: str(entry.name))
def test_each_endpoint_stands_on_the_common_base(entry: URLPattern) -> None:
    view = entry.callback.cls  # type: ignore[attr-defined]
    assert issubclass(view, ApiView)
    assert view.permission_classes == ([] if entry.name in OPEN else [KnownViewer])


def test_whatever_is_served_is_documented() -> None:
    served = {str(entry.pattern).replace("<uuid:pk>", "{id}") for entry in ENDPOINTS}
    assert {path.removeprefix("/") for path in document()["paths"]} == served


def test_every_address_is_in_the_documentation() -> None:
    folder = Path(__file__).parents[2] / "docs" / "partners"
    told = "".join(page.read_text() for page in folder.glob("api*.md"))
    assert [path for path in document()["paths"] if f"{path}`" not in told] == []


def test_status_needs_no_token(db: None) -> None:
    assert Program(None).get("/api/v1/status").json()["status"] == "ok"


def test_the_page_for_people_shows_every_operation(db: None) -> None:
    response = Client().get("/api/v1/docs/")
    html = response.content.decode()
    for name in OPERATIONS:
        assert f'id="{name}"' in html
        assert f'href="#{name}"' in html
    assert html.count("<table") == html.count("<details>")
    assert "https://" not in html.replace("https://www.w3.org", "")
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_the_head_of_an_answer_is_answered(cast: Cast) -> None:
    response = Program(cast.gothenburg).call("head", "/api/v1/me", {}, headers=None)
    assert (response.status_code, response.content) == (200, b"")
