"""A person's own pages, and what is left open of allauth's."""

from collections.abc import Mapping
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.account.views import INTERNAL_RESET_SESSION_KEY, PasswordResetFromKeyView
from django.test import Client
from django.urls import reverse

from exchange.accounts.bookkeeping import note
from exchange.accounts.models import SecurityKind, User
from exchange.common.ids import uuid7
from tests.accounts.factories import make_app, make_codes, make_passkey, make_session
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


def an_open_reset(cast: Cast) -> dict[str, Any]:
    uid = user_pk_to_url_str(cast.gothenburg.contributor)
    return {"uidb36": uid, "key": PasswordResetFromKeyView.reset_url_key}


def the_reset_key(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Hold the key of the letter by which Gothenburg's contributor sets a new password."""
    user = User.objects.get(pk=cast.gothenburg.contributor.pk)
    return {INTERNAL_RESET_SESSION_KEY: default_token_generator.make_token(user)}


def the_session(cast: Cast) -> dict[str, Any]:
    return {"pk": make_session(cast.gothenburg.contributor).pk}


def pressed(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"nonce": str(uuid7())}


def an_entry(cast: Cast) -> dict[str, Any]:
    """Write the canary into the security log of Gothenburg's contributor."""
    note(cast.gothenburg.contributor, SecurityKind.FACTOR_ADDED, detail=CANARY)
    return {}


def a_new_address(cast: Cast) -> dict[str, Any]:
    """Let Gothenburg's contributor wait for the canary's address to be confirmed."""
    user = cast.gothenburg.contributor
    user.emailaddress_set.create(email=f"{CANARY}@example.org", verified=False)
    return {}


def another_address(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"email": "another@example.org", "action_add": "yes"}


def a_passkey(cast: Cast) -> dict[str, Any]:
    """Give Gothenburg's contributor a passkey that is named by the canary."""
    the_passkey(cast)
    return {}


def the_passkey(cast: Cast) -> dict[str, Any]:
    return {"pk": make_passkey(cast.gothenburg.contributor, CANARY).pk}


def a_name(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": "My phone"}


def an_app(cast: Cast) -> dict[str, Any]:
    """Give Gothenburg's contributor an authenticator app."""
    make_app(cast.gothenburg.contributor)
    return {}


def half_signed_in(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Hold that Gothenburg's contributor has typed the password, and owes a code."""
    client = Client()
    client.post(reverse("account_login"), password(cast, kwargs))
    return {"account_login": client.session["account_login"]}


def seen_codes(cast: Cast) -> dict[str, Any]:
    """Give Gothenburg's contributor recovery codes that were shown."""
    make_codes(cast.gothenburg.contributor).mark_as_viewed()
    return {}


def a_code(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"code": "no code"}


def no_passkey(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"credential": "{}"}


MEMBERS = ("owner", "partner_in", "partner_out")
ENTRANCE = everybody(302, client=200, anonymous=200)
SIGNED_IN = everybody(200, client=302, anonymous=302)
AWAY = everybody(302)
# Of others there is nothing.
OWNERS = everybody(404, owner=200, client=302, anonymous=302)
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
    Route(
        name="accounts:sessions",
        path="preferences/sessions/",
        get=SIGNED_IN,
    ),
    Route(
        name="accounts:end_session",
        path="preferences/sessions/<int:pk>/end/",
        make=the_session,
        post=AWAY,
        data=pressed,
        changes=(),
    ),
    Route(
        name="accounts:end_others",
        path="preferences/sessions/end/",
        post=AWAY,
        data=pressed,
        changes=(),
    ),
    Route(
        name="accounts:security_log",
        path="preferences/security/",
        make=an_entry,
        canary=["owner"],
        get=SIGNED_IN,
    ),
    Route(
        name="account_email",
        path="accounts/email/",
        make=a_new_address,
        canary=["owner"],
        get=SIGNED_IN,
        post=AWAY,
        data=another_address,
        changes=(),
    ),
    Route(
        name="mfa_index", path="accounts/factors/", make=a_passkey, canary=["owner"], get=SIGNED_IN
    ),
    Route(
        name="mfa_authenticate",
        path="accounts/factors/authenticate/",
        get=AWAY,
        post=AWAY,
        data=a_code,
        changes=(),
        **SENT_AWAY,
    ),
    Route(
        name="mfa_authenticate",
        path="accounts/factors/authenticate/",
        make=an_app,
        session=half_signed_in,
        get=everybody(302, client=200, anonymous=200),
        post=everybody(302, client=200, anonymous=200),
        data=a_code,
        changes=(),
    ),
    Route(
        name="mfa_reauthenticate",
        path="accounts/factors/reauthenticate/",
        make=an_app,
        get={**AWAY, "owner": 200},
        post={**AWAY, "owner": 200},
        put={**AWAY, "owner": 200},
        patch={**AWAY, "owner": 405},
        delete={**AWAY, "owner": 405},
        data=a_code,
        changes=(),
    ),
    Route(
        name="mfa_activate_totp",
        path="accounts/factors/totp/activate/",
        get=SIGNED_IN,
        post=SIGNED_IN,
        put=SIGNED_IN,
        data=a_code,
        changes=(),
    ),
    Route(
        name="mfa_deactivate_totp",
        path="accounts/factors/totp/deactivate/",
        make=an_app,
        get=OWNERS,
        post={**OWNERS, "owner": 302},
        put={**OWNERS, "owner": 302},
        changes=(),
    ),
    Route(
        name="mfa_view_recovery_codes",
        path="accounts/factors/recovery-codes/",
        make=seen_codes,
        get=OWNERS,
    ),
    Route(
        name="mfa_generate_recovery_codes",
        path="accounts/factors/recovery-codes/generate/",
        make=an_app,
        get=SIGNED_IN,
        post={**SIGNED_IN, "owner": 302},
        put={**SIGNED_IN, "owner": 302},
        changes=(),
    ),
    Route(
        name="mfa_download_recovery_codes",
        path="accounts/factors/recovery-codes/download/",
        make=seen_codes,
        changes=(),
        **{method: {**OWNERS, "owner": 403} for method in METHODS},
    ),
    Route(
        name="mfa_list_webauthn",
        path="accounts/factors/webauthn/",
        make=a_passkey,
        canary=["owner"],
        get=SIGNED_IN,
    ),
    Route(
        name="mfa_add_webauthn",
        path="accounts/factors/webauthn/add/",
        settings={"SITE_HOST": "testserver", "SECURE": True},
        get=SIGNED_IN,
        post=SIGNED_IN,
        put=SIGNED_IN,
        data=no_passkey,
        changes=(),
    ),
    Route(
        name="mfa_reauthenticate_webauthn",
        path="accounts/factors/webauthn/reauthenticate/",
        get=AWAY,
        post=AWAY,
        data=no_passkey,
        changes=(),
        **SENT_AWAY,
    ),
    Route(
        name="mfa_remove_webauthn",
        path="accounts/factors/webauthn/keys/<int:pk>/remove/",
        make=the_passkey,
        canary=["owner"],
        get=OWNERS,
        post={**OWNERS, "owner": 302},
        changes=(),
    ),
    Route(
        name="mfa_edit_webauthn",
        path="accounts/factors/webauthn/keys/<int:pk>/edit/",
        make=the_passkey,
        canary=["owner"],
        get=OWNERS,
        post={**OWNERS, "owner": 302},
        put=OWNERS,
        data=a_name,
        changes=(),
    ),
    Route(
        name="mfa_login_webauthn",
        path="accounts/factors/webauthn/login/",
        get=AWAY,
        post=AWAY,
        put=SIGNED_IN,
        patch=HOME_FIRST,
        delete=HOME_FIRST,
        data=no_passkey,
        changes=(),
    ),
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
    ),
    Route(
        name="account_reset_password_from_key",
        path="accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        make=an_open_reset,
        session=the_reset_key,
        get=READ,
        post=everybody(302, partner_in=200, partner_out=200),
        data=new_password,
        changes=("owner", "client", "anonymous"),
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
