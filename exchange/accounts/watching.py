"""What allauth and Django tell of an account goes into its security log, and ends other sessions."""

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as django
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext

from exchange.accounts import bookkeeping
from exchange.accounts.models import SecurityKind, User

Kind = SecurityKind
CODES = Authenticator.Type.RECOVERY_CODES


@receiver(django.user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    bookkeeping.begin_session(request)
    bookkeeping.note(user, Kind.SIGNED_IN, request, detail=_by_what(request, user))


@receiver(django.user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        bookkeeping.note(user, Kind.SIGNED_OUT, request)


@receiver(django.user_login_failed)
def failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    email = str(credentials.get("email") or "").lower()
    user = User.objects.filter(email=email).first()
    if user is not None:
        bookkeeping.note(user, Kind.FAILED, request)


@receiver([account.password_changed, account.password_set])
def password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    bookkeeping.note(user, Kind.PASSWORD_CHANGED, request)
    bookkeeping.end_sessions(user, but=request.session.session_key)


@receiver(account.password_reset)
def password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    bookkeeping.note(user, Kind.PASSWORD_RESET, request)
    bookkeeping.end_sessions(user)


@receiver(account.email_changed)
def address_changed(
    request: HttpRequest, user: User, to_email_address: EmailAddress, **_: Any
) -> None:
    bookkeeping.note(user, Kind.ADDRESS_CHANGED, request, detail=to_email_address.email)


@receiver(mfa.authenticator_added)
def factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == CODES:
        bookkeeping.note(user, Kind.CODES_MADE, request)
        return
    bookkeeping.note(user, Kind.FACTOR_ADDED, request, detail=_name_of(authenticator))
    bookkeeping.end_sessions(user, but=request.session.session_key)


@receiver(mfa.authenticator_removed)
def factor_removed(
    request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    if authenticator.type != CODES:
        bookkeeping.note(user, Kind.FACTOR_REMOVED, request, detail=_name_of(authenticator))


@receiver(mfa.authenticator_reset)
def codes_made(request: HttpRequest, user: User, **_: Any) -> None:
    bookkeeping.note(user, Kind.CODES_MADE, request)


@receiver(mfa.authenticator_used)
def factor_used(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == CODES:
        bookkeeping.note(user, Kind.CODE_USED, request)


@receiver(mfa.authentication_failed)
def wrong_code(request: HttpRequest, user: User, **_: Any) -> None:
    bookkeeping.note(user, Kind.FAILED_CODE, request)


def _by_what(request: HttpRequest, user: User) -> str:
    steps = get_authentication_records(request, user)
    keys = Authenticator.objects.filter(pk__in=[step["id"] for step in steps if "id" in step])
    used = [gettext("password") for step in steps if step["method"] == "password"]
    used += [_name_of(key) for key in keys]
    # allauth keeps no means only of who joins by an invitation, which is signed in with it.
    means = gettext(", then ").join(used) or gettext("invitation")
    return gettext("by %(means)s") % {"means": means}


def _name_of(authenticator: Authenticator) -> str:
    if authenticator.type == CODES:
        return gettext("recovery code")
    if authenticator.type == Authenticator.Type.TOTP:
        return gettext("authenticator app")
    return gettext("passkey “%(name)s”") % {"name": authenticator}
