"""A passkey as a device makes it, and what is kept of it."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from exchange.accounts.models import SecurityEntry
from tests.accounts.authenticator import KEY_ID, credential_for
from tests.accounts.test_sessions import signed_in
from tests.cast import Cast

PAGE = "mfa_add_webauthn"
NAMED = {"host": "localhost"}


@pytest.fixture
def karin(cast: Cast) -> Client:
    return signed_in(cast.gothenburg.contributor)


def add(client: Client, **changed: str) -> bool:
    """Add a passkey, perhaps with other parts than a device gave, and tell whether it was taken."""
    page = client.get(reverse(PAGE), headers=NAMED)
    options = page.context["js_data"]["creation_options"]["publicKey"]
    credential = {**credential_for(options["challenge"]), **changed}
    data = {"name": "My phone", "credential": json.dumps(credential), "passwordless": "on"}
    client.post(reverse(PAGE), data, headers=NAMED)
    return Authenticator.objects.filter(type="webauthn").exists()


def test_what_a_device_made_is_taken(karin: Client) -> None:
    assert add(karin)


@pytest.mark.parametrize("odd", ["\0", "\ud800"])
def test_nothing_is_kept_that_no_database_stores(karin: Client, odd: str) -> None:
    key = f"{websafe_encode(KEY_ID)}{odd}"
    assert not add(karin, id=key, rawId=key)


def test_the_log_tells_how_a_renamed_passkey_was_called(karin: Client) -> None:
    add(karin)
    passkey = Authenticator.objects.get(type="webauthn")
    for _twice in range(2):
        karin.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": "My old phone"})
    entries = SecurityEntry.objects.filter(kind="factor_renamed")
    assert [entry.detail for entry in entries] == ["“My phone” to “My old phone”"]
