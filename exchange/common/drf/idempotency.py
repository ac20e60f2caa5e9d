"""Idempotency-Key: a request that is sent again makes its thing once and gets the same answer."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.common.drf.problems import Refused
from exchange.common.once import InProgress, fingerprint, once

KEY = re.compile(r"[!-~]{1,255}", re.ASCII)
KEPT_HEADERS = ("ETag", "Location")
# Seconds that a repeated request waits for the first one.
PATIENCE = 2


def answer_once(request: Request, act: Callable[[], Response]) -> Response | HttpResponse:
    """Return the answer of `act`, or the first answer when this key was used before.

    The key is claimed in the transaction that `act` writes in: a refusal gives it back. The caller
    has checked permission before, so that a replay is checked as well. Raises Refused (400) without
    a key, and 409 while the first request with it is under way; Invalid (422, `key_reused`) when
    the key belongs to another request.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        raise Refused("idempotency_key_required")
    if not KEY.fullmatch(key):
        raise Refused("invalid_header", _("Send a key of 1 to 255 printable ASCII characters."))
    parts = [str(request.method), request.path]
    print_of_request = fingerprint(*[part.encode() for part in parts], request.body)
    owner = request.viewer.owner_key  # type: ignore[attr-defined]
    try:
        with once(owner=owner, key=key, fingerprint=print_of_request, patience=PATIENCE) as claim:
            if not claim.first:
                return _replay(claim.outcome)
            response = act()
            claim.keep(_kept(response))
            return response
    except InProgress as error:
        raise Refused("request_in_progress", headers={"Retry-After": "1"}) from error


def _kept(response: Response) -> dict[str, Any]:
    return {
        "status": response.status_code,
        "headers": {name: response[name] for name in KEPT_HEADERS if name in response},
        "body": JSONRenderer().render(response.data).decode(),
    }


def _replay(outcome: dict[str, Any]) -> HttpResponse:
    return HttpResponse(
        outcome["body"],
        status=outcome["status"],
        headers={**outcome["headers"], "Idempotent-Replayed": "true"},
        content_type="application/json",
    )
