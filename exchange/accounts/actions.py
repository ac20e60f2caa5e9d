"""What people change about themselves, and what the operator does for who is locked out."""

from typing import cast

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from exchange.accounts import bookkeeping
from exchange.accounts.models import SecurityKind, User


@transaction.atomic
def change_preferences(*, actor: User, full_name: str, language: str, timezone: str) -> User:
    """Set a person's name, language (a code of `LANGUAGES`) and IANA zone; only one's own.

    Raises django's ValidationError with a message per field. Preferences are nobody's news: no event.
    """
    user = User.objects.select_for_update().get(pk=actor.pk)
    user.full_name, user.language, user.timezone = full_name, language, timezone
    user.full_clean(exclude=["password"])
    user.save(update_fields=["full_name", "language", "timezone"])
    return user


@transaction.atomic
def end_session(*, request: HttpRequest, session_id: int) -> None:
    """End another session of the person who asks; one of anybody else's is none of theirs."""
    user = _person(request)
    if bookkeeping.end_sessions(user, but=request.session.session_key, only=session_id):
        bookkeeping.note(user, SecurityKind.SESSION_ENDED, request)


@transaction.atomic
def end_other_sessions(*, request: HttpRequest) -> None:
    """End every session of the person who asks but the one they ask from."""
    user = _person(request)
    if bookkeeping.end_sessions(user, but=request.session.session_key):
        bookkeeping.note(user, SecurityKind.SESSION_ENDED, request)


@transaction.atomic
def rename_passkey(*, request: HttpRequest, passkey: Authenticator, name: str) -> Authenticator:
    """Give a passkey of the person who asks another name; the log keeps how it was called before."""
    kept = passkey.wrap()
    detail = _("“%(before)s” to “%(after)s”") % {"before": kept.name, "after": name}
    if name != kept.name:
        kept.name = name
        passkey.save(update_fields=["data"])
        bookkeeping.note(_person(request), SecurityKind.FACTOR_RENAMED, request, detail=detail)
    return passkey


@transaction.atomic
def reset_second_factor(*, user: User) -> bool:
    """Remove a person's passkeys, authenticator app and recovery codes, and end their sessions.

    For the operator, after making sure who asks. Return False when there was nothing to remove.
    """
    if not bookkeeping.remove_factors(user):
        return False
    bookkeeping.end_sessions(user)
    bookkeeping.note(user, SecurityKind.FACTORS_RESET)
    return True


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
