"""A party that leaves loses an agreement's own in every channel at once; one that joins gains it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from exchange.activity.sequencer import place_events
from exchange.agreements import actions
from exchange.agreements.models import Agreement
from exchange.common import time
from exchange.digests import actions as digests
from exchange.digests import sending
from exchange.digests.feeds.actions import make_feed_address
from exchange.search.engines import chosen_engine
from tests.agreements.factories import ask, confirm, leave, make_agreement
from tests.agreements.work import HOUR, action, meeting, milestone, plan, report
from tests.api.program import Program
from tests.architecture.routes import CANARY
from tests.cast import Cast, Port, eyes
from tests.lessons.factories import make_lesson
from tests.lessons.pages import browser
from tests.search.pages import page as search_page
from tests.search.pages import settle

Told = Callable[[Port], str]


@pytest.fixture
def index(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """The exchange searches with an index of the test's own."""
    settings.SEARCH_ENGINE = "whoosh"
    settings.SEARCH_FOLDER = tmp_path / "search"
    chosen_engine.cache_clear()
    yield settings.SEARCH_FOLDER
    chosen_engine.cache_clear()


def world(cast: Cast) -> Agreement:
    """An agreement of Gothenburg and Los Angeles with one of everything, each with the canary."""
    agreement = make_agreement(cast, canary=True)
    workstream = plan(cast, agreement, canary=True)
    report(cast, workstream, done=CANARY)
    milestone(cast, workstream, canary=True, due=time.now().date())
    action(cast, agreement, canary=True)
    meeting(cast, agreement, canary=True, starts_at=time.now() + HOUR)
    make_lesson(cast.gothenburg, audience=agreement.home_audience, canary=True)
    place_events()
    return agreement


def on_pages(port: Port) -> str:
    client = browser(port.coordinator)
    return "".join(
        client.get(path).content.decode()
        for path in ("/", "/news/", "/agreements/", "/calendar/", "/lessons/", "/lessons/waiting/")
    )


def in_search(port: Port) -> str:
    settle()
    found = search_page(port.coordinator, f"q={CANARY}").decode()
    # What was asked for stands on the page in any case.
    hits = " ".join(re.findall(r"<article.*?</article>", found, re.DOTALL))
    return re.sub(r"</?mark>", "", hits)


def in_the_feed(port: Port) -> str:
    token = make_feed_address(actor=eyes(port.coordinator))
    return Client().get(f"/news/{token}.atom").content.decode()


def in_the_calendar(port: Port) -> str:
    token = actions.make_calendar_address(actor=eyes(port.coordinator))
    return Client().get(f"/calendars/{token}.ics").content.decode().replace("\r\n ", "")


def by_the_api(port: Port) -> str:
    program = Program(port)
    kinds = ("agreements", "workstreams", "milestones", "actions", "meetings", "updates", "lessons")
    return "".join(program.get(f"/api/v1/{kind}").content.decode() for kind in kinds)


def in_a_digest(port: Port) -> str:
    viewer = eyes(port.coordinator)
    digests.subscribe(actor=viewer, cadence="weekly", weekday=1, hour=8)
    digests.send_now(actor=viewer)
    sending.send_waiting()
    letters = [str(letter.message()) for letter in mail.outbox]
    mail.outbox.clear()
    return "".join(letters)


CHANNELS = [on_pages, in_search, in_the_feed, in_the_calendar, by_the_api, in_a_digest]


EVERY = pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.__name__)
# What stands in the agreement and under it; its title who left or is asked may know.
INSIDE = (
    "Shore power",
    "Ten plugs",
    "Send the drawings",
    "Steering group",
    "best practice",
    "Agree the plug",
)


def inside(told: str) -> list[str]:
    """Return what of the agreement's inside is told."""
    return [words for words in INSIDE if f"{CANARY} {words}" in told]


@EVERY
def test_who_leaves_loses_it_at_once(cast: Cast, index: Path, channel: Told) -> None:
    agreement = world(cast)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    place_events()
    assert inside(channel(cast.tokyo))
    leave(agreement, cast.tokyo)
    place_events()
    assert inside(channel(cast.tokyo)) == []


@pytest.mark.parametrize("channel", [on_pages, in_the_feed, in_a_digest])
def test_a_milestone_that_is_open_again_is_no_news(cast: Cast, channel: Told) -> None:
    set_one, siv = milestone(cast, title="Zq plugs"), eyes(cast.gothenburg.coordinator)
    actions.finish_task(actor=siv, task=set_one)
    place_events()
    assert "Zq plugs" in channel(cast.los_angeles)
    actions.reopen_task(actor=siv, task=set_one)
    place_events()
    assert "Zq plugs" not in channel(cast.los_angeles)


@EVERY
def test_who_joins_gains_it_at_once(cast: Cast, index: Path, channel: Told) -> None:
    agreement = world(cast)
    assert CANARY not in channel(cast.tokyo)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    place_events()
    assert inside(channel(cast.tokyo))


@EVERY
def test_who_is_asked_hears_of_the_question_and_of_nothing_in_it(
    cast: Cast, index: Path, channel: Told
) -> None:
    ask(world(cast), cast.tokyo, cast.gothenburg)
    place_events()
    assert inside(channel(cast.tokyo)) == []
