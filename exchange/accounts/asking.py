"""Asking again who is there, before an act that matters."""

from collections.abc import Callable
from typing import TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])


def _sends(request: HttpRequest) -> bool:
    return request.method == "POST"


def asks_again(when: Callable[[HttpRequest], bool] = _sends) -> Callable[[View], View]:
    """Ask who is there before a form is taken, when they signed in long ago; what was typed is kept."""
    return cast(Callable[[View], View], reauthentication_required(enabled=when))
