import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.lessons.choices import State
from exchange.lessons.library import narrowed
from exchange.lessons.models import Lesson
from tests.cast import Cast, anonymous
from tests.lessons.factories import act, make_lesson
from tests.lessons.pages import browser, page


def test_partners_find_what_is_for_them_and_others_do_not(cast: Cast) -> None:
    make_lesson(cast, text={"title": "Only for the parties"})
    people = [cast.gothenburg.reader, cast.los_angeles.reader, cast.tokyo.reader, None]
    found = ["Only for the parties" in page(browser(user).get("/lessons/")) for user in people]
    assert found == [True, True, False, False]


def test_counts_tell_only_of_what_the_reader_sees(cast: Cast) -> None:
    make_lesson(cast)
    make_lesson(cast, audience=cast.public)
    answers = [browser(user).get("/lessons/") for user in (cast.los_angeles.reader, None)]
    assert ["2 lessons" in page(answers[0]), "1 lesson<" in page(answers[1])] == [True, True]
    assert "Port of Gothenburg (1)" in page(answers[1])


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("topic=energy", {"Plug"}),
        ("topic=energy/shore-power", {"Plug"}),
        ("topic=infrastructure", {"Rail"}),
        ("kind=problem", {"Rail"}),
        ("language=sv", {"Rail"}),
        ("language=sv&topic=energy", set()),
        ("kind=nonsense&language=xx", {"Plug", "Rail"}),
        ("organisation=not-a-uuid", {"Plug", "Rail"}),
    ],
)
def test_filters_narrow_the_list(cast: Cast, query: str, titles: set[str]) -> None:
    make_lesson(cast, audience=cast.public, text={"title": "Plug", "titles": {}})
    rail = {"title": "Rail", "kind": "problem", "language": "sv", "titles": {}}
    make_lesson(cast, audience=cast.public, text={**rail, "topics": ["infrastructure/rail"]})
    text = page(browser(None).get(f"/lessons/?{query}"))
    assert {title for title in ("Plug", "Rail") if f">{title}</a>" in text} == titles


def test_it_filters_by_organisation(cast: Cast) -> None:
    make_lesson(cast, audience=cast.public, text={"title": "Swedish lesson"})
    make_lesson(cast.tokyo, audience=cast.public, text={"title": "Japanese lesson"})
    answer = browser(None).get(f"/lessons/?organisation={cast.tokyo.organisation.pk}")
    assert "Japanese lesson" in page(answer)
    assert "Swedish lesson" not in page(answer)


def test_it_sorts_by_title_when_asked(cast: Cast) -> None:
    make_lesson(cast, audience=cast.public, text={"title": "beta"})
    make_lesson(cast, audience=cast.public, text={"title": "Alpha"})
    make_lesson(cast, audience=cast.public, text={"title": "Gamma"})
    text = page(browser(None).get("/lessons/?sort=title"))
    assert text.index(">Alpha<") < text.index(">beta<") < text.index(">Gamma<")


def test_the_newest_stands_first(cast: Cast) -> None:
    old = make_lesson(cast, audience=cast.public, text={"title": "Older"})
    type(old).objects.filter(pk=old.pk).update(published_at=old.published_at - dt.timedelta(days=1))
    make_lesson(cast, audience=cast.public, text={"title": "Newer"})
    text = page(browser(None).get("/lessons/"))
    assert text.index("Newer") < text.index("Older")


def test_people_at_home_find_their_unpublished_lessons_by_state(cast: Cast) -> None:
    make_lesson(cast, state=State.CAPTURED, text={"title": "Half done"})
    address = "/lessons/?state=captured"
    assert "Half done" in page(browser(cast.gothenburg.reader).get(address))
    assert "Half done" not in page(browser(cast.gothenburg.reader).get("/lessons/"))
    assert "Half done" not in page(browser(cast.los_angeles.contributor).get(address))


def test_readers_do_not_learn_that_a_new_text_is_in_work(cast: Cast) -> None:
    act("revise", make_lesson(cast), cast.gothenburg)
    badges = [
        "badge" in page(browser(port.reader).get("/lessons/"))
        for port in (cast.gothenburg, cast.los_angeles)
    ]
    assert badges == [True, False]


def test_a_title_comes_in_the_readers_language(cast: Cast) -> None:
    make_lesson(cast, audience=cast.public)
    text = page(browser(None).get("/lessons/", headers={"accept-language": "sv"}))
    assert 'lang="sv">Enas om kontakten innan fartyget beställs<' in text


def test_an_empty_library_says_what_to_do(cast: Cast) -> None:
    assert "Write the first one" in page(browser(cast.gothenburg.contributor).get("/lessons/"))
    assert "Write the first one" not in page(browser(None).get("/lessons/"))
    assert "Take one away" in page(browser(None).get("/lessons/?kind=problem"))


def test_a_filter_that_means_nothing_is_told(cast: Cast) -> None:
    rut = browser(cast.gothenburg.reader)
    assert "means nothing here" in page(rut.get("/lessons/?topic=nope"))
    assert "means nothing here" not in page(rut.get("/lessons/?topic=energy"))


def test_only_writers_are_offered_to_write(cast: Cast) -> None:
    offered = [
        "/lessons/new/" in page(browser(user).get("/lessons/"))
        for user in (cast.gothenburg.contributor, cast.gothenburg.reader, None)
    ]
    assert offered == [True, False, False]


@pytest.mark.parametrize("number", ["2", "99", "x", "-1"])
def test_any_page_number_is_answered(cast: Cast, number: str) -> None:
    make_lesson(cast, audience=cast.public)
    page(browser(None).get(f"/lessons/?page={number}"))


def test_pages_keep_the_filters(cast: Cast) -> None:
    for number in range(21):
        make_lesson(cast, audience=cast.public, text={"title": f"Lesson {number}"})
    text = page(browser(None).get("/lessons/?kind=good_practice"))
    assert 'href="?kind=good_practice&amp;page=2"' in text
    assert "Lesson 0<" not in text


def test_a_long_list_costs_no_more_queries_than_a_short_one(cast: Cast) -> None:
    karin = browser(cast.gothenburg.contributor)
    make_lesson(cast)
    page(karin.get("/lessons/"))
    with CaptureQueriesContext(connection) as one:
        page(karin.get("/lessons/"))
    for _number in range(49):
        make_lesson(cast)
    with CaptureQueriesContext(connection) as fifty:
        assert "50 lessons" in page(karin.get("/lessons/"))
    assert len(one) == len(fifty) <= 12


def test_titles_are_sorted_as_people_read_them(cast: Cast) -> None:
    for title in ("Ågata", "Zebra", "åren", "Berth"):
        make_lesson(cast, audience=cast.public, text={"title": title})
    lessons = narrowed(Lesson.objects.visible_to(anonymous()), {"sort": "title"})
    assert [str(lesson) for lesson in lessons] == ["Ågata", "åren", "Berth", "Zebra"]
