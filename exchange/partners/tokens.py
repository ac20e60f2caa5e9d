"""Secrets that are shown once and kept as digests."""

import hashlib
import re
import secrets
from uuid import UUID

CLIENT_TOKEN = re.compile(r"ipk_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


def new_secret() -> str:
    """Return 256 random bits as 43 characters that fit an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret as 64 hexadecimal digits; any text has one."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def client_token(client_id: UUID, secret: str) -> str:
    """Return the token of an API client: `ipk_<id>_<secret>`."""
    return f"ipk_{client_id.hex}_{secret}"
