"""What is answered to a request that could not be read, or cannot be served now."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views import csrf, defaults


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 413 with the most that is taken when there was too much, else 400."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return defaults.bad_request(request, exception)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413: say the most that is taken."""
    most = {"megabytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1_000_000}
    return render(request, "413.html", most, status=413)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without its secret; 413 when it is too large to be looked into."""
    length = request.headers.get("Content-Length", "")
    is_form = request.content_type == "application/x-www-form-urlencoded"
    if is_form and length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return too_large(request)
    return csrf.csrf_failure(request, reason)


def unavailable(request: HttpRequest, words: str | Promise) -> HttpResponse:
    """Answer 503 with words that say what is away."""
    response = render(request, "503.html", {"words": words}, status=503)
    response["Retry-After"] = "60"
    return response
