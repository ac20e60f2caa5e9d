"""What search gets to know of lessons."""

import datetime as dt
from typing import Any

import pytest

from exchange.common.markdown import plain
from exchange.lessons import search
from exchange.lessons.bookkeeping import note_missing_title_words
from exchange.lessons.models import TitleWord
from exchange.partners.viewers import anonymous
from exchange.search.highlight import Highlighter
from exchange.search.query import SearchQuery
from tests.cast import Cast, eyes
from tests.lessons.factories import CANARY, act, canary_text, make_lesson


def test_a_document_says_all_that_the_lesson_says(cast: Cast) -> None:
    lesson = make_lesson(cast, canary=True)
    [document] = search.documents([lesson.pk])
    words = {plain(str(value)) for name, value in canary_text().items() if name not in LEFT_OUT} - {
        ""
    }
    said = "\n".join([document.title, *document.other_titles.values(), document.body])
    assert [text for text in words if CANARY in text and text not in said] == []
    assert document.other_titles == {"sv": f"{CANARY} titel"}


def test_a_source_is_found_by_its_place_not_by_what_every_address_has(cast: Cast) -> None:
    sources = "https://www.example.org/plug-report?utm=a&amp=b#top\nReport #2023-17 of RO?RO"
    [document] = search.documents([make_lesson(cast, text={"sources": sources}).pk])
    for word in ("example.org/plug-report", "Report #2023-17 of RO?RO"):
        assert word in document.body
    for word in ("https", "www", "utm", "top\n"):
        assert word not in document.body


# Not text of the lesson: choices, dates, lists checked below, and whom to ask.
LEFT_OUT = {"titles", "topics", "tags", "ports", "sdgs", "sources", "contact"}


def test_a_document_carries_keys_topics_and_themes(cast: Cast) -> None:
    lesson = make_lesson(cast)
    [document] = search.documents([lesson.pk])
    assert document.key == f"lesson:{lesson.pk}"
    assert document.topics == {"energy", "energy/shore-power"}
    assert document.audiences == {cast.agreement.pk, cast.gothenburg.home.pk}


def test_a_document_carries_the_second_of_its_publication(cast: Cast) -> None:
    lesson = make_lesson(cast)
    [document] = search.documents([lesson.pk])
    midnight = dt.datetime.combine(document.date, dt.time(), dt.UTC)
    assert lesson.published_at
    moment = midnight + dt.timedelta(seconds=document.second)
    assert moment == lesson.published_at.replace(microsecond=0)


def test_a_newer_text_in_work_is_not_in_the_document(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg, text={"title": CANARY})
    [document] = search.documents([lesson.pk])
    assert CANARY not in document.title


def test_a_withdrawn_lesson_is_in_the_index_for_its_owner_only(cast: Cast) -> None:
    make_lesson(cast, audience=cast.public, state="withdrawn")
    [document] = search.documents(None)
    assert document.audiences == {cast.gothenburg.home.pk}


def test_what_does_not_exist_has_no_document(cast: Cast) -> None:
    assert list(search.documents([cast.tokyo.organisation.pk])) == []


def test_hidden_work_moves_no_suggestion(cast: Cast) -> None:
    lessons = [
        make_lesson(cast, audience=cast.public, text={"title": f"Plug {number}"})
        for number in range(10)
    ]
    before = search.titles(anonymous(), "plug")
    act("revise", lessons[9], cast.gothenburg, text={"title": "Hidden"})
    assert search.titles(anonymous(), "plug") == before
    assert before == [f"Plug {number}" for number in range(8)]


def test_nothing_is_loaded_or_suggested_to_outsiders(cast: Cast) -> None:
    lesson = make_lesson(cast)
    for viewer in (eyes(cast.tokyo.reader), anonymous()):
        assert search.load(viewer, [lesson.pk]) == {}
        assert list(search.visible(viewer)) == []
        assert search.titles(viewer, "agree") == []


@pytest.mark.parametrize("prefix", ["agr", "PLUG", "the plug", "kontakt", "Enas om"])
def test_titles_are_suggested_by_the_beginning_of_a_word(cast: Cast, prefix: str) -> None:
    make_lesson(cast)
    assert len(search.titles(eyes(cast.los_angeles.reader), prefix)) == 1


@pytest.mark.parametrize("prefix", ["", " ", "lug", ".*", "("])
def test_nothing_is_suggested_from_the_middle_or_for_nothing(cast: Cast, prefix: str) -> None:
    make_lesson(cast)
    assert search.titles(eyes(cast.los_angeles.reader), prefix) == []


@pytest.mark.parametrize("count", [1, 6])
def test_documents_cost_the_same_for_one_and_for_many(
    cast: Cast, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        make_lesson(cast)
    with django_assert_num_queries(2):
        assert len(list(search.documents(None))) == count


def test_what_is_found_says_where_it_is_and_whose(cast: Cast) -> None:
    lesson = make_lesson(cast)
    found = search.load(eyes(cast.los_angeles.reader), [lesson.pk])[lesson.pk]
    assert (found.organisation, found.url) == ("Port of Gothenburg", lesson.get_absolute_url())


def test_lines_that_end_no_sentence_do_not_run_together_in_an_excerpt(cast: Cast) -> None:
    text = {
        "preconditions": "A register of trucks\nMoney for the **first**",
        "evidence": "It worked.\n\n- 5 MW\n- 2 berths",
        "suppliers": "Ferry Free\nPlug Ltd",
    }
    lesson = make_lesson(cast, audience=cast.public, text=text)
    shown = search.load(anonymous(), [lesson.pk])[lesson.pk].text
    for part in (
        "A register of trucks · Money for the first ·",
        "It worked.\n5 MW · 2 berths ·",
        "Ferry Free · Plug Ltd ·",
    ):
        assert part in shown


def test_who_finds_a_lesson_by_a_title_in_another_language_sees_that_title(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public)
    shown = search.load(anonymous(), [lesson.pk])[lesson.pk]
    assert shown.title == "Agree the plug before you order the ship"
    excerpt = Highlighter(SearchQuery(text="fartyget").clauses).excerpt(shown.text, shown.language)
    assert "kontakten innan <mark>fartyget</mark> beställs" in excerpt


def test_what_is_found_is_told_in_the_words_that_readers_have_now(cast: Cast) -> None:
    lesson, told = make_lesson(cast, text={"situation": "It idled."}), []
    reader = eyes(cast.los_angeles.reader)
    for step in ("revise", "submit", "approve", "publish"):
        text = {"text": {"situation": "It drifted."}} if step == "revise" else {}
        lesson = act(step, lesson, cast.gothenburg, **text)
        told.append("It drifted." in search.load(reader, [lesson.pk])[lesson.pk].text)
    assert told == [False, False, False, True]


def test_fields_do_not_run_into_each_other(cast: Cast) -> None:
    text = {"effort": "None known", "suppliers": "Copy all."}
    lesson = make_lesson(cast, audience=cast.public, text=text)
    assert "None known · Copy all." in search.load(anonymous(), [lesson.pk])[lesson.pk].text


def test_titles_of_a_release_without_suggestions_are_taken_in(cast: Cast) -> None:
    make_lesson(cast, text={"title": "Agree the plug"})
    TitleWord.objects.all().delete()
    note_missing_title_words()
    note_missing_title_words()
    words = TitleWord.objects.values_list("word", flat=True)
    assert sorted(map(bytes, words)).count(b"plug") == 1
