"""Gives every request its viewer, and the reader's language and zone."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from exchange.accounts.models import User
from exchange.audiences.viewer import Viewer
from exchange.common import languages, time
from exchange.partners import viewers
from exchange.partners.models import Membership

CHOSEN = "organisation"


class ViewedRequest(HttpRequest):
    """A request as views see it: `viewer` says whose eyes.

    `memberships` are those of whoever signed in, with their organisations, once `viewer` was looked at.
    """

    viewer: Viewer
    user: User
    memberships: list[Membership]


class ViewerMiddleware:
    """Set `request.viewer`, worked out when first looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewed = cast(ViewedRequest, request)
        viewed.memberships = []
        viewed.viewer = cast(Viewer, SimpleLazyObject(lambda: _viewer(viewed)))
        language, zone = languages.asked_for(request), "UTC"
        if request.user.is_authenticated:
            language, zone = request.user.language, request.user.timezone
        with languages.reading(language), timezone.override(time.zone(zone)):
            response = self.get_response(request)
        # What one person sees is for no shared cache; static files never come here.
        response.setdefault("Cache-Control", "private, no-cache")
        return response


def _viewer(request: ViewedRequest) -> Viewer:
    if not request.user.is_authenticated:
        return viewers.anonymous(languages.readers_own())
    chosen = request.session.get(CHOSEN)
    own = Membership.objects.with_organisations().filter(user=request.user)
    request.memberships = list(own)
    return viewers.viewer_of(
        request.user, UUID(chosen) if chosen else None, memberships=request.memberships
    )
