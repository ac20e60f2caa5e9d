"""An agreement's way: recorded, confirmed, worked on, met about, and printed."""

import datetime as dt
import re
import urllib.request
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from icalendar import Calendar
from playwright.sync_api import Browser

from exchange.home.sample import SAMPLE_PASSWORD
from tests.browser.people import Person
from tests.process.fixtures import embedded
from tests.process.world import World

pytestmark = pytest.mark.browser

SIV, COLE = "siv@gothenburg.example.org", "cole@losangeles.example.org"
CHIE = "chie@tokyo.example.org"
TITLE = "Zeppelin corridor Gothenburg–Los Angeles"
DAY = dt.timedelta(days=1)


class Agreement:
    """The world, the coordinators of two ports at their browsers, and what they agree."""

    def __init__(self, world: World, browser: Browser) -> None:
        self.world = world
        self.siv, self.cole, self.chie = (
            Person(browser, world.url, email, SAMPLE_PASSWORD) for email in (SIV, COLE, CHIE)
        )
        self.people = [self.siv, self.cole, self.chie]
        self.page = ""
        self.workstream = ""
        self.today = dt.datetime.now(dt.UTC).date()

    def siv_records_it_and_cole_confirms_it(self) -> None:
        siv, cole = self.siv, self.cole
        siv.menu("Agreements")
        siv.follow("Record an agreement")
        siv.fill(Title=TITLE, Other_parties="Port of Los Angeles", Signed="2026-03", Ends="2099")
        siv.press("Record it")
        siv.sees("Not confirmed by a second party yet", "March 2026")
        self.page = path(siv)
        cole.menu("Agreements")
        cole.follow(TITLE)
        cole.press("Yes, it is party")
        cole.sees("Confirmed: your organisation is party", "In force")

    def siv_plans_a_workstream_with_a_lead_and_a_milestone(self) -> None:
        siv = self.siv
        siv.open(self.page)
        siv.follow("Plan a workstream")
        siv.fill(Title="Mooring masts", Objective="One *mast* each.", Starts="2026")
        siv.press("Plan it")
        siv.sees("One mast each.")
        self.workstream = path(siv)
        siv.follow("Say who leads it for Port of Gothenburg")
        siv.fill(Function="Head of masts")
        siv.press("Save")
        siv.sees("Head of masts")
        siv.follow("Set a milestone")
        siv.fill(What="The first mast stands", Due=(self.today + DAY).isoformat())
        siv.press("Set it")
        siv.sees("The first mast stands")

    def cole_says_how_it_stands(self) -> None:
        cole = self.cole
        cole.open(self.workstream)
        cole.follow("Say how it stands")
        cole.fill(Period="2026-Q4", What_was_done="We chose a mast.", Why="The steel is late.")
        cole.choose(Health="at risk")
        cole.page.once("dialog", lambda dialog: dialog.dismiss())
        cole.page.get_by_role("link", name="Lessons").first.click(no_wait_after=True)
        assert cole.page.get_by_label("What was done").input_value() == "We chose a mast."
        cole.press("Publish the update")
        cole.sees("At risk", "The steel is late.")

    def siv_calls_a_meeting_and_it_is_held(self) -> None:
        siv = self.siv
        siv.open(self.page)
        siv.follow("Call a meeting")
        hour = f"{(self.today - DAY).isoformat()}T09:00"
        siv.fill(Title="Steering group", Day_and_hour=hour, Agenda="1. Masts")
        siv.press("Call it")
        siv.sees("America/Los_Angeles", "09:00", "00:00")
        siv.follow("Write down what it came to")
        siv.fill(Attendees="Siv\nCole", Minutes="We met.", Decisions="One mast each.")
        siv.press("Save")
        siv.sees("Held", "One mast each.")
        siv.follow("Note an action")
        siv.fill(What="Send the drawings")
        siv.press("Note it")
        siv.sees("Send the drawings")

    def the_meeting_is_a_file_for_calendars(self) -> None:
        _status, text = self.siv.fetch(f"{path(self.siv)}meeting.ics")
        [event] = Calendar.from_ical(text).walk("VEVENT")
        assert str(event["summary"]) == "Steering group"

    def cole_subscribes_to_the_calendar(self) -> None:
        cole = self.cole
        cole.open(f"{self.page}calendar/")
        cole.sees("The first mast stands")
        cole.press("Make my address")
        address = cole.page.get_by_label("Address", exact=True).input_value()
        with urllib.request.urlopen(address) as answer:
            events = Calendar.from_ical(answer.read()).walk("VEVENT")
        assert {str(event["summary"]) for event in events} >= {"Milestone: The first mast stands"}

    def siv_closes_the_milestone_on_the_board(self) -> None:
        siv = self.siv
        siv.open(f"{self.page}board/")
        siv.page.get_by_role("link", name=re.compile("^Met.*first mast")).click()
        siv.press("Yes")
        siv.sees("Met.")
        done = siv.page.get_by_role("region", name=re.compile("^Done"))
        assert "The first mast stands" in done.inner_text()
        siv.page.get_by_role("button", name=re.compile("^Drop.*drawings")).click()
        siv.sees("Dropped. It can be opened again.")

    def what_siv_typed_outlives_her_session(self) -> None:
        siv, place = self.siv, f"{self.page}edit/"
        other = siv.page.context.new_page()
        for words in ("Typed before a sign-out.", "Typed before the cookies went."):
            siv.open(place)
            siv.fill(Summary=words)
            if "sign-out" in words:
                other.goto(f"{self.world.url}/accounts/logout/")
                other.get_by_role("main").get_by_role("button", name="Sign out").click()
                other.wait_for_load_state()
            else:
                siv.page.context.clear_cookies()
            siv.press("Save")
            siv.page.wait_for_load_state()
            siv.signs_in(SAMPLE_PASSWORD)
            siv.open(place)
            siv.sees("What you typed is back in the form")
            siv.press("Save")
            siv.sees(words)
        # What was saved is not typed text any more.
        other.goto(f"{self.world.url}/accounts/logout/")
        other.get_by_role("main").get_by_role("button", name="Sign out").click()
        other.wait_for_load_state()
        siv.open(place)
        siv.signs_in(SAMPLE_PASSWORD)
        siv.open(place)
        assert "What you typed is back" not in siv.reads()
        other.close()
        [said] = siv.complaints
        assert "403 (Forbidden)" in said
        siv.complaints.clear()

    def the_workstream_shows_its_actions(self) -> None:
        siv = self.siv
        siv.open(self.workstream)
        siv.follow("Note an action")
        siv.fill(What="Order the steel")
        siv.press("Note it")
        siv.open(self.workstream)
        siv.sees("Order the steel")

    def what_cole_saved_survives_sivs_way_back(self) -> None:
        siv, cole = self.siv, self.cole
        for person, words in ((siv, "By Siv."), (cole, "By Cole, and better.")):
            person.open(f"{self.page}edit/")
            person.fill(Summary=words)
            person.press("Save")
            person.sees(words)
        siv.page.go_back()
        siv.fill(Title=f"{TITLE}, at last")
        siv.press("Save")
        siv.sees("at last", "By Cole, and better.")

    def siv_prints_the_report(self, folder: Path) -> None:
        siv = self.siv
        siv.open(self.page)
        siv.follow("Report")
        siv.sees("Milestones met", "Meetings held", "for people of Port of Gothenburg")
        printed = siv.page.pdf(path=folder / "report.pdf")
        assert printed.startswith(b"%PDF")
        link = siv.page.get_by_role("link", name="As a Word document").get_attribute("href")
        answer = siv.page.request.get(f"{self.world.url}{link}")
        words = [one.text for one in Document(BytesIO(answer.body())).paragraphs]
        assert any("The first mast stands" in text for text in words)

    def chie_sees_none_of_it(self) -> None:
        for place in (self.page, f"{self.page}report/", self.workstream, f"{self.page}board/"):
            assert self.chie.open(place).status == 404

    def no_browser_complained(self) -> None:
        for person in self.people:
            assert person.complaints == []


def path(person: Person) -> str:
    """Return where a person is, without the exchange's address."""
    return re.sub(r"^https?://[^/]+|\?.*$", "", person.page.url)


@embedded
def test_an_agreement_from_record_to_report(
    sample_world: World, browser: Browser, tmp_path: Path
) -> None:
    sample_world.start()
    story = Agreement(sample_world, browser)
    story.siv_records_it_and_cole_confirms_it()
    story.siv_plans_a_workstream_with_a_lead_and_a_milestone()
    story.cole_says_how_it_stands()
    story.siv_calls_a_meeting_and_it_is_held()
    story.the_meeting_is_a_file_for_calendars()
    story.cole_subscribes_to_the_calendar()
    story.siv_closes_the_milestone_on_the_board()
    story.the_workstream_shows_its_actions()
    story.what_cole_saved_survives_sivs_way_back()
    story.what_siv_typed_outlives_her_session()
    story.siv_prints_the_report(tmp_path)
    story.chie_sees_none_of_it()
    story.no_browser_complained()
