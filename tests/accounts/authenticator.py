"""A device that makes a passkey, as a browser would hand it over."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

KEY_ID = b"a key of thirty-two bytes, always"
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT


def credential_for(challenge: str, site: str = "localhost") -> dict[str, Any]:
    """Return what a browser answers to the `challenge` of the page at http://`site`."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(Aaguid.NONE, KEY_ID, key)
    data = AuthenticatorData.create(sha256(site.encode()), FLAGS, 0, made)
    client = CollectedClientData.create("webauthn.create", challenge, f"http://{site}")
    return {
        "type": "public-key",
        "id": websafe_encode(KEY_ID),
        "rawId": websafe_encode(KEY_ID),
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
    }
