"""Every failure of the API as one shape: application/problem+json (RFC 9457)."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import is_valid_path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from exchange.common import errors
from exchange.common.drf.codes import PROBLEMS, Problem, problem_for
from exchange.common.middleware import current_request_id

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"
ACTION_STATUS = {errors.Forbidden: 403, errors.Conflict: 409, errors.Stale: 412}
MOST_ERRORS = 100
SENTENCE = "non_field_errors"


class Refused(exceptions.APIException):
    """Ends a request with the problem `code` of the register.

    `errors` are entries made by `at_pointer` or `at_parameter`; `headers` go with the answer;
    further keywords become members of the problem. Raises KeyError for an unregistered code.
    """

    def __init__(
        self,
        code: str,
        detail: str | Promise = "",
        *,
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        self.problem = PROBLEMS[code]
        self.status_code = self.problem.status
        self.errors = [dict(entry) for entry in errors]
        self.headers = dict(headers or {})
        self.members = members
        super().__init__(str(detail) or self.problem.detail, code)


def at_pointer(pointer: str, code: str, detail: object) -> dict[str, str]:
    """Return an entry about a place in the body, named by a JSON pointer (RFC 6901)."""
    return {"pointer": pointer, "code": code, "detail": str(detail)}


def at_parameter(parameter: str, code: str, detail: object) -> dict[str, str]:
    """Return an entry about a query parameter."""
    return {"parameter": parameter, "code": code, "detail": str(detail)}


def pointer(*steps: object) -> str:
    """Return the JSON pointer of a path of names and indexes."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def flatten(detail: Any, *path: object) -> Iterator[tuple[tuple[object, ...], str, str]]:
    """Give (path, code, text) for each message in the nested detail of a ValidationError."""
    if isinstance(detail, Mapping):
        for name, below in detail.items():
            yield from flatten(below, *(path if name == SENTENCE else (*path, name)))
    elif isinstance(detail, list | tuple):
        for index, below in enumerate(detail):
            nested = isinstance(below, Mapping | list | tuple)
            yield from flatten(below, *((*path, index) if nested else path))
    else:
        yield path, getattr(detail, "code", None) or "invalid", str(detail)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the problem of an exception, or None for a fault of ours (a 500, told by ApiProblems)."""
    refused = _refused(error)
    if refused is None:
        return None
    members = dict(refused.members)
    view = context.get("view")
    if refused.status_code == 409 and (allowed := getattr(view, "allowed_actions_now", None)):
        members["allowed_actions"] = allowed()
    if refused.status_code == 412 and (latest := getattr(view, "latest_address", None)):
        members["latest"] = latest()
    headers = dict(refused.headers)
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    body = describe(refused.problem, str(refused.detail), refused.errors, **members)
    return Response(body, status=refused.status_code, headers=headers, content_type=MEDIA_TYPE)


def describe(
    problem: Problem, detail: str, entries: Iterable[Mapping[str, str]] = (), **members: Any
) -> dict[str, Any]:
    """Return the body of a problem in the active language; unprintable characters are replaced."""
    return {
        "type": problem.uri,
        "title": str(problem.title),
        "status": problem.status,
        "code": problem.code,
        "detail": _printable(detail),
        "errors": [
            {name: _printable(value) for name, value in entry.items()}
            for entry in islice(entries, MOST_ERRORS)
        ],
        "request_id": current_request_id.get(),
        **members,
    }


def _refused(error: Exception) -> Refused | None:
    if isinstance(error, Refused):
        return error
    if isinstance(error, errors.ActionError):
        return _of_action(error)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    if isinstance(error, DjangoValidationError):
        return _invalid(error.message_dict if hasattr(error, "error_dict") else error.messages)
    if isinstance(error, Http404):
        return Refused("not_found")
    if isinstance(error, PermissionDenied):
        return Refused("forbidden")
    if isinstance(error, IntegrityError):
        logger.warning("an action left a conflict to the database: %s", error)
        return Refused("conflict", _("Another thing has this value already."))
    if isinstance(error, OperationalError):
        logger.exception("the database did not answer", exc_info=error)
        return Refused("unavailable", headers={"Retry-After": "5"})
    return None


def _of_action(error: errors.ActionError) -> Refused:
    if isinstance(error, errors.Invalid):
        code = problem_for(error.code, 422).code
        return _invalid(
            {name or SENTENCE: list(texts) for name, texts in error.errors.items()}, code
        )
    status = next(
        (status for kind, status in ACTION_STATUS.items() if isinstance(error, kind)), 409
    )
    members: dict[str, Any] = (
        {"current_version": error.current} if isinstance(error, errors.Stale) else {}
    )
    problem = problem_for(error.code, status)
    entries = [] if problem.code == error.code else [at_pointer("", error.code, error.message)]
    return Refused(problem.code, str(error.message), errors=entries, **members)


def _of_framework(error: exceptions.APIException) -> Refused:
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error.detail)
    if isinstance(error, exceptions.ParseError):
        return Refused("malformed_json", str(error.detail))
    codes = error.get_codes()
    problem = problem_for(codes if isinstance(codes, str) else "", error.status_code)
    # Of what the framework refuses by itself, the register says more than the framework.
    own = isinstance(error, exceptions.AuthenticationFailed | exceptions.PermissionDenied)
    return Refused(problem.code, str(error.detail) if own else "")


def _invalid(detail: Any, code: str = "invalid") -> Refused:
    entries = [at_pointer(pointer(*path), kind, text) for path, kind, text in flatten(detail)]
    return Refused(code, errors=entries)


def _printable(text: str) -> str:
    return "".join(
        "\ufffd" if char < " " or "\ud800" <= char <= "\udfff" else char for char in text
    )


def _where_to_ask(request: HttpRequest) -> str:
    """Return what to ask for instead of an address of the API that there is not."""
    address = request.path_info.rstrip("/")
    if address != request.path_info and is_valid_path(address):
        words = _("Addresses of the API end without a slash: ask for %(address)s.")
        return str(words) % {"address": address}
    words = _("Nothing is at this address. %(address)s lists all there are; an id is a UUID.")
    return str(words) % {"address": reverse("api:docs")}


class ApiProblems:
    """Turn failures under /api/ that never reached an endpoint into problems.

    An unknown address, a refused host, a fault of ours: Django answers those with HTML. Stands
    right inside RequestId, so that the id is known and every other middleware is covered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        told = response.get("Content-Type", "").startswith(MEDIA_TYPE)
        if response.status_code >= 400 and request.path_info.startswith(PREFIX) and not told:
            problem = problem_for("", response.status_code)
            detail = _where_to_ask(request) if problem.status == 404 else problem.detail
            response.content = JSONRenderer().render(describe(problem, detail))
            response.status_code = problem.status
            response.cookies.clear()
            response["Content-Type"] = MEDIA_TYPE
            response["Content-Length"] = str(len(response.content))
        return response
