"""Nothing typed is lost when the session ends while somebody writes."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from exchange.home.sample import SAMPLE_PASSWORD
from tests.browser.people import Person
from tests.process.fixtures import embedded
from tests.process.world import World

pytestmark = pytest.mark.browser

KARIN = "karin@gothenburg.example.org"
TITLE = "Moor the airship where the power is"


@pytest.fixture
def karin(sample_world: World, browser: Browser) -> Iterator[Person]:
    """Karin, with a form open in which she has typed a title, and no session any more."""
    sample_world.start("web")
    karin = Person(browser, sample_world.url, KARIN, SAMPLE_PASSWORD)
    karin.open("/lessons/new/")
    karin.fill(Title=TITLE)
    expect(karin.page.locator("#kept")).to_contain_text("Kept at")
    karin.page.context.clear_cookies(name=re.compile("exchange_session"))
    yield karin
    karin.page.context.close()


def sign_in_in_another_tab(karin: Person, email: str = KARIN) -> None:
    with karin.page.context.expect_page() as opened:
        karin.page.get_by_role("link", name="sign in in another tab").first.click()
    tab = opened.value
    main = tab.get_by_role("main")
    main.get_by_role("textbox", name="mail").fill(email)
    main.get_by_label("Password", exact=True).fill(SAMPLE_PASSWORD)
    main.get_by_role("button", name="Sign in").click()
    tab.wait_for_url(lambda address: "/login/" not in address)
    tab.close()


@embedded
def test_who_signs_in_again_beside_it_goes_on_typing_and_saves(karin: Person) -> None:
    karin.fill(Situation="It idled on diesel.")
    expect(karin.page.locator("#kept")).to_contain_text("you are signed out")
    karin.press("Save draft")
    expect(karin.page.locator("#kept")).to_contain_text("you are signed out")
    sign_in_in_another_tab(karin)
    karin.fill(Situation="It idled on diesel for a year.")
    expect(karin.page.locator("#kept")).to_contain_text("Kept at")
    karin.press("Save draft")
    karin.sees("Draft saved", "for a year")


@embedded
def test_saving_is_enough_after_signing_in_again(karin: Person) -> None:
    karin.fill(Situation="It idled on diesel.")
    expect(karin.page.locator("#kept")).to_contain_text("you are signed out")
    sign_in_in_another_tab(karin)
    karin.press("Save draft")
    karin.sees("Draft saved", "It idled on diesel.")


@embedded
def test_who_saves_at_once_stays_with_what_they_typed(karin: Person) -> None:
    karin.fill(Situation="It idled on diesel.")
    karin.press("Save draft")
    expect(karin.page.locator("#kept")).to_contain_text("you are signed out")
    expect(karin.page.get_by_label("Situation")).to_have_value("It idled on diesel.")


@embedded
def test_what_one_person_typed_is_not_kept_for_another(karin: Person) -> None:
    karin.fill(Situation="It idled on diesel.")
    expect(karin.page.locator("#kept")).to_contain_text("you are signed out")
    sign_in_in_another_tab(karin, "kenji@tokyo.example.org")
    karin.fill(Situation="It idled on diesel for a year.")
    expect(karin.page.locator("#kept")).to_contain_text("somebody else is signed in")


@embedded
def test_a_preview_says_that_one_is_signed_out(karin: Person) -> None:
    karin.page.get_by_role("button", name="Preview of “Situation”").click()
    shown = karin.page.locator("#preview-situation")
    expect(shown).to_have_text("You are signed out. Stay on this page, and sign in in another tab.")
    expect(karin.page.get_by_label("Title", exact=True)).to_have_value(TITLE)
