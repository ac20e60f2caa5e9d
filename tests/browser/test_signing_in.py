"""Signing in with a passkey and with an authenticator app, in a browser that has both."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from exchange.home.sample import SAMPLE_PASSWORD
from tests.accounts.factories import code_now
from tests.browser.people import Person
from tests.process.fixtures import embedded
from tests.process.world import World

pytestmark = pytest.mark.browser

KARIN = "karin@gothenburg.example.org"
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def karin(sample_world: World, browser: Browser) -> Iterator[Person]:
    """Karin, signed in by her password, with a device that holds passkeys."""
    sample_world.start("web")
    karin = Person(browser, sample_world.url, KARIN, SAMPLE_PASSWORD)
    device: Any = karin.page.context.new_cdp_session(karin.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    yield karin
    karin.page.context.close()


def sign_out(person: Person) -> None:
    person.page.get_by_role("banner").get_by_text("Karin").first.click()
    person.page.get_by_role("button", name="Sign out").first.click()
    expect(person.page.get_by_role("link", name="Sign in").first).to_be_visible()


def make_a_passkey(person: Person) -> None:
    """Make one from the page of ways to sign in."""
    person.follow("Add a passkey")
    person.fill(Name="Karin’s phone")
    person.press("Make the passkey")
    person.sees("The passkey was added")


@embedded
def test_a_passkey_is_made_and_lets_in_without_the_password(karin: Person) -> None:
    karin.open("/preferences/")
    karin.follow("Add a passkey or an app")
    make_a_passkey(karin)
    karin.sees("Your recovery codes")
    karin.open("/preferences/")
    karin.sees("1 passkey", "10 recovery codes left")
    sign_out(karin)
    karin.open("/accounts/login/?next=/preferences/")
    karin.press("Use a passkey")
    karin.sees("Signing in")
    karin.open("/preferences/security/")
    karin.sees("Added a way to sign in: passkey “Karin’s phone”", "Chrome on Linux")
    karin.sees("Signed in by passkey “Karin’s phone”")
    assert karin.complaints == []


@embedded
def test_a_passkey_is_shown_after_the_password(karin: Person) -> None:
    karin.open("/accounts/factors/")
    make_a_passkey(karin)
    sign_out(karin)
    karin.signs_in(SAMPLE_PASSWORD)
    karin.sees("One more step")
    karin.press("Use a passkey")
    karin.page.wait_for_url(re.compile(r":\d+/$"))
    assert karin.complaints == []


@embedded
def test_an_authenticator_app_is_asked_for_after_the_password(karin: Person) -> None:
    karin.open("/accounts/factors/")
    karin.follow("Set up an authenticator app")
    expect(karin.page.get_by_role("img", name="The key as a picture")).to_be_visible()
    secret = karin.page.get_by_label("Key", exact=True).input_value()
    karin.page.get_by_label("Authenticator code").fill(code_now(secret))
    karin.press("Turn it on")
    codes = karin.page.get_by_label("Your recovery codes").input_value().split()
    with karin.page.expect_download() as kept:
        karin.press("Download")
    heading, *kept_codes = kept.value.path().read_text().split("\n\n")
    assert (KARIN in heading, "".join(kept_codes).split()) == (True, codes)
    sign_out(karin)
    karin.signs_in(SAMPLE_PASSWORD)
    karin.sees("One more step")
    karin.page.get_by_label("Code", exact=True).fill(codes[0])
    karin.press("Sign in")
    karin.page.wait_for_url(re.compile(r":\d+/$"))
    karin.open("/preferences/")
    karin.sees("authenticator app on", "9 recovery codes left")
    assert karin.complaints == []
