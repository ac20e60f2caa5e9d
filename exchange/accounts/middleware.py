"""What every request of somebody who is signed in leaves behind."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from exchange.accounts import bookkeeping


class SeenSessions:
    """Note now and then that a session is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            bookkeeping.note_seen(request)
        return self.get_response(request)
