"""What every request goes through: an id for logs and support, an answer for who is signed out."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from exchange.common.ids import uuid7
from exchange.common.refusals import unavailable

logger = logging.getLogger(__name__)

current_request_id: ContextVar[str] = ContextVar("request_id", default="-")
REMEMBERED = "exchange.request_id"
UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii", ""}
ACCEPTED = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestId:
    """Take a well-formed `X-Request-Id` from the client, else make one; answer with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-Id", "")
        request_id = offered if ACCEPTED.fullmatch(offered) else str(uuid7())
        request.META[REMEMBERED] = request_id
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-Id"] = request_id
        return response


class OnlyUtf8:
    """Answer 400 to another encoding: of some, text comes that no page can show and no table keep.

    Django reads forms with files, and every address, by the one that a request declares.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = (request.content_params or {}).get("charset", "utf-8")
        if named.lower() not in UTF_8:
            raise BadRequest("Another encoding than UTF-8")
        return self.get_response(request)


class SignedOutFragments:
    """Answer 401 where a script that asks for a piece of a page would be led to the sign-in page.

    Led there, htmx would put the whole of it into the piece's place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        target = urlsplit(response.get("Location", "")).path
        if target != resolve_url(settings.LOGIN_URL):
            return response
        if "HX-Request" in request.headers:
            response = render(request, "partials/signed_out.html", status=401)
            response["Cache-Control"] = "no-store"
        # One address, two answers: no cache gives a page the piece's answer, or the other way round.
        patch_vary_headers(response, ["HX-Request"])
        return response


class CacheAway:
    """Answer 503 where the cache is needed and away: what counts attempts lets nobody by uncounted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RedisError):
            return None
        logger.error("The cache of CACHE_URL is away: %s", exception)
        words = _("A server that signing in needs does not answer. Try again in some minutes.")
        return unavailable(request, words)


class RequestIdFilter(logging.Filter):
    """Give every log line the id of the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        # Django tells of a refusal when the answer has left this middleware.
        asked = getattr(getattr(record, "request", None), "META", {})
        record.request_id = asked.get(REMEMBERED, current_request_id.get())
        return True
