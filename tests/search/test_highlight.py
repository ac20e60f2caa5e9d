"""Marks in titles and excerpts."""

from typing import Any

import pytest

from exchange.search.highlight import EXCERPT, Highlighter
from exchange.search.query import parse


def title(text: str, query: str, language: str = "en") -> str:
    return Highlighter(parse(query)).title(text, language)


def excerpt(text: str, query: str, language: str = "en") -> str:
    return Highlighter(parse(query)).excerpt(text, language)


@pytest.mark.parametrize(
    ("text", "query", "language", "marked"),
    [
        ("Planning berths", "plan", "en", "<mark>Planning</mark> berths"),
        ("Port of Göteborg", "goteborg", "en", "Port of <mark>Göteborg</mark>"),
        ("Go\u0308teborg", "göteborg", "sv", "<mark>Göteborg</mark>"),
        ("Hamnens kajer", "hamn kaj", "sv", "<mark>Hamnens</mark> <mark>kajer</mark>"),
        ("横浜港湾局", "港湾", "ja", "横浜<mark>港湾</mark>局"),
        ("The crane", "the crane", "en", "The <mark>crane</mark>"),
        ("Crane brakes", "crane braks", "en", "<mark>Crane</mark> brakes"),
        ("nothing", "crane", "en", "nothing"),
        ("crane truck", "crane -truck", "en", "<mark>crane</mark> truck"),
    ],
)
def test_it_marks_what_the_search_found(text: str, query: str, language: str, marked: str) -> None:
    assert title(text, query, language) == marked


@pytest.mark.parametrize("query", ["script", "alert", "b", "amp", "lt", "<script>", "mark"])
def test_everything_of_the_text_is_escaped(query: str) -> None:
    text = "<script>alert('1')</script> a & b <mark>x</mark> script"
    for shown in (title(text, query), excerpt(text, query)):
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert "&amp;" in bare


def test_an_excerpt_is_short_and_holds_the_words() -> None:
    text = "Filler words before. " * 200 + "The crane at the berth. " + "And after that. " * 200
    shown = excerpt(text, "crane berth")
    assert "<mark>crane</mark> at the <mark>berth</mark>" in shown
    assert len(shown.replace("<mark>", "").replace("</mark>", "")) <= EXCERPT + 4
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_titles_in_other_languages_at_its_end_are_read_in_theirs() -> None:
    text, query = "The quays · Fartygens kajer", parse("fartyg kaj")
    assert "<mark>" not in Highlighter(query).excerpt(text, "en")
    shown = Highlighter(query).excerpt(text, "en", "sv")
    assert shown == "The quays · <mark>Fartygens</mark> <mark>kajer</mark>"


def test_an_excerpt_prefers_different_words_to_many_of_the_same() -> None:
    text = "crane " * 50 + "x " * 300 + "crane and berth"
    assert "<mark>berth</mark>" in excerpt(text, "crane berth")


def test_without_a_match_it_is_the_beginning() -> None:
    assert excerpt("one two three", "crane") == "one two three"
    assert excerpt("", "crane") == ""


def test_a_long_text_without_blanks_is_cut_all_the_same() -> None:
    shown: Any = excerpt("x" * 100_000, "crane")
    assert len(shown) < EXCERPT + 10
