"""What the search finds of KPIs, and for whom."""

import re
from typing import Any

import pytest

from exchange.accounts.models import User
from exchange.kpis import actions
from exchange.kpis.models import Definition, Series
from exchange.partners.actions import change_organisation
from exchange.partners.models import Organisation
from exchange.search.service import SearchQuery, search
from tests.cast import Cast, eyes
from tests.kpis.factories import (
    OPERATOR,
    again,
    definition,
    indicator,
    make_series,
    submitted,
)
from tests.search.conftest import index, no_catalogue
from tests.search.pages import page, settle

__all__ = ["index", "no_catalogue"]

HIT = re.compile(r'<article.*?<a href="([^"]+)"', re.DOTALL)


@pytest.fixture(autouse=True)
def indexed(index: Any) -> None:
    """Everything is found by the index, but for the catalogue that comes with the release."""


def found(person: User | None, words: str) -> list[str]:
    """Return where the hits lead, of a search when the index has caught up."""
    settle()
    return HIT.findall(page(person, f"q={words}").decode())


def propose(cast: Cast, **text: Any) -> Any:
    """Have the coordinator of Los Angeles propose an indicator."""
    return actions.propose_indicator(
        actor=eyes(cast.los_angeles.coordinator),
        organisation=cast.los_angeles.organisation,
        code="quay_plugs",
        topic="energy",
        text=definition(**text),
    )


@pytest.fixture
def plugs(cast: Cast) -> Any:
    """An indicator of the catalogue."""
    proposed = propose(cast, inclusions="Bollards.")
    accepted = Definition.objects.get(indicator=proposed)
    return actions.accept_proposal(actor=OPERATOR, definition=accepted)


@pytest.mark.parametrize(
    "words", ["shore+power", "quay_plugs", "quay", "how+many+berths", "bollard", "energy", "plugs"]
)
def test_an_indicator_is_found_by_what_it_is_and_how_it_is_called(plugs: Any, words: str) -> None:
    assert found(None, words) == [plugs.get_absolute_url()]


def test_a_new_definition_takes_the_place_of_the_old(plugs: Any) -> None:
    actions.revise_indicator(
        actor=OPERATOR, indicator=plugs, lock=plugs.lock, text=definition(inclusions="Masts.")
    )
    assert (found(None, "bollards"), len(found(None, "masts"))) == ([], 1)


def test_a_proposed_indicator_is_found_at_its_home_alone(cast: Cast) -> None:
    proposed = propose(cast)
    assert found(cast.los_angeles.reader, "quay") == [proposed.get_absolute_url()]
    assert found(cast.gothenburg.coordinator, "quay") == []


def test_a_proposed_indicator_changes_no_count_of_others(cast: Cast) -> None:
    propose(cast)
    settle()
    result = search(eyes(cast.gothenburg.coordinator), SearchQuery(text="quay"))
    assert not any(result.facets.values())


def test_an_accepted_proposal_is_found_by_everybody(cast: Cast) -> None:
    proposed = propose(cast)
    found(None, "quay")
    actions.accept_proposal(actor=OPERATOR, definition=Definition.objects.get(indicator=proposed))
    assert found(None, "quay") == [proposed.get_absolute_url()]


def test_a_proposed_version_changes_nothing_that_is_found(cast: Cast, plugs: Any) -> None:
    actions.propose_version(
        actor=eyes(cast.los_angeles.coordinator),
        organisation=cast.los_angeles.organisation,
        indicator=plugs,
        text=definition(inclusions="Masts."),
    )
    assert found(cast.los_angeles.coordinator, "masts") == []
    assert len(found(cast.los_angeles.coordinator, "bollards")) == 1


@pytest.fixture
def reported(cast: Cast, plugs: Any) -> Series:
    """A series of Gothenburg that the agreement's parties see."""
    return make_series(cast, code="quay_plugs", local_note="We count at Masthugget.")


@pytest.mark.parametrize("words", ["masthugget", "gothenburg", '"berths,+port"'])
def test_a_series_is_found_by_whose_it_is_and_how_it_is_measured(
    cast: Cast, reported: Series, words: str
) -> None:
    assert found(cast.los_angeles.reader, words) == [reported.get_absolute_url()]
    assert found(cast.tokyo.reader, words) == []


def test_a_series_that_is_open_to_more_is_found_by_them(cast: Cast, reported: Series) -> None:
    assert found(None, "masthugget") == []
    actions.share_series(
        actor=eyes(cast.gothenburg.reviewer), series=reported, lock=1, audience=cast.public
    )
    assert found(None, "masthugget") == [reported.get_absolute_url()]


def test_a_series_that_is_open_to_fewer_is_gone_before_the_index_is_told(
    cast: Cast, reported: Series
) -> None:
    assert found(cast.los_angeles.reader, "masthugget")
    home = cast.gothenburg.organisation.home_audience
    assert home
    actions.share_series(
        actor=eyes(cast.gothenburg.reviewer), series=reported, lock=1, audience=home
    )
    assert b"<article" not in page(cast.los_angeles.reader, "q=masthugget")


def test_a_series_that_is_measured_otherwise_is_found_by_the_new_words(
    cast: Cast, reported: Series
) -> None:
    actions.revise_series(
        actor=eyes(cast.gothenburg.reviewer),
        series=reported,
        lock=1,
        text={"local_note": "We count at Skandia."},
    )
    reader = cast.los_angeles.reader
    assert (found(reader, "masthugget"), len(found(reader, "skandia"))) == ([], 1)


def test_a_closed_series_is_marked(cast: Cast, reported: Series) -> None:
    actions.close_series(actor=eyes(cast.gothenburg.reviewer), series=reported, lock=1)
    settle()
    assert "Closed" in page(cast.los_angeles.reader, "q=masthugget").decode()


def test_what_an_organisation_changes_of_itself_has_its_series_read_again(
    cast: Cast, reported: Series
) -> None:
    organisation = cast.gothenburg.organisation
    found(cast.los_angeles.reader, "gothenburg")
    Organisation.objects.filter(pk=organisation.pk).update(name="Älvstranden")
    change_organisation(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=organisation,
        lock=organisation.lock,
        about="We have another name.",
        website="",
        timezone="Europe/Stockholm",
        mailbox="",
    )
    assert found(cast.los_angeles.reader, "alvstranden") == [reported.get_absolute_url()]


def test_what_waits_for_a_reviewer_does_not_touch_the_date_that_is_found(
    cast: Cast, reported: Series
) -> None:
    settle()
    before = page(cast.los_angeles.reader, "q=masthugget")
    submitted(cast.gothenburg, again(reported), {"2024-01": "5"})
    settle()
    assert page(cast.los_angeles.reader, "q=masthugget") == before


def test_names_are_offered_while_somebody_types_and_misspells(cast: Cast) -> None:
    propose(cast, name="Bollards painted")
    settle()
    assert "q=bollards" in page(cast.los_angeles.reader, "q=bolards").decode()
    assert "q=bollards" not in page(cast.tokyo.reader, "q=bolards").decode()


def test_both_kinds_are_filters(cast: Cast, reported: Series) -> None:
    settle()
    shown = page(cast.los_angeles.reader, "q=plugs").decode()
    assert "kind=indicator" in shown
    assert "kind=series" in shown
    assert indicator("quay_plugs").get_absolute_url() in shown
