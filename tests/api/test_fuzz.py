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
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from tests.api.program import Program
from tests.architecture.trials import undone
from tests.cast import Cast
from tests.lessons.factories import make_lesson

pytestmark = pytest.mark.exhaustive

REQUESTS = 20
# A cursor that nobody gave out is refused, whatever it is; so are an end before the beginning, and a
# topic that there is not.
RELATED = {"cursor", "until", "topic"}
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
    program = Program(cast.gothenburg)
    lesson = make_lesson(cast, state=State.CAPTURED)
    pk = lesson.pk if "lessons" in label else cast.tokyo.organisation.pk
    there = {"path_parameters": {"id": str(pk)}} if "{id}" in label else {}
    token = {"Authorization": program.headers["authorization"]}
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
        with undone():
            response = case.call_and_validate(headers=token | version_for(case, lesson))
        answered[response.status_code] += 1

    with one_connection():
        requests()
    return answered


def version_for(case: Case, lesson: Lesson) -> dict[str, str]:
    """Return the lesson's version for a request that gives any: no contract tells which it is."""
    given = (case.headers or {}).get("If-Match", "")
    return {"If-Match": f'"v{lesson.lock}"'} if TAG.fullmatch(given) else {}


@pytest.mark.parametrize("label", OPERATIONS)
def test_what_the_contract_allows_is_accepted(cast: Cast, label: str) -> None:
    answered = ask(cast, label, GenerationMode.POSITIVE)
    assert any(status < 300 for status in answered), answered


@pytest.mark.parametrize("label", TAKING)
def test_what_the_contract_forbids_is_refused(cast: Cast, label: str) -> None:
    ask(cast, label, GenerationMode.NEGATIVE)
