"""The page at /search/ and the suggestions."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.text import capfirst

from exchange.lessons.models import Lesson
from tests.cast import Cast, eyes
from tests.lessons.factories import make_lesson
from tests.search.pages import page, settle


@pytest.fixture
def lesson(cast: Cast, index: Path) -> Any:
    """A public lesson of Gothenburg, indexed."""
    made = make_lesson(cast, audience=cast.public)
    settle()
    return made


def test_it_shows_title_excerpt_organisation_date_and_link(lesson: Any) -> None:
    shown = page(None, "q=plugs").decode()
    assert "1 result" in shown
    assert "Agree the <mark>plug</mark> before you order the ship" in shown
    assert lesson.get_absolute_url() in shown
    assert "Port of Gothenburg" in shown
    assert lesson.published_at.date().isoformat() in shown


def test_without_words_it_shows_the_newest(lesson: Any) -> None:
    assert lesson.get_absolute_url() in page(None).decode()


def test_the_date_is_the_readers_as_on_the_page(cast: Cast, lesson: Any) -> None:
    moment = dt.datetime(2026, 3, 6, 2, tzinfo=dt.UTC)
    Lesson.objects.filter(pk=lesson.pk).update(published_at=moment)
    assert "5 March 2026" in page(cast.los_angeles.reader, "q=plugs").decode()
    assert "6 March 2026" in page(cast.gothenburg.reader, "q=plugs").decode()


def test_who_is_not_signed_in_is_told_what_was_searched(cast: Cast, lesson: Any) -> None:
    words = "Only what is meant for everybody was searched."
    assert words in page(None, "q=zzzz").decode()
    assert words not in page(cast.tokyo.reader, "q=zzzz").decode()


def test_nothing_found_says_what_to_do(lesson: Any) -> None:
    assert "Check the spelling" in page(None, "q=zzzz").decode()
    assert "Take a filter back" in page(None, "q=zzzz&language=en").decode()


def test_facets_count_and_link(cast: Cast, lesson: Any) -> None:
    make_lesson(cast.tokyo, audience=cast.public, text={"topics": ["digital"]})
    settle()
    shown = page(None, "q=plug").decode()
    assert "?q=plug&amp;topic=energy" in shown
    chosen = page(None, "q=plug&topic=energy").decode()
    assert "1 result" in chosen
    assert "?q=plug&amp;topic=energy%2Fshore-power" in chosen
    assert "?q=plug&amp;topic=energy&amp;topic=digital" in chosen


def test_what_is_set_can_be_taken_back_one_by_one_and_all_at_once(lesson: Any) -> None:
    shown = page(None, "q=plug&topic=energy&lesson_kind=good_practice&since=2020-01-01").decode()
    assert "Topic: Energy and fuels" in shown
    assert "From: 1 January 2020" in shown
    assert "?q=plug&amp;topic=energy&amp;since=2020-01-01" in shown
    assert '<a href="?q=plug">Clear all filters</a>' in shown


def test_filters_of_lessons_are_offered_with_their_names(cast: Cast, lesson: Any) -> None:
    text = {"maturity": "pilot", "ports": ["USLAX"], "kind": "problem", "evidence_level": "opinion"}
    make_lesson(cast, audience=cast.public, text=text)
    settle()
    shown = page(None).decode()
    for name, value, label in [
        ("maturity", "pilot", "pilot"),
        ("port", "USLAX", "Port of Los Angeles"),
        ("lesson_kind", "problem", "lesson from a problem"),
        ("evidence", "opinion", "opinion"),
    ]:
        assert f'<a href="?{name}={value}">{label}</a>' in shown
        assert "1 result" in page(None, f"{name}={value}").decode()


def test_the_topics_of_a_theme_stand_under_it_when_it_is_chosen(cast: Cast, lesson: Any) -> None:
    make_lesson(cast, audience=cast.public, text={"topics": ["digital"]})
    make_lesson(cast, audience=cast.public, text={"topics": ["digital"]})
    settle()
    assert "energy%2Fshore-power" not in page(None).decode()
    shown = page(None, "topic=energy").decode()
    assert (
        shown.index(">Digitalisation and data<")
        < shown.index("<strong>Energy and fuels")
        < shown.index('<li class="inner">')
    )


def test_the_order_is_a_link_and_stands_in_the_address(cast: Cast, index: Path) -> None:
    for title in ("Plug B", "Plug A"):
        make_lesson(cast, audience=cast.public, text={"title": title})
    settle()
    shown = page(None, "q=plug").decode()
    assert '<a href="?q=plug" aria-current="true">Best match</a>' in shown
    assert '<a href="?q=plug&amp;sort=title">Title</a>' in shown
    sorted_ = page(None, "q=plug&sort=title").decode()
    assert sorted_.index("Plug</mark> A") < sorted_.index("Plug</mark> B")
    assert '<input type="hidden" name="sort" value="title"' in sorted_


def test_without_words_the_newest_come_first_and_nothing_matches_best(lesson: Any) -> None:
    shown = page(None).decode()
    assert 'aria-current="true">Newest</a>' in shown
    assert "Best match" not in shown


def test_it_says_where_hits_have_some_of_the_words_only(cast: Cast, lesson: Any) -> None:
    make_lesson(cast, audience=cast.public, text={"title": "Elephants", "summary": "None."})
    settle()
    assert "From here on" in page(None, "q=elephants+connector").decode()
    assert "Nothing has all of these words" in page(None, "q=plug+zebra").decode()
    assert "some of" not in page(None, "q=plug").decode()


def test_the_form_keeps_the_filters(lesson: Any) -> None:
    shown = page(None, f"q=plug&organisation={lesson.organisation_id}").decode()
    assert f'<input type="hidden" name="organisation" value="{lesson.organisation_id}"' in shown


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("q=" + "x" * 10_000, 400, "Use up to 300 characters"),
        ("q=%00", 400, "Null characters"),
        ("q=%ff%fe", 200, ""),
        ("q=%ed%a0%80", 200, ""),
        ("topic=unheard/of", 400, "There is no topic “unheard/of”"),
        ("kind=%3Cscript%3E", 400, "No filter has the value"),
        ("organisation=1", 400, "There is no organisation “1”"),
        ("language=12", 400, "No filter has the value"),
        ("language=xx", 200, ""),
        ("page=abc", 400, "whole number"),
        ("page=-1", 400, ""),
        ("page=0", 400, ""),
        ("page=99999999999999999999", 400, "Begin at the first page"),
        ("page=999999", 400, "at most 1,000 pages"),
        ("sort=best", 400, "There is no order"),
        ("year=26", 400, "No filter has the value"),
        ("year=2026&maturity=pilot&port=SEGOT", 200, ""),
        ("maturity=rotten", 400, "No filter has the value"),
        ("port=%3Cscript%3E", 400, "No filter has the value"),
        ("page=7", 200, "1 result"),
        ("since=yesterday", 400, "Write a day like 2026-11-28."),
        ("since=2026-13-40", 400, "Write a day like 2026-11-28."),
        ("since=0001-01-01&until=9999-12-31", 200, ""),
        ("since=2026-02-02&until=2026-01-01", 400, "Swap the two dates"),
        ("topic=%00", 400, ""),
        ("q=plug&q=ship&unknown=1", 200, ""),
    ],
)
def test_a_bad_address_is_answered_clearly(
    lesson: Any, client: Client, address: str, status: int, says: str
) -> None:
    answer = client.get(f"/search/?{address}")
    assert answer.status_code == status
    assert says in answer.content.decode()


def test_a_refused_search_keeps_the_words(lesson: Any, client: Client) -> None:
    shown = client.get("/search/?q=plug&since=never").content.decode()
    assert 'value="plug"' in shown


def test_a_refused_search_keeps_its_filters_and_lets_one_take_them_back(
    lesson: Any, client: Client
) -> None:
    shown = client.get("/search/?q=plug&maturity=rotten&year=2026").content.decode()
    assert '<input type="hidden" name="year" value="2026"' in shown
    assert 'name="maturity"' not in shown
    assert 'href="?q=plug&amp;maturity=rotten"' in shown
    assert 'href="?q=plug&amp;year=2026"' in shown


def test_a_filter_that_is_left_empty_is_none(lesson: Any, client: Client) -> None:
    text = client.get("/search/?q=plug&kind=&topic=&maturity=").content.decode()
    assert "1 result" in text
    assert "take it back" not in text
    assert "maturity=&amp;" not in text


def test_taking_a_filter_back_does_not_keep_an_order_that_is_none(client: Client, db: None) -> None:
    shown = client.get("/search/?sort=rotten&kind=lesson&year=2026").content.decode()
    assert 'href="?kind=lesson"' in shown
    assert "sort=rotten" not in shown


def test_pages_of_twenty(cast: Cast, index: Path, client: Client) -> None:
    for number in range(21):
        make_lesson(cast, audience=cast.public, text={"title": f"Plug {number}"})
    settle()
    first, second = page(None, "q=plug").decode(), page(None, "q=plug&page=2").decode()
    assert "21 results" in first
    assert first.count("<article") == 20
    assert second.count("<article") == 1
    assert "q=plug&amp;page=2" in first
    assert page(None, "q=plug&page=999").decode().replace("page=999", "page=2") == second


def test_it_costs_the_same_queries_for_one_row_and_for_fifty(
    cast: Cast, index: Path, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.los_angeles.reader)
    counts = []
    for more in (1, 49):
        for number in range(more):
            make_lesson(cast, audience=cast.public, text={"title": f"Plug {number}"})
        settle()
        with django_assert_max_num_queries(12) as queries:
            assert client.get("/search/?q=plug&topic=energy").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_only_reading_is_allowed(client: Client, db: None) -> None:
    assert client.post("/search/").status_code == 405


def suggestions(client: Client, text: str) -> list[str]:
    answer = client.get("/search/suggest/", {"q": text})
    assert answer.status_code == 200
    found: dict[str, list[Any]] = json.loads(answer.content)
    return [*found["suggestions"], *(lead["label"] for lead in found["leads"])]


def test_it_suggests_titles_that_the_viewer_may_see(cast: Cast, client: Client) -> None:
    make_lesson(cast, text={"title": "Batteries for barges"})
    make_lesson(cast, audience=cast.public, text={"title": "Batteries for buses"})
    assert suggestions(client, "batt") == ["Batteries for buses"]
    client.force_login(cast.los_angeles.reader)
    assert set(suggestions(client, "BATT")) == {"Batteries for barges", "Batteries for buses"}


@pytest.mark.parametrize("text", ["", "b", " b ", "x" * 10_000, "\x00\x00", "batt\x00", "%%", "__"])
def test_it_suggests_nothing_for_too_little_or_too_much(
    cast: Cast, client: Client, text: str
) -> None:
    make_lesson(cast, audience=cast.public, text={"title": "Batteries"})
    assert suggestions(client, text) == []


def test_it_leads_to_topics_and_organisations(cast: Cast, client: Client) -> None:
    make_lesson(cast)
    assert "Topic: Energy and fuels" in suggestions(client, "energ")
    assert "Topic: Energy and fuels" in suggestions(client, "bransl")
    assert "Organisation: Port of Gothenburg" in suggestions(client, "gothen")
    lead = json.loads(client.get("/search/suggest/?q=gothen").content)["leads"][0]
    assert client.get(lead["url"]).status_code == 200


@pytest.mark.parametrize(
    ("asked", "offered"), [("barttery plug", "battery plug"), ("kontaktn", "kontakten")]
)
def test_a_better_spelling_is_offered_and_not_applied(
    cast: Cast, index: Path, asked: str, offered: str
) -> None:
    make_lesson(cast, audience=cast.public, text={"title": "Battery plug first"})
    settle()
    shown = page(None, f"q={asked}&topic=energy").decode()
    assert f'Did you mean <a href="?q={offered.replace(" ", "+")}&amp;topic=energy">' in shown
    assert f'value="{asked}"' in shown


def test_the_name_of_a_topic_is_offered_where_it_finds_something(cast: Cast, lesson: Any) -> None:
    assert '<a href="?q=landstr%C3%B6m">landström</a>?' in page(None, "q=lanstrom").decode()
    assert lesson.get_absolute_url() in page(None, "q=landstr%C3%B6m").decode()
    home = cast.gothenburg.organisation.home_audience
    Lesson.objects.update(audience=home, effective_audience=home)
    assert "Did you mean" not in page(None, "q=lanstrom").decode()


@pytest.mark.parametrize(("asked", "most"), [("batery", 12), ("lanstrom", 12), ("batery+plgu", 13)])
def test_a_better_spelling_costs_a_few_queries_more(
    cast: Cast,
    index: Path,
    client: Client,
    django_assert_max_num_queries: Any,
    asked: str,
    most: int,
) -> None:
    make_lesson(cast, audience=cast.public, text={"title": "Battery plug first"})
    settle()
    client.force_login(cast.los_angeles.reader)
    with django_assert_max_num_queries(most):
        assert "Did you mean" in client.get(f"/search/?q={asked}").content.decode()


def test_a_spelling_that_only_hidden_titles_have_is_not_offered(cast: Cast, index: Path) -> None:
    make_lesson(cast, text={"title": "Battery"})
    settle()
    assert "Did you mean" in page(cast.los_angeles.reader, "q=batery").decode()
    assert "Did you mean" not in page(None, "q=batery").decode()


def test_what_stands_somewhere_is_not_corrected(lesson: Any) -> None:
    assert "Did you mean" not in page(None, "q=voltage+zebra").decode()
    assert "Did you mean" not in page(None, "q=plug").decode()


def test_a_draft_is_found_at_home_only(cast: Cast, index: Path) -> None:
    make_lesson(cast, state="captured", text={"title": "Draft about zeppelins"})
    settle()
    assert b"zeppelins</mark>" in page(cast.gothenburg.contributor, "q=zeppelins")
    assert b"0 results" in page(cast.los_angeles.contributor, "q=zeppelins")
    assert eyes(cast.gothenburg.reader).audience_ids


@pytest.mark.parametrize("state", ["captured", "in_review", "withdrawn"])
def test_what_is_not_published_is_marked(cast: Cast, index: Path, state: str) -> None:
    lesson = make_lesson(cast, audience=cast.public, state=state)
    settle()
    mark = f'<span class="badge badge-warn">{capfirst(lesson.get_state_display())}</span>'
    assert mark in page(cast.gothenburg.reader, "q=plug").decode()


def test_what_is_published_has_no_mark(cast: Cast, lesson: Any) -> None:
    assert 'class="badge' not in page(cast.gothenburg.reader, "q=plug").decode()
