"""A person's own pages, and what is left open of allauth's."""

from collections.abc import Mapping
from typing import Any

from tests.architecture.routes import CANARY, Route
from tests.cast import Cast


def named_canary(cast: Cast) -> dict[str, Any]:
    """Give Gothenburg's contributor the canary for a name."""
    cast.gothenburg.contributor.full_name = CANARY
    cast.gothenburg.contributor.save(update_fields=["full_name"])
    return {}


def preferences(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"full_name": "Karin", "language": "sv", "timezone": "Europe/Stockholm"}


def a_key(cast: Cast) -> dict[str, Any]:
    return {"key": "none"}


def a_reset_key(cast: Cast) -> dict[str, Any]:
    return {"uidb36": "1", "key": "none"}


EVERYBODY = {"owner": 200, "partner_in": 200, "partner_out": 200, "anonymous": 200}
ENTRANCE = {"owner": 302, "partner_in": 302, "partner_out": 302, "anonymous": 200}
SIGNED_IN = {"owner": 200, "partner_in": 200, "partner_out": 200, "anonymous": 302}
CLOSED = {"owner": 404, "partner_in": 404, "partner_out": 404, "anonymous": 404}

ROUTES = [
    Route(
        name="accounts:preferences",
        make=named_canary,
        canary=True,
        get=SIGNED_IN,
        post={"owner": 302, "partner_out": 302, "anonymous": 302},
        data=preferences,
    ),
    Route(name="accounts:no_email_change", get=CLOSED, post=CLOSED),
    Route(name="account_email", get=CLOSED, post=CLOSED),
    Route(name="account_login", get=ENTRANCE),
    Route(name="account_logout", get={**SIGNED_IN}),
    Route(name="account_inactive", public=True, get=EVERYBODY),
    Route(name="account_signup", get=ENTRANCE),
    Route(name="account_reauthenticate", get={**SIGNED_IN}),
    Route(name="account_email_verification_sent", public=True, get=EVERYBODY),
    Route(name="account_confirm_email", make=a_key, public=True, get=EVERYBODY),
    Route(name="account_change_password", get=SIGNED_IN),
    Route(
        name="account_set_password",
        get={"owner": 302, "partner_in": 302, "partner_out": 302, "anonymous": 302},
    ),
    Route(name="account_reset_password", public=True, get=EVERYBODY),
    Route(name="account_reset_password_done", public=True, get=EVERYBODY),
    Route(name="account_reset_password_from_key", make=a_reset_key, public=True, get=EVERYBODY),
    Route(name="account_reset_password_from_key_done", public=True, get=EVERYBODY),
    Route(
        name="account_confirm_login_code",
        get={"owner": 302, "partner_in": 302, "partner_out": 302, "anonymous": 302},
    ),
]
