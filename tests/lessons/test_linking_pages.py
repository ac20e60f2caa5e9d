"""The pages that show to which workstreams a lesson belongs, and the choice itself."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exchange.agreements.models import Agreement, Workstream
from exchange.common.ids import uuid7
from exchange.common.providers import panels_for
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, WorkstreamLink
from tests.agreements.factories import leave, make_agreement
from tests.cast import Cast, anonymous, eyes
from tests.lessons.factories import act, make_lesson
from tests.lessons.links import link, make_workstream
from tests.lessons.pages import browser, page


@pytest.fixture
def agreement(cast: Cast) -> Agreement:
    """The agreement of Gothenburg and Los Angeles, which everybody may know of."""
    return make_agreement(cast, audience=cast.public, text={"title": "The clean berth pact"})


@pytest.fixture
def workstream(agreement: Agreement) -> Workstream:
    return make_workstream(agreement, "Plugs at every berth")


@pytest.fixture
def lesson(cast: Cast) -> Lesson:
    """A lesson of Gothenburg that everybody reads."""
    return make_lesson(cast, audience=cast.public)


@pytest.fixture
def karin(cast: Cast) -> Client:
    """The browser of somebody who writes for Gothenburg."""
    return browser(cast.gothenburg.contributor)


def form_page(lesson: Lesson) -> str:
    return f"/lessons/{lesson.pk}/workstreams/"


def body(*chosen: Workstream, shown: tuple[Workstream, ...] = ()) -> dict[str, Any]:
    """Return what the form sends."""
    return {
        "nonce": str(uuid7()),
        "workstreams": [str(one.pk) for one in chosen],
        "shown": [str(one.pk) for one in shown],
    }


def linked() -> list[Workstream]:
    return [row.workstream for row in WorkstreamLink.objects.order_by("pk")]


# --- the choice


def test_the_form_offers_the_workstreams_of_ones_agreements(
    cast: Cast, karin: Client, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    text = page(karin.get(form_page(lesson)))
    assert "The clean berth pact" in text
    assert re.search(rf'value="{workstream.pk}"[^>]*checked', text)


def test_ticking_links_and_says_so(karin: Client, lesson: Lesson, workstream: Workstream) -> None:
    answer = karin.post(form_page(lesson), body(workstream), follow=True)
    assert linked() == [workstream]
    assert "Changed to which workstreams" in page(answer)


def test_taking_a_tick_away_unlinks(
    cast: Cast, karin: Client, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    karin.post(form_page(lesson), body(shown=(workstream,)))
    assert linked() == []


def test_what_a_colleague_ticked_meanwhile_stays(
    cast: Cast, karin: Client, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, rail := make_workstream(agreement, "Rail"))
    karin.post(form_page(lesson), body(workstream))
    assert linked() == [rail, workstream]


def test_a_form_that_is_sent_twice_acts_once(
    cast: Cast, karin: Client, lesson: Lesson, workstream: Workstream
) -> None:
    sent = body(workstream)
    karin.post(form_page(lesson), sent)
    link(lesson, cast.gothenburg)
    karin.post(form_page(lesson), sent)
    assert linked() == []


def test_a_form_that_was_sent_with_another_choice_is_told(
    karin: Client, lesson: Lesson, workstream: Workstream
) -> None:
    sent = body(workstream)
    karin.post(form_page(lesson), sent)
    answer = karin.post(form_page(lesson), {**sent, "workstreams": []})
    assert "This was sent before" in page(answer)
    assert linked() == [workstream]


def test_what_is_not_offered_cannot_be_chosen(
    cast: Cast, karin: Client, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    leave(agreement, cast.gothenburg)
    assert "no such choice" in page(karin.post(form_page(lesson), body(workstream)))
    assert linked() == []


def test_who_is_party_to_nothing_is_told_what_is_missing(karin: Client, lesson: Lesson) -> None:
    assert "party to no agreement" in page(karin.get(form_page(lesson)))


# --- the lesson's page


def test_at_home_the_page_names_the_workstreams_and_leads_to_the_choice(
    cast: Cast, karin: Client, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    text = page(karin.get(lesson.get_absolute_url()))
    assert "Plugs at every berth" in text
    assert form_page(lesson) in text


def test_a_reader_at_home_sees_them_and_is_not_offered_to_choose(
    cast: Cast, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    text = page(browser(cast.gothenburg.reader).get(lesson.get_absolute_url()))
    assert "Plugs at every berth" in text
    assert form_page(lesson) not in text


def test_without_an_agreement_the_page_says_nothing_of_workstreams(
    karin: Client, lesson: Lesson
) -> None:
    assert "Workstreams" not in page(karin.get(lesson.get_absolute_url()))


def test_what_is_shown_of_links_costs_the_page_one_query(
    cast: Cast, karin: Client, lesson: Lesson, agreement: Agreement
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(karin.get(lesson.get_absolute_url()))
        return len(queries)

    asked()
    none = asked()
    link(lesson, cast.gothenburg, *(make_workstream(agreement, f"No {n}") for n in range(9)))
    assert none == asked() <= 12


# --- who has no business here


@pytest.mark.parametrize("path", ["", "history/"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_outsiders_find_a_lesson_as_it_was_before_the_link(
    cast: Cast, lesson: Lesson, workstream: Workstream, path: str, signed_in: bool
) -> None:
    aiko = browser(cast.tokyo.coordinator if signed_in else None)

    def seen() -> str:
        text = page(aiko.get(f"/lessons/{lesson.pk}/{path}"))
        return re.sub(r'(csrf\w*" value|"X-CSRFToken": |nonce)[^>]*', "", text)

    before = seen()
    link(lesson, cast.gothenburg, workstream)
    assert seen() == before


def test_outsiders_see_no_panel_on_the_agreements_page(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    for user in (cast.tokyo.coordinator, None):
        text = page(browser(user).get(agreement.get_absolute_url()))
        assert str(lesson) not in text


def test_outsiders_cannot_tell_an_agreement_with_lessons_from_none(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    chie = browser(cast.tokyo.coordinator)
    asked = [f"agreement={agreement.pk}", f"workstream={workstream.pk}", f"agreement={uuid7()}"]
    texts = [page(chie.get(f"/lessons/?{query}")) for query in asked]
    assert [re.findall(r"\d+ lesson", text) for text in texts] == [["1 lesson"]] * 3


def test_an_agreement_of_others_is_no_choice_of_the_library(
    cast: Cast, agreement: Agreement
) -> None:
    text = page(browser(cast.tokyo.coordinator).get(f"/lessons/?agreement={agreement.pk}"))
    assert str(agreement) not in text


# --- the panels


def titles(place: str, viewer: Any, thing: Any) -> list[str]:
    return [str(one) for panel in panels_for(place, viewer, thing) for one in lessons_of(panel)]


def lessons_of(panel: Any) -> list[Lesson]:
    return list(panel.context.get("lessons", []))


def test_parties_find_linked_and_shared_lessons_on_the_agreements_page(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    make_lesson(cast, audience=agreement.home_audience, text={"title": "Shared with the parties"})
    text = page(browser(cast.los_angeles.reader).get(agreement.get_absolute_url()))
    assert str(lesson) in text
    assert text.index("Shared with the parties") < text.index(str(lesson))


def test_the_newest_five_stand_there_with_the_total_and_the_way_to_all(
    cast: Cast, agreement: Agreement
) -> None:
    for number in range(7):
        home = agreement.home_audience
        make_lesson(cast, audience=home, text={"title": f"Lesson {number}"})
    text = page(browser(cast.los_angeles.reader).get(agreement.get_absolute_url()))
    assert re.findall(r"Lesson (\d)<", text) == ["6", "5", "4", "3", "2"]
    assert f'href="/lessons/?agreement={agreement.pk}">All 7 in the library' in text


def test_what_another_lesson_replaces_comes_last_the_newest_first(
    cast: Cast, agreement: Agreement
) -> None:
    first, second, third, fourth = (
        make_lesson(cast, audience=agreement.home_audience, text={"title": f"Lesson {number}"})
        for number in range(4)
    )
    # The older one is replaced by what was made sooner.
    act("supersede", first, cast.gothenburg, successor=third)
    act("supersede", second, cast.gothenburg, successor=fourth)
    shown = titles("agreement", eyes(cast.los_angeles.reader), agreement)
    assert shown == ["Lesson 3", "Lesson 2", "Lesson 1", "Lesson 0"]


def test_an_agreement_without_lessons_says_how_they_come(cast: Cast, agreement: Agreement) -> None:
    text = page(browser(cast.los_angeles.reader).get(agreement.get_absolute_url()))
    assert "None yet." in text


def test_a_workstream_shows_its_own_lessons(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    make_lesson(cast, audience=agreement.home_audience)
    ray = eyes(cast.los_angeles.reader)
    assert titles("workstream", ray, workstream) == [str(lesson)]
    assert titles("workstream", ray, make_workstream(agreement, "Rail")) == []


def test_drafts_are_on_no_panel(cast: Cast, agreement: Agreement, workstream: Workstream) -> None:
    link(make_lesson(cast, state=State.CAPTURED), cast.gothenburg, workstream)
    siv = eyes(cast.gothenburg.coordinator)
    assert titles("workstream", siv, workstream) == titles("agreement", siv, agreement) == []


def test_a_panel_costs_one_query(cast: Cast, agreement: Agreement) -> None:
    for _number in range(6):
        make_lesson(cast, audience=agreement.home_audience)
    ray = eyes(cast.los_angeles.reader)
    with CaptureQueriesContext(connection) as queries:
        [panel] = panels_for("agreement", ray, agreement)
        assert [str(one.organisation) for one in lessons_of(panel)]
    assert len(queries) == 1
    assert panels_for("agreement", anonymous(), agreement) == []


# --- the library


def test_the_library_is_filtered_by_agreement_and_by_workstream(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    make_lesson(cast, audience=agreement.home_audience, text={"title": "Shared"})
    make_lesson(cast, audience=cast.public, text={"title": "Apart"})
    ray = browser(cast.los_angeles.reader)
    found = [
        [title for title in (str(lesson), "Shared", "Apart") if f">{title}<" in text]
        for query in (f"agreement={agreement.pk}", f"workstream={workstream.pk}")
        if (text := page(ray.get(f"/lessons/?{query}")))
    ]
    assert found == [[str(lesson), "Shared"], [str(lesson)]]


def test_the_filter_stays_in_the_address_of_the_next_page(cast: Cast, agreement: Agreement) -> None:
    for _number in range(21):
        make_lesson(cast, audience=agreement.home_audience)
    text = page(browser(cast.los_angeles.reader).get(f"/lessons/?agreement={agreement.pk}"))
    assert f'href="?agreement={agreement.pk}&amp;page=2"' in text


def test_who_has_left_the_agreement_cannot_ask_for_it(
    cast: Cast, lesson: Lesson, agreement: Agreement, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    leave(agreement, cast.los_angeles)
    text = page(browser(cast.los_angeles.reader).get(f"/lessons/?workstream={workstream.pk}"))
    assert "Plugs at every berth" not in text


def test_the_filters_cost_a_constant_number_of_queries(
    cast: Cast, agreement: Agreement, workstream: Workstream
) -> None:
    ray = browser(cast.los_angeles.reader)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(ray.get(f"/lessons/?agreement={agreement.pk}&workstream={workstream.pk}"))
        return len(queries)

    link(make_lesson(cast, audience=cast.public), cast.gothenburg, workstream)
    asked()
    few = asked()
    for number in range(20):
        other = make_workstream(make_agreement(cast), f"No {number}")
        link(make_lesson(cast, audience=cast.public), cast.gothenburg, workstream, other)
    assert few == asked() <= 12


def test_history_at_home_tells_of_the_choice(
    cast: Cast, lesson: Lesson, workstream: Workstream
) -> None:
    link(lesson, cast.gothenburg, workstream)
    text = page(browser(cast.gothenburg.reader).get(f"/lessons/{lesson.pk}/history/"))
    assert "workstreams chosen" in text.lower()
