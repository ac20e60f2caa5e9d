"""How allauth's second factors behave here."""

import secrets
from base64 import b32encode, urlsafe_b64encode

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from exchange.accounts.browsers import browser_of
from exchange.accounts.models import User


class SecondFactors(DefaultMFAAdapter):
    """Passkeys belong to the host of EXCHANGE_URL; secrets are encrypted with SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not fit. Try again."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as it stands in the database, which alone opens nothing."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret; after a change of SECRET_KEY one that nobody knows, so that no code fits."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Name a new passkey by the browser that makes it."""
        return browser_of(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": settings.SITE_HOST, "name": settings.SITE_NAME}


def _cipher() -> Fernet:
    key = salted_hmac("exchange.accounts.factors", "", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))
