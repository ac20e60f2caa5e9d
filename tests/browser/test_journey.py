"""One lesson's way: written, sent back, mended, published, found, mailed, read by a program, hidden, shared."""

import json
import re
import time
import urllib.request
from email.message import EmailMessage
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, expect

from exchange.home.sample import SAMPLE_PASSWORD
from tests.browser.people import Person
from tests.process import steps
from tests.process.fixtures import embedded
from tests.process.world import World, wait_for

pytestmark = pytest.mark.browser

KARIN, ROLF = "karin@gothenburg.example.org", "rolf@gothenburg.example.org"
CARLA, COLE = "carla@losangeles.example.org", "cole@losangeles.example.org"
KENJI, CHIE = "kenji@tokyo.example.org", "chie@tokyo.example.org"
TITLE = "Give the zeppelin mooring its own shore power"
WORD = "zeppelin"
REASON = "Please say which voltage you mean: 6.6 or 11 kV."
AGREEMENT = "Los Angeles–Gothenburg agreement"
USLAX, JPTYO = "Port of Los Angeles", "Port of Tokyo"
HOUR = 3600


class Journey:
    """The world, its people at their browsers, and the lesson that they hand on."""

    def __init__(self, world: World, browser: Browser) -> None:
        self.world = world
        self.karin, self.rolf, self.carla, self.cole, self.kenji, self.chie = (
            Person(browser, world.url, email, SAMPLE_PASSWORD)
            for email in (KARIN, ROLF, CARLA, COLE, KENJI, CHIE)
        )
        self.people = [self.karin, self.rolf, self.carla, self.cole, self.kenji, self.chie]
        self.lesson = ""
        self.tokyos_token = ""

    @property
    def pk(self) -> str:
        return self.lesson.strip("/").rpartition("/")[2]

    # --- written

    def karin_writes_and_what_she_typed_is_kept(self) -> None:
        karin, page = self.karin, self.karin.page
        karin.follow("Write a lesson")
        karin.fill(Title=TITLE, Situation="The airship **idled** on diesel.")
        expect(page.locator("#kept")).not_to_be_empty()
        page.reload()
        expect(page.get_by_label("Title", exact=True)).to_have_value(TITLE)
        page.get_by_role("button", name="Preview of “Situation”").click()
        expect(page.locator("#preview-situation strong")).to_have_text("idled")

    def karin_fills_in_the_rest_and_sends_it_to_review(self) -> None:
        karin = self.karin
        karin.fill(
            Summary="A mooring mast with its own cable spares a season of diesel.",
            Ports="SEGOT",
            Start="2023",
            What_we_did="We laid a cable to the mast.",
            The_lesson="Power belongs where the ship waits.",
            Recommendations="Port: lay the cable before the first season.",
            Advice_for_other_ports="Copy the cable, adapt the plug.",
            What_it_needs_to_work="none known",
            Evidence_of_effect="not measured yet",
            Contact="lessons@gothenburg.example.org",
        )
        karin.choose(Kind="good practice", Language="English")
        karin.page.get_by_label("Evidence level", exact=True).select_option(index=1)
        karin.page.get_by_label("Maturity", exact=True).select_option(index=1)
        karin.page.get_by_text("Energy and fuels").click()
        karin.tick("Shore power", "Parties of the agreements chosen below", AGREEMENT)
        karin.press("Save and send to review")
        karin.sees("Sent to review")
        self.lesson = re.sub(r"^https?://[^/]+|\?.*$", "", karin.page.url)

    # --- reviewed

    def rolf_sends_it_back_with_a_reason(self) -> None:
        rolf = self.rolf
        rolf.menu("Waits for me")
        rolf.follow(TITLE)
        rolf.tick("Request changes")
        rolf.fill(Reason=REASON)
        rolf.press("Decide")
        rolf.sees("Changes requested: who wrote or coordinates it has your reason.")

    def karin_is_mailed_the_reason(self) -> None:
        (content,) = wait_for(
            lambda: [text for text in map(plain, self.world.mail.to(KARIN)) if REASON in text],
            what="the mail with the reason",
        )
        assert self.pk in content

    def karin_mends_it_and_sends_it_again(self) -> None:
        karin = self.karin
        karin.open(self.lesson)
        karin.sees(REASON)
        karin.follow("Edit")
        karin.fill(What_we_did="We laid a cable of 11 kV to the mast.")
        karin.press("Save and send to review")
        karin.sees("Sent to review")

    def rolf_sees_who_will_read_it_and_publishes(self) -> None:
        rolf = self.rolf
        rolf.menu("Waits for me")
        rolf.follow(TITLE)
        rolf.tick("Approve")
        rolf.press("Decide")
        rolf.sees("Approved. Publish it")
        rolf.open(f"{self.lesson}publish/")
        readers = rolf.page.get_by_role("main").locator(".readers li").all_inner_texts()
        assert readers == ["Port of Gothenburg", "Port of Los Angeles"]
        rolf.press("Publish for your own organisation and 1 other")
        rolf.sees("Published: its readers have it now")

    # --- found

    def carla_finds_it_within_5_seconds(self) -> None:
        published = time.monotonic()
        carla, marks = self.carla, self.carla.page.locator("main article mark")
        while True:
            carla.open(f"/search/?q={WORD}")
            if marks.count():
                break
            assert time.monotonic() - published < 5, "not found within 5 s"
        assert marks.first.inner_text().lower() == WORD
        carla.follow(TITLE)
        carla.sees("11 kV")

    def a_program_of_los_angeles_reads_it(self) -> None:
        status, answer = call(
            f"{self.world.url}/api/v1/lessons/{self.pk}", token_of(self.cole, USLAX)
        )
        assert status == 200
        assert answer["title"] == TITLE

    # --- mailed

    def everybody_has_a_mail_on_monday_at_8(self) -> None:
        for person in (self.carla, self.kenji):
            person.open("/digests/")
            person.tick("every week")
            person.choose(Day="Monday", Hour="08:00")
            person.press("Start these mails")
            person.sees("Saved.")

    def carlas_mail_comes_at_her_hour(self) -> EmailMessage:
        world = self.world
        due = world.do(steps.seconds_until_due, email=CARLA)
        world.move_clock(due - HOUR)
        self.kenjis_mail_is_not_needed()
        assert not digests(world, CARLA)
        world.move_clock(HOUR)
        (letter,) = wait_for(lambda: digests(world, CARLA), 60, "the digest")
        assert TITLE in plain(letter)
        assert TITLE in html(letter)
        return letter

    def carlas_mail_fits_a_phone(self, letter: EmailMessage) -> None:
        phone = self.carla.page.context.new_page()
        phone.set_viewport_size({"width": 320, "height": 640})
        phone.set_content(html(letter))
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320
        phone.close()

    def unsubscribing_takes_one_bare_post(self, letter: EmailMessage) -> None:
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = letter["List-Unsubscribe"].strip("<>")
        for body in (None, b"List-Unsubscribe=One-Click"):
            assert self.world.do(steps.is_subscribed, email=CARLA)
            with urllib.request.urlopen(address, data=body, timeout=10) as answer:
                assert answer.status == 200
        assert not self.world.do(steps.is_subscribed, email=CARLA)

    # --- hidden, then shared

    def what_kenji_gets(self) -> dict[str, Any]:
        """Return what the outsider is shown by every channel but the lesson's own addresses."""
        kenji = self.kenji
        shown: dict[str, Any] = {}
        # The empty search page last: it lists what he has searched for himself.
        searches = (f"/search/?q={WORD}", "/search/?q=shore+power", "/search/")
        for path in ("/", "/news/", "/lessons/", *searches):
            kenji.open(path)
            # The start page fetches the news.
            kenji.page.wait_for_load_state("networkidle")
            shown[path] = kenji.reads()
        for path in (f"/search/suggest/?q={WORD[:4]}", "/search/suggest/?q=give"):
            shown[path] = kenji.fetch(path)
        for path in ("lessons", f"search?q={WORD}", "search?q=shore+power"):
            shown[path] = call(f"{self.world.url}/api/v1/{path}", self.tokyos_token)
        assert "See what is new for me" not in shown["/"]
        return shown

    def tokyo_gets_404(self) -> None:
        assert self.kenji.open(self.lesson).status == 404
        assert WORD not in self.kenji.page.content().lower()
        status, answer = call(f"{self.world.url}/api/v1/lessons/{self.pk}", self.tokyos_token)
        assert status == 404
        assert WORD not in json.dumps(answer).lower()

    def kenjis_mail_is_not_needed(self) -> None:
        """Monday comes earlier in Tokyo: nothing is new for Kenji, and he gets no mail."""
        states = wait_for(
            lambda: closed_digests(self.world, KENJI), what="Kenji's digest to be done"
        )
        assert states == ["empty"]
        assert not digests(self.world, KENJI)

    def rolf_shares_it_with_all_partners(self) -> None:
        rolf = self.rolf
        rolf.open(self.lesson)
        rolf.follow("Change who reads it")
        rolf.tick("All partners")
        rolf.press("Show who would read it")
        rolf.sees("Port of Tokyo")
        rolf.press("Change it")
        rolf.sees("Changed whom this lesson is for")

    def kenji_finds_it(self) -> None:
        def found() -> bool:
            self.kenji.open(f"/search/?q={WORD}")
            return self.kenji.page.locator("main article mark").count() > 0

        wait_for(found, 10, "Tokyo to find the lesson")
        assert self.kenji.open(self.lesson).status == 200
        status, _answer = call(f"{self.world.url}/api/v1/lessons/{self.pk}", self.tokyos_token)
        assert status == 200


