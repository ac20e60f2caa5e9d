"""Checks every answer of the API against its own contract."""

import copy
import json
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from jsonschema import Draft202012Validator

from exchange.api.views import document

PROBLEM = {"$ref": "#/components/schemas/Problem"}


def check(method: str, address: str, response: HttpResponse) -> None:
    """Fail when an answer is not what the OpenAPI document says of its operation."""
    assert response.status_code < 500, response.content
    assert response["X-Request-Id"]
    operation = operation_at(method, urlsplit(address).path)
    if operation is None or response.status_code == 405:
        assert response.status_code in {404, 405}
        assert_matches(response, PROBLEM)
        return
    documented = operation["responses"].get(str(response.status_code))
    assert documented, f"{method} {address} answered {response.status_code}, undocumented"
    for name, header in documented.get("headers", {}).items():
        assert name in response or not header.get("required"), f"{name} is missing"
    content = documented.get("content", {})
    if not content or method == "head":
        assert not response.content
        return
    media_type = response["Content-Type"].partition(";")[0]
    assert media_type in content, f"{media_type} is not documented"
    assert_matches(response, content[media_type]["schema"])


def assert_matches(response: Any, schema: dict[str, Any]) -> None:
    """Fail when a body has a member too many, too few, or of the wrong form."""
    validator = validator_of(json.dumps(schema))
    found = validator.iter_errors(response.json())
    errors = [f"{error.json_path}: {error.message}" for error in found]
    assert not errors, errors


@cache
def validator_of(schema: str) -> Draft202012Validator:
    """Return the validator of a schema, given as JSON."""
    return Draft202012Validator({**json.loads(schema), "components": strict_components()})


def operation_at(method: str, path: str) -> dict[str, Any] | None:
    """Return the operation of a method at an address, or None when there is no such address."""
    for template, methods in document()["paths"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            found: dict[str, Any] | None = methods.get("get" if method == "head" else method)
            return found
    return None


@cache
def strict_components() -> dict[str, Any]:
    """Return the components with every object closed: what is not documented is not said."""
    components: dict[str, Any] = copy.deepcopy(document()["components"])
    for schema in components["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return components
