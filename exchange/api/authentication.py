"""Programs of organisations come with a token: `Authorization: Bearer ipk_<id>_<secret>`."""

import hmac
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from exchange.partners import tokens, viewers
from exchange.partners.bookkeeping import note_use
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import ApiClient


class TokenAuthentication(BaseAuthentication):
    """Sets `request.viewer` to the client's eyes; `request.auth` is the client.

    Cookies count for nothing here: without a token the viewer is anonymous, signed in or not.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiClient] | None:
        """Return the client of a token that works, None without a token; else raise (401)."""
        viewed = cast(ViewedRequest, request._request)
        header = request.headers.get("Authorization")
        if header is None:
            viewed.viewer = cast(Any, SimpleLazyObject(viewers.anonymous))
            return None
        client = _client_of(header)
        viewer = viewers.viewer_of_client(client)
        if viewer is None or viewer.kind != "client":
            raise _does_not_work(
                _(
                    "This token has ended: it expired or was revoked, whoever made it no longer may, "
                    "or its organisation takes no part now."
                )
            )
        note_use(client)
        viewed.viewer = viewer
        return AnonymousUser(), client

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="Port Exchange API"'


def _client_of(header: str) -> ApiClient:
    """Return the client whose token a header holds, else raise; whether it works its viewer tells."""
    scheme, _space, token = header.partition(" ")
    match = tokens.CLIENT_TOKEN.fullmatch(token.strip())
    if scheme.lower() != "bearer" or match is None:
        raise _does_not_work(
            _("The header is not `Authorization: Bearer …` with a whole token, `ipk_…`.")
        )
    identifier, secret = match.groups()
    clients = ApiClient.objects.filter(pk=UUID(identifier)).select_related("organisation")
    client = clients.first()
    expected = client.token_digest if client else tokens.digest("")
    matches = hmac.compare_digest(expected, tokens.digest(secret))
    if client is None or not matches:
        raise _does_not_work(_("There is no such token. Compare it with what you were given."))
    return client


def _does_not_work(why: str) -> AuthenticationFailed:
    return AuthenticationFailed(why, "invalid_token")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema tells of the token."""

    target_class = "exchange.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the security scheme of OpenAPI."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "ipk_<id>_<secret>"}