def token_of(coordinator: Person, organisation: str) -> str:
    """Let a coordinator make a token on the page of their organisation."""
    coordinator.open("/organisations/?part=partner")
    coordinator.follow(organisation)
    coordinator.follow("API clients")
    coordinator.fill(Name_of_the_program="Intranet")
    coordinator.press("Make a token")
    token = coordinator.page.get_by_label("Token", exact=True).input_value()
    coordinator.follow("Done")
    assert token not in coordinator.page.content()
    return token


def call(address: str, token: str) -> tuple[int, Any]:
    """Ask the API with a token; return the status and what the JSON says."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def digests(world: World, address: str) -> list[EmailMessage]:
    return [letter for letter in world.mail.to(address) if letter["List-Unsubscribe"]]


def closed_digests(world: World, address: str) -> list[str]:
    """Return the states of a person's digests that are no longer under way."""
    mails = world.do(steps.mails, kind="digest")
    open_states = {"planned", "claimed", "sending"}
    return [state for to, state in mails if to == address and state not in open_states]


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return body.get_content() if body else ""


def html(letter: EmailMessage) -> str:
    body = letter.get_body(("html",))
    return body.get_content() if body else ""


@embedded
def test_the_journey_of_a_lesson(sample_world: World, browser: Browser) -> None:
    sample_world.begin_on_wednesday()
    sample_world.start()
    journey = Journey(sample_world, browser)
    journey.tokyos_token = token_of(journey.chie, JPTYO)
    journey.everybody_has_a_mail_on_monday_at_8()
    before = journey.what_kenji_gets()

    journey.karin_writes_and_what_she_typed_is_kept()
    journey.karin_fills_in_the_rest_and_sends_it_to_review()
    journey.rolf_sends_it_back_with_a_reason()
    journey.karin_is_mailed_the_reason()
    journey.karin_mends_it_and_sends_it_again()
    journey.rolf_sees_who_will_read_it_and_publishes()
    journey.carla_finds_it_within_5_seconds()
    journey.a_program_of_los_angeles_reads_it()

    journey.tokyo_gets_404()
    assert journey.what_kenji_gets() == before

    letter = journey.carlas_mail_comes_at_her_hour()
    journey.carlas_mail_fits_a_phone(letter)
    journey.unsubscribing_takes_one_bare_post(letter)
    journey.tokyo_gets_404()

    journey.rolf_shares_it_with_all_partners()
    journey.kenji_finds_it()
    assert journey.what_kenji_gets() != before
    assert [complaint for person in journey.people for complaint in person.complaints] == []
