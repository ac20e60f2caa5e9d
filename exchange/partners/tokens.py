"""Secrets that are shown once and kept as digests."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from uuid import UUID

from django.utils.crypto import salted_hmac

CLIENT_TOKEN = re.compile(r"ipk_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


def new_secret() -> str:
    """Return 256 random bits as 43 characters that fit an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret as 64 hexadecimal digits; any text has one."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def invitation_token(invitation_id: UUID) -> str:
    """Return the one token of an invitation, which only this exchange can work out: 43 characters.

    Every letter of an invitation bears it, so that no letter ends the link in an earlier one.
    """
    proof = salted_hmac("exchange.partners.invitation", invitation_id.hex, algorithm="sha256")
    return urlsafe_b64encode(proof.digest()).decode().rstrip("=")


def client_token(client_id: UUID, secret: str) -> str:
    """Return the token of an API client: `ipk_<id>_<secret>`."""
    return f"ipk_{client_id.hex}_{secret}"
