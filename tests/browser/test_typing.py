"""Nothing typed is lost when the session ends while somebody writes."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from exchange.home.sample import SAMPLE_PASSWORD
from tests.browser.people import Person
from tests.process.fixtures import embedded
from tests.process.world import World

pytestmark = pytest.mark.browser

KARIN = "karin@gothenburg.example.org"
TITLE = "Moor the airship where the power is"


@pytest.fixture
def writing(sample_world: World, browser: Browser) -> Iterator[Person]:
    """Karin, signed in, with a form open in which she has typed a title."""
    sample_world.start("web")
    karin = Person(browser, sample_world.url, KARIN, SAMPLE_PASSWORD)
    karin.open("/lessons/new/")
    karin.fill(Title=TITLE)
    is_told(karin, "Kept at")
    yield karin
    karin.page.context.close()


@pytest.fixture
def karin(writing: Person) -> Person:
    """Karin at the same form, signed out by now."""
    writing.page.context.clear_cookies(name=re.compile("exchange_session"))
    return writing


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


def is_told(person: Person, words: str) -> None:
    """Wait until the line below the form says so."""
    expect(person.page.locator("#kept")).to_contain_text(words)


def comes_back_and_saves(person: Person) -> None:
    sign_in_in_another_tab(person)
    person.fill(Situation="It idled on diesel for a year.")
    is_told(person, "Kept at")
    person.press("Save draft")
    person.sees("Draft saved", "for a year")


@embedded
def test_who_signs_in_again_beside_it_goes_on_typing_and_saves(karin: Person) -> None:
    karin.fill(Situation="It idled on diesel.")
    is_told(karin, "you are signed out")
    karin.press("Save draft")
    is_told(karin, "you are signed out")
    comes_back_and_saves(karin)


@embedded
def test_on_a_phone_it_is_in_sight_that_nothing_is_kept(karin: Person) -> None:
    karin.page.set_viewport_size({"width": 390, "height": 844})
    field = karin.page.get_by_label("Situation")
    field.press_sequentially("It idled on diesel.")
    is_told(karin, "you are signed out")
    expect(karin.page.locator("#kept")).to_be_in_viewport()
    karin.page.get_by_label("Title", exact=True).focus()
    expect(karin.page.locator("#kept")).to_be_in_viewport()


@embedded
def test_going_back_after_saving_begins_another_lesson_with_nothing_in_it(writing: Person) -> None:
    writing.press("Save draft")
    writing.sees("Draft saved")
    writing.page.go_back()
    expect(writing.page.get_by_label("Title", exact=True)).to_have_value("")


@embedded
def test_saving_is_enough_after_signing_in_again(karin: Person) -> None:
    karin.fill(Situation="It idled on diesel.")
    is_told(karin, "you are signed out")
    sign_in_in_another_tab(karin)
    karin.press("Save draft")
    karin.sees("Draft saved", "It idled on diesel.")


@embedded
def test_who_saves_at_once_stays_with_what_they_typed(karin: Person) -> None:
    karin.fill(Situation="It idled on diesel.")
    karin.press("Save draft")
    is_told(karin, "you are signed out")
    expect(karin.page.get_by_label("Situation")).to_have_value("It idled on diesel.")


@embedded
def test_what_one_person_typed_is_not_kept_for_another(karin: Person) -> None:
    karin.fill(Situation="It idled on diesel.")
    is_told(karin, "you are signed out")
    sign_in_in_another_tab(karin, "kenji@tokyo.example.org")
    karin.fill(Situation="It idled on diesel for a year.")
    is_told(karin, "somebody else is signed in")


@embedded
def test_a_preview_says_that_one_is_signed_out(karin: Person) -> None:
    karin.page.get_by_role("button", name="Preview of “Situation”").click()
    shown = karin.page.locator("#preview-situation")
    expect(shown).to_have_text("You are signed out. Stay on this page, and sign in in another tab.")
    expect(karin.page.get_by_label("Title", exact=True)).to_have_value(TITLE)


@embedded
def test_who_goes_on_where_it_was_saved_in_another_tab_makes_another_lesson(
    writing: Person,
) -> None:
    tab = writing.page.context.new_page()
    tab.goto(writing.page.url)
    tab.get_by_role("button", name="Save draft").click()
    tab.wait_for_url(re.compile(r"/lessons/[0-9a-f-]{36}/$"))
    tab.close()
    writing.fill(Situation="It idled on diesel.")
    is_told(writing, "saved before")
    is_told(writing, "Kept at")
    writing.press("Save draft")
    writing.sees("Draft saved", "It idled on diesel.")


@embedded
def test_what_was_discarded_in_another_tab_is_kept_after_signing_in_again(writing: Person) -> None:
    """The page's own address answers 404 by then."""
    key = writing.page.locator("#lesson-form [name=nonce]").input_value()
    writing.open(f"/lessons/new/{key}/")
    tab = writing.page.context.new_page()
    tab.goto(writing.page.url)
    tab.get_by_text("Discard it").click()
    tab.get_by_role("button", name="Discard for good").click()
    tab.wait_for_url(re.compile(r"/lessons/new/$"))
    tab.close()
    writing.page.context.clear_cookies(name=re.compile("exchange_session"))
    writing.fill(Situation="It idled on diesel.")
    is_told(writing, "you are signed out")
    comes_back_and_saves(writing)


