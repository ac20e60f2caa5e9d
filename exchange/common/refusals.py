"""What is answered to a request that could not be read."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 413 with the most that is taken when there was too much, else 400."""
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    most = {"megabytes": settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1_000_000}
    return HttpResponse(render_to_string("413.html", most), status=413)
