"""What is noted of an account without an event: its security log, and when a session was last seen."""

import datetime as dt

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from exchange.accounts.browsers import browser_of
from exchange.accounts.models import SecurityEntry, SecurityKind, User
from exchange.common import time

KEPT = dt.timedelta(days=365)
# A session that is used is noted no more often than this: reading shall not cost a write each.
BETWEEN_NOTES = dt.timedelta(minutes=10)
SEEN = "exchange.seen"
SIGNED_IN = "exchange.signed_in"


def note(
    user: User, kind: SecurityKind, request: HttpRequest | None = None, *, detail: str = ""
) -> None:
    """Write a line of a person's security log; without a request it was the operator's doing."""
    meta = request.META if request else {}
    SecurityEntry.objects.create(
        user=user,
        kind=kind,
        detail=detail[:254],
        address=_address(request),
        browser=browser_of(meta.get("HTTP_USER_AGENT", "")) if request else "",
    )


def _address(request: HttpRequest | None) -> str | None:
    if request is None:
        return None
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None  # not by a network, or told by a proxy in no form we know


def forget_old_entries() -> int:
    """Delete lines of the security log that are older than a year; return how many."""
    return SecurityEntry.objects.filter(at__lt=time.now() - KEPT).delete()[0]


def begin_session(request: HttpRequest) -> None:
    """Note when somebody signed in, and let the session stand in their list."""
    now = time.now().timestamp()
    request.session[SIGNED_IN] = request.session[SEEN] = now
    _list_session(request)


def signed_in_at(request: HttpRequest) -> float:
    """Return when the person signed in, in seconds since 1970; 0 when that is not known."""
    return float(request.session.get(SIGNED_IN, 0))


def note_seen(request: HttpRequest) -> None:
    """Note that a session is in use, every ten minutes at most."""
    now = time.now()
    if request.session.get(SEEN, 0) > (now - BETWEEN_NOTES).timestamp():
        return
    request.session[SEEN] = now.timestamp()
    listed = UserSession.objects.filter(session_key=request.session.session_key)
    if not listed.update(last_seen_at=now):
        _list_session(request)


def _list_session(request: HttpRequest) -> None:
    if _address(request):
        UserSession.objects.create_from_request(request)


def end_sessions(user: User, *, but: str | None = None, only: int | None = None) -> int:
    """End a person's sessions: all but the one of the key `but`, or `only` the one of that id.

    Return how many ended.
    """
    sessions = UserSession.objects.filter(user=user).exclude(session_key=but or "")
    ended = list(sessions.filter(pk=only) if only else sessions)
    for session in ended:
        session.end()
    return len(ended)


def remove_factors(user: User) -> int:
    """Remove a person's passkeys, authenticator app and recovery codes; return how many rows."""
    return int(Authenticator.objects.filter(user=user).delete()[0])