@embedded
@pytest.mark.parametrize(
    ("status", "words"),
    [(413, "more than we take at once"), (503, "the server is in trouble"), (0, "no connection")],
)
def test_the_page_says_what_keeps_the_text_from_being_kept(
    writing: Person, status: int, words: str
) -> None:
    buffers = "**/lessons/buffer/**"
    writing.page.route(
        buffers, lambda route: route.fulfill(status=status) if status else route.abort()
    )
    writing.fill(Situation="It idled on diesel.")
    is_told(writing, words)
    writing.page.unroute(buffers)
    writing.fill(Situation="It idled on diesel for a year.")
    is_told(writing, "Kept at")


@embedded
def test_texts_go_one_after_the_other_and_the_last_one_wins(writing: Person) -> None:
    held: list[Route] = []
    let_go: list[bool] = []

    def hold_the_first(route: Route) -> None:
        held.append(route)
        if let_go:
            route.continue_()

    writing.page.route("**/lessons/buffer/**", hold_the_first)
    with writing.page.expect_request("**/lessons/buffer/**"):
        writing.fill(Situation="First.")
    writing.fill(Situation="Second.")
    for _time in range(2):
        writing.page.evaluate("dispatchEvent(new Event('focus'))")
    writing.press("Save draft")
    assert len(held) == 1
    let_go.append(True)
    held[0].continue_()
    writing.sees("Draft saved", "Second.")
    assert [("Second." in (route.request.post_data or "")) for route in held] == [False, True]


@embedded
def test_what_is_pasted_beyond_the_limit_is_counted_not_cut(writing: Person) -> None:
    writing.fill(Situation="x" * 20_001)
    expect(writing.page.locator("#id_situation ~ .count")).to_have_text("20001 / 20000")
    writing.press("Save draft")
    writing.sees("Shorten this to 20000 characters; it has 20001.")
    expect(writing.page.get_by_label("Situation")).to_have_value("x" * 20_001)


@embedded
def test_what_is_wrong_is_in_sight_for_who_came_to_another_field(writing: Person) -> None:
    writing.press("Save draft")
    writing.follow("Maturity")
    writing.fill(Start="soon")
    writing.press("Save draft")
    told = writing.page.get_by_role("alert")
    expect(told).to_contain_text("Nothing was saved yet")
    expect(told).to_be_focused()
    expect(told).to_be_in_viewport()
