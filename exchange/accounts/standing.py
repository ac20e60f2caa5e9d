"""How somebody's own account stands: what lets them in, and where they are signed in."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from exchange.accounts.browsers import browser_of
from exchange.accounts.models import User

Type = Authenticator.Type


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What lets a person in; `codes_left` is None without recovery codes."""

    passkeys: int
    has_app: bool
    codes_left: int | None
    sessions: int
    new_address: str

    @property
    def has_second_factor(self) -> bool:
        return self.has_app or bool(self.passkeys)


def standing_of(user: User) -> Standing:
    """Return how a person's account stands; three queries."""
    factors = list(Authenticator.objects.filter(user=user))
    codes = [factor for factor in factors if factor.type == Type.RECOVERY_CODES]
    new = EmailAddress.objects.filter(user=user, verified=False).values_list("email", flat=True)
    return Standing(
        passkeys=sum(factor.type == Type.WEBAUTHN for factor in factors),
        has_app=any(factor.type == Type.TOTP for factor in factors),
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else None,
        sessions=UserSession.objects.filter(user=user).count(),
        new_address=next(iter(new), ""),
    )


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A session of a person's, as they see it."""

    session: UserSession
    browser: str
    is_this: bool


def visits_of(request: HttpRequest) -> list[Visit]:
    """Return the sessions in which the person is signed in, this one first, then what was seen last."""
    sessions = UserSession.objects.purge_and_list(request.user)
    here = request.session.session_key
    visits = [
        Visit(
            session=session,
            browser=browser_of(session.user_agent),
            is_this=session.session_key == here,
        )
        for session in sessions
    ]
    return sorted(
        visits, key=lambda visit: (not visit.is_this, -visit.session.last_seen_at.timestamp())
    )
