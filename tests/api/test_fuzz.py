"""schemathesis asks every operation what its contract allows, and what it forbids, and finds nothing.

The seed is fixed: the same requests in every run.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig

from exchange.api.views import document
from exchange.common.drf.conditional import TAG
from tests.api.program import Program
from tests.api.routes import ROUTES
from tests.architecture.routes import Route
from tests.architecture.trials import undone
from tests.cast import Cast

pytestmark = pytest.mark.exhaustive

REQUESTS = 20
# A cursor that nobody gave out is refused, whatever it is; so are an end before the beginning, a topic
# that there is not, and what names no period.
RELATED = {"cursor", "until", "topic", "period", "from", "to"}
# Which things there are, and which zones; that dates are in the calendar and in order.
OF_THE_WORLD = {
    "agreement",
    "workstream",
    "meeting",
    "organisation",
    "parties",
    "topics",
    "timezone",
}
OF_THE_WORLD |= {"announced", "signed", "effective", "starts", "ends", "done_on", "period"}
# Values of a series that there is, in its unit.
OF_THE_WORLD |= {"items"}
# Sends a form or bytes, which schemathesis takes for a violation of its own schema.
FILES = {"POST /api/v1/imports"}
CONFIG = {
    # The token comes from the test. NUL and the like are in the hostile corpus.
    "generation": {"with-security-parameters": False, "allow-x00": False},
    "checks": {
        "positive_data_acceptance": {
            # What a contract cannot tell: which topics there are (422).
            "expected-statuses": ["2xx", "404", "409", "422"],
        },
        # 428 is what a version that is missing is answered with (RFC 6585).
        "missing_required_header": {"expected-statuses": ["400", "428"]},
    },
}


@contextmanager
def one_connection() -> Iterator[None]:
    """Let no request close the connection that the test's transaction is in, as Django's Client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def contract() -> Any:
    """Return the contract without what no schema tells of: see RELATED."""
    found = schemathesis.openapi.from_dict(
        {
            **document(),
            "paths": {path: bare(methods) for path, methods in document()["paths"].items()},
        },
        config=SchemathesisConfig.from_dict(CONFIG),
    )
    found.app = get_wsgi_application()
    return found


def bare(methods: dict[str, Any]) -> dict[str, Any]:
    return {
        method: {
            **operation,
            "parameters": [
                one for one in operation.get("parameters", []) if one["name"] not in RELATED
            ],
        }
        for method, operation in methods.items()
    }


OPERATIONS = {found.ok().label: found.ok() for found in contract().get_all_operations()}
TAKING = [
    label
    for label, operation in OPERATIONS.items()
    if operation.body or operation.definition.raw["parameters"]
]


def ask(cast: Cast, label: str, mode: GenerationMode) -> Counter[int]:
    """Send an operation requests that the contract allows or forbids; about things that there are.

    Each is the first one: what it changed is undone. Returns how often which status was answered.
    """
    program, route = Program(cast.gothenburg), route_of(label)
    kwargs = route.make(cast)
    there = {"path_parameters": {"id": str(kwargs["pk"])}} if "{id}" in label else {}
    token = {"Authorization": program.headers["authorization"]}
    sent, version = route.data(cast, kwargs), route.headers(cast, kwargs).get("if-match")
    answered: Counter[int] = Counter()

    @settings(
        max_examples=REQUESTS,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode, **there))
    def requests(case: Case) -> None:
        if mode == GenerationMode.POSITIVE and isinstance(case.body, dict):
            case.body = of_this_world(case.body, sent)
        with undone():
            response = case.call_and_validate(headers=token | version_for(case, version))
        answered[response.status_code] += 1

    with one_connection():
        requests()
    return answered


def route_of(label: str) -> Route:
    """Return the declaration of an operation by which Gothenburg's request is done."""
    method, _blank, path = label.partition(" ")
    pattern = path.removeprefix("/").replace("{id}", "<uuid:pk>")
    return next(
        route
        for route in ROUTES
        if route.path == pattern and route.statuses(method.lower()).get("owner", 500) < 300
    )


def of_this_world(body: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Return a body with what no contract tells as in one that is `sent`, or without it."""
    told = {name: value for name, value in body.items() if name not in OF_THE_WORLD}
    return {**told, **{name: sent[name] for name in OF_THE_WORLD & sent.keys()}}


def version_for(case: Case, version: str | None) -> dict[str, str]:
    """Return the thing's version for a request that gives any: no contract tells which it is."""
    given = (case.headers or {}).get("If-Match", "")
    return {"If-Match": version} if version and TAG.fullmatch(given) else {}


@pytest.mark.parametrize("label", sorted(OPERATIONS.keys() - FILES))
def test_what_the_contract_allows_is_accepted(cast: Cast, label: str) -> None:
    answered = ask(cast, label, GenerationMode.POSITIVE)
    assert any(status < 300 for status in answered), answered


@pytest.mark.parametrize("label", TAKING)
def test_what_the_contract_forbids_is_refused(cast: Cast, label: str) -> None:
    ask(cast, label, GenerationMode.NEGATIVE)
