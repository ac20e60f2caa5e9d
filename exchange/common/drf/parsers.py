"""JSON bodies, read strictly: what is ambiguous or cannot be stored is refused with its place."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from exchange.common.drf.problems import Refused, at_pointer
from exchange.common.text import find_unstorable

LARGEST_BODY = 1_000_000
DEEPEST = 32


class StrictJSONParser(BaseParser):
    """One JSON object in UTF-8: at most 1 MB, 32 levels, no name twice, no NaN."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value of the body; raise Refused or ParseError (400, 413, 422)."""
        return parse(stream.read(LARGEST_BODY + 1))


class MergePatchParser(StrictJSONParser):
    """The same for JSON merge patches (RFC 7396)."""

    media_type = "application/merge-patch+json"


def parse(body: bytes) -> Any:
    """Return the value of a JSON body; raise Refused or ParseError (400, 413, 422)."""
    if len(body) > LARGEST_BODY:
        raise Refused("content_too_large")
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_not_a_number,
            parse_float=_finite,
        )
    except RecursionError as error:
        raise ParseError(_("The body is nested too deeply.")) from error
    except json.JSONDecodeError as error:
        words = _("The body is no JSON: see line {line}, character {character}.")
        raise ParseError(words.format(line=error.lineno, character=error.colno)) from error
    except ValueError as error:
        raise ParseError(_("The body is no JSON in UTF-8.")) from error
    if _deeper_than(value, DEEPEST):
        raise ParseError(_("The body is nested too deeply."))
    if place := find_unstorable(value):
        entry = at_pointer(place, "unstorable_text", _("Remove NUL and lone surrogates."))
        raise Refused("unstorable_text", errors=[entry])
    return value


def check_framing(request: Request) -> None:
    """Refuse a body that is compressed (415), in chunks (411) or too large (413), unread."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Refused("unsupported_media_type", _("Send the body without Content-Encoding."))
    length = request.headers.get("Content-Length") or "0"
    if "Transfer-Encoding" in request.headers and length == "0":
        raise Refused("length_required")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise Refused("content_too_large")


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Refused("duplicate_key", _("“%(name)s” stands twice.") % {"name": name[:80]})
        found[name] = value
    return found


def _not_a_number(constant: str) -> Any:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _depth in range(limit):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
