"""Second factors and sessions, as allauth keeps them."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client

from exchange.accounts.models import User
from exchange.common import time

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_app(user: User) -> Authenticator:
    """Give a person an authenticator app that holds SECRET."""
    return TOTP.activate(user, SECRET).instance


def code_now(secret: str = SECRET, *, off: int = 0) -> str:
    """Return the six digits that an app with the secret shows now, `off` half minutes by its clock."""
    return format_hotp_value(hotp_value(secret, int(time.now().timestamp()) // 30 + off))


def make_codes(user: User) -> RecoveryCodes:
    """Give a person recovery codes."""
    return RecoveryCodes.activate(user)


def make_passkey(user: User, name: str = "My phone") -> Authenticator:
    """Give a person a passkey, of which no device knows."""
    data = {"name": name, "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def make_session(user: User, user_agent: str = "Firefox Linux") -> UserSession:
    """Let a person be signed in somewhere else."""
    client = Client()
    client.force_login(user)
    return UserSession.objects.create(
        user=user, ip="192.0.2.7", session_key=client.session.session_key, user_agent=user_agent
    )
