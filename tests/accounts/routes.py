"""A person's own pages, and what is left open of allauth's."""

from collections.abc import Mapping
from typing import Any

from tests.architecture.routes import CANARY, METHODS, Route, everybody
from tests.cast import PASSWORD, Cast


def named_canary(cast: Cast) -> dict[str, Any]:
    """Give Gothenburg's contributor the canary for a name."""
    cast.gothenburg.contributor.full_name = CANARY
    cast.gothenburg.contributor.save(update_fields=["full_name"])
    return {}


def preferences(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"full_name": "Karin", "language": "sv", "timezone": "Europe/Stockholm"}


def newcomer(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"email": "new@example.org", "password1": PASSWORD}


def password(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"login": cast.gothenburg.contributor.email, "password": PASSWORD}


def new_password(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    new = "another horse battery"
    return {"oldpassword": PASSWORD, "password1": new, "password2": new}


def address(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"email": cast.gothenburg.contributor.email}


def a_key(cast: Cast) -> dict[str, Any]:
    return {"key": "none"}


def a_reset_key(cast: Cast) -> dict[str, Any]:
    return {"uidb36": "1", "key": "none"}


MEMBERS = ("owner", "partner_in", "partner_out")
ENTRANCE = everybody(302, client=200, anonymous=200)
SIGNED_IN = everybody(200, client=302, anonymous=302)
AWAY = everybody(302)
CLOSED = {method: everybody(404) for method in METHODS}
READ = everybody(200)
# Many of allauth's pages answer any method with what a GET shows, and a form without a word in it.
SHOWN = dict.fromkeys(("put", "patch", "delete"), READ)
SENT_AWAY = dict.fromkeys(("put", "patch", "delete"), AWAY)
HOME_FIRST = everybody(200, client=405, anonymous=405)

ROUTES = [
    Route(
        name="accounts:preferences",
        path="preferences/",
        make=named_canary,
        canary=["owner"],
        get=SIGNED_IN,
        post=AWAY,
        data=preferences,
        changes=MEMBERS,
    ),
    Route(name="accounts:no_email_change", path="accounts/email/", changes=(), **CLOSED),
    Route(name="account_email", path="accounts/email/", changes=(), **CLOSED),
    Route(
        name="account_login",
        path="accounts/login/",
        get=ENTRANCE,
        post=AWAY,
        put=READ,
        patch=HOME_FIRST,
        delete=HOME_FIRST,
        data=password,
        changes=(),
    ),
    Route(name="account_logout", path="accounts/logout/", get=SIGNED_IN, post=AWAY, changes=()),
    Route(name="account_inactive", path="accounts/inactive/", get=READ),
    Route(
        name="account_signup",
        path="accounts/signup/",
        get=ENTRANCE,
        post=ENTRANCE,
        data=newcomer,
        changes=(),
        **SHOWN,
    ),
    Route(
        name="account_reauthenticate",
        path="accounts/reauthenticate/",
        get=SIGNED_IN,
        post=AWAY,
        put=SIGNED_IN,
        data=password,
        changes=(),
    ),
    Route(
        name="account_email_verification_sent",
        path="accounts/confirm-email/",
        get=READ,
    ),
    Route(
        name="account_confirm_email",
        path=r"accounts/confirm-email/(?P<key>[-:\w]+)/$",
        make=a_key,
        get=READ,
        post=everybody(404),
        changes=(),
    ),
    Route(
        name="account_change_password",
        path="accounts/password/change/",
        get=SIGNED_IN,
        post=AWAY,
        data=new_password,
        changes=MEMBERS,
    ),
    Route(
        name="account_change_password",
        path="accounts/password/change/",
        put=SIGNED_IN,
        changes=(),
    ),
    Route(
        name="account_set_password",
        path="accounts/password/set/",
        get=AWAY,
        post=AWAY,
        data=new_password,
        changes=(),
        **SENT_AWAY,
    ),
    Route(
        name="account_reset_password",
        path="accounts/password/reset/",
        get=READ,
        post=AWAY,
        put=READ,
        data=address,
        changes=(),
    ),
    Route(name="account_reset_password_done", path="accounts/password/reset/done/", get=READ),
    Route(
        name="account_reset_password_from_key",
        path="accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        make=a_reset_key,
        get=READ,
        post=READ,
        data=new_password,
        changes=(),
        **SHOWN,
    ),
    Route(
        name="account_reset_password_from_key_done",
        path="accounts/password/reset/key/done/",
        get=READ,
    ),
    Route(
        name="account_confirm_login_code",
        path="accounts/login/code/confirm/",
        get=AWAY,
        post=AWAY,
        changes=(),
        **SENT_AWAY,
    ),
]
