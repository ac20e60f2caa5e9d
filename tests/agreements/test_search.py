"""What the search finds of the work under an agreement, where it leads, and for whom."""

import re

import pytest
import time_machine

from exchange.agreements import actions
from tests.agreements.factories import ask, make_agreement
from tests.agreements.work import action, milestone, plan, report
from tests.cast import Cast, Port, eyes
from tests.search.pages import page, settle

HIT = re.compile(r'<article.*?<a href="([^"]+)"', re.DOTALL)


def found(port: Port, words: str) -> list[str]:
    """Return where the hits lead."""
    return HIT.findall(page(port.reader, f"q={words}").decode())


def test_a_milestone_is_found_at_its_place_by_its_parties_alone(cast: Cast) -> None:
    set_one = milestone(cast, title="Tariff tables compared")
    settle()
    assert found(cast.los_angeles, "tariff+tables") == [set_one.get_absolute_url()]
    assert found(cast.tokyo, "tariff+tables") == []


def test_an_action_is_found_on_the_board(cast: Cast) -> None:
    noted = action(cast, text={"title": "Send the tariff tables"})
    settle()
    assert found(cast.los_angeles, "tariff") == [noted.get_absolute_url()]
    assert found(cast.tokyo, "tariff") == []


def test_its_date_tells_nobody_when_its_parties_did_something(cast: Cast) -> None:
    with time_machine.travel("2026-06-01T12:00Z", tick=False):
        agreement = make_agreement(cast, audience=cast.public)
    with time_machine.travel("2026-11-20T12:00Z", tick=False):
        ask(agreement, cast.tokyo, cast.gothenburg)
        settle()
    text = page(None, "q=practice").decode()
    assert ("1 June 2026" in text, "20 November 2026" in text) == (True, False)


def test_a_milestone_is_not_found_by_the_title_of_its_workstream(cast: Cast) -> None:
    workstream = plan(cast, title="Mooring masts")
    milestone(cast, workstream)
    settle()
    assert found(cast.los_angeles, "mooring") == [workstream.get_absolute_url()]


@pytest.mark.parametrize("part", ["done", "next", "help_wanted"])
def test_what_an_update_says_finds_its_workstream(cast: Cast, part: str) -> None:
    workstream = plan(cast)
    report(cast, workstream, **{"done": "We met.", part: "Bollards were painted."})
    settle()
    assert found(cast.los_angeles, "bollards") == [workstream.get_absolute_url()]
    assert found(cast.tokyo, "bollards") == []


def test_what_was_corrected_is_no_longer_found(cast: Cast) -> None:
    update = report(cast, plan(cast), done="Bollards were painted.")
    settle()
    siv = eyes(cast.gothenburg.coordinator)
    actions.correct_update(actor=siv, update=update, lock=1, text={"done": "Masts were painted."})
    settle()
    assert (found(cast.los_angeles, "bollards"), len(found(cast.los_angeles, "masts"))) == ([], 1)


def test_a_misspelt_title_is_offered_as_it_is_written(cast: Cast) -> None:
    action(cast, text={"title": "Send the tariff tables"})
    settle()
    assert "tariff" in page(cast.los_angeles.reader, "q=tarriff").decode()
    assert "q=tariff" not in page(cast.tokyo.reader, "q=tarriff").decode()
