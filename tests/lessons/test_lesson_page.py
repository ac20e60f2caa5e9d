import datetime as dt
import re

import pytest
from django.conf import settings
from django.template.defaultfilters import date
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from exchange.lessons.bookkeeping import keep_buffer
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, LessonVersion, Review
from exchange.lessons.reading import Reading
from exchange.partners.viewers import anonymous
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson
from tests.lessons.pages import browser, page


def test_partners_in_the_audience_read_it_and_others_find_nothing(cast: Cast) -> None:
    address = make_lesson(cast).get_absolute_url()
    people = [cast.gothenburg.reader, cast.los_angeles.reader, cast.tokyo.reader, None]
    assert [browser(user).get(address).status_code for user in people] == [200, 200, 404, 404]


def test_a_draft_is_seen_at_home_only(cast: Cast) -> None:
    address = make_lesson(cast, state=State.CAPTURED, audience=cast.public).get_absolute_url()
    people = [cast.gothenburg.reader, cast.los_angeles.reader, None]
    assert [browser(user).get(address).status_code for user in people] == [200, 404, 404]


def test_readers_keep_the_published_text_while_a_new_one_is_written(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg, text={"title": "Half rewritten"})
    carla = browser(cast.los_angeles.reader)
    assert "Half rewritten" not in page(carla.get(lesson.get_absolute_url()))
    assert carla.get(f"{lesson.get_absolute_url()}?version=2").status_code == 404
    rut = browser(cast.gothenburg.reader)
    assert "newer text, version 2" in page(rut.get(lesson.get_absolute_url()))
    assert "Half rewritten" in page(rut.get(f"{lesson.get_absolute_url()}?version=2"))


def test_a_reader_is_told_no_number_of_a_version(cast: Cast) -> None:
    lesson = make_lesson(cast)
    numbers = [str(lesson.published_version.number), "9"]
    carla = browser(cast.los_angeles.reader)
    answers = [carla.get(f"{lesson.get_absolute_url()}?version={number}") for number in numbers]
    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("version", ["0", "9", "x", "²", "99999999999999999999"])
def test_a_version_that_is_not_there_is_not_found(cast: Cast, version: str) -> None:
    address = f"{make_lesson(cast).get_absolute_url()}?version={version}"
    assert browser(cast.gothenburg.reader).get(address).status_code == 404


def test_a_draft_says_who_reads_it_now_and_who_will(cast: Cast) -> None:
    rut = browser(cast.gothenburg.reader)
    draft = page(rut.get(make_lesson(cast, state=State.CAPTURED).get_absolute_url()))
    published = page(rut.get(make_lesson(cast).get_absolute_url()))
    said = [
        ["read it now</dt>" in text, "once published</dt>" in text] for text in (draft, published)
    ]
    assert said == [[True, True], [False, False]]


def test_reasons_stay_at_home(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CHANGES_REQUESTED, audience=cast.public)
    for step in ("revise", "submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
    texts = [
        page(browser(user).get(lesson.get_absolute_url()))
        for user in (cast.gothenburg.reader, cast.los_angeles.coordinator, None)
    ]
    assert ["Name the voltage." in text for text in texts] == [True, False, False]


def test_empty_passages_are_left_out(cast: Cast) -> None:
    lesson = make_lesson(cast, text={"obstacles": "", "suppliers": ""})
    text = page(browser(cast.gothenburg.reader).get(lesson.get_absolute_url()))
    assert "What we did" in text
    assert "Obstacles and how" not in text
    assert "suppliers" not in text


def test_recommendations_are_numbered_and_sources_linked(cast: Cast) -> None:
    text = page(browser(None).get(make_lesson(cast, audience=cast.public).get_absolute_url()))
    assert "<ol><li>Port: name one connector</li><li>Carrier: order it</li></ol>" in text
    link = '<a href="https://example.org/report" rel="nofollow noopener noreferrer">'
    assert link in text
    assert "<li>Minutes of the meeting</li>" in text


def published_on(lesson: Lesson, moment: dt.datetime) -> Lesson:
    Lesson.objects.filter(pk=lesson.pk).update(published_at=moment)
    lesson.refresh_from_db()
    return lesson


def test_it_says_how_to_cite_it(cast: Cast) -> None:
    lesson = published_on(make_lesson(cast), dt.datetime(2026, 3, 6, 12, tzinfo=dt.UTC))
    text = page(browser(cast.los_angeles.reader).get(lesson.get_absolute_url()))
    line = strip_tags(text.partition('id="cite">')[2].partition("</section>")[0])
    assert line.split("Cite as")[1].strip() == (
        f"Port of Gothenburg ({lesson.published_at:%Y}). {lesson.published_version.title}. "
        f"{date(lesson.published_at, 'j F Y')}. Port Exchange. "
        f"{settings.SITE_URL}{lesson.get_absolute_url()} (CC-BY-4.0)"
    )


def test_it_is_cited_by_the_same_day_everywhere_which_need_not_be_the_readers(cast: Cast) -> None:
    lesson = published_on(make_lesson(cast), dt.datetime(2026, 3, 6, 2, tzinfo=dt.UTC))
    text = page(browser(cast.los_angeles.reader).get(lesson.get_absolute_url()))
    assert "published 5 March 2026" in strip_tags(text)
    assert "6 March 2026 (UTC). Port Exchange." in text


def test_a_draft_and_an_earlier_text_are_not_to_be_cited(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg)
    rut = browser(cast.gothenburg.reader)
    assert "Cite as" not in page(rut.get(f"{lesson.get_absolute_url()}?version=2"))
    draft = make_lesson(cast, state=State.CAPTURED)
    assert "Cite as" not in page(rut.get(draft.get_absolute_url()))


def test_it_says_who_can_read_it(cast: Cast) -> None:
    shared = make_lesson(cast)
    draft = make_lesson(cast, state=State.CAPTURED)
    rut = browser(cast.gothenburg.reader)
    assert "The parties of the Los Angeles–Gothenburg MOU" in page(
        rut.get(shared.get_absolute_url())
    )
    assert "People of Port of Gothenburg only" in page(rut.get(draft.get_absolute_url()))


@pytest.mark.parametrize(
    ("state", "role", "offered"),
    [
        (State.CAPTURED, "contributor", {"submit", "edit", "audience", "discard"}),
        (State.CAPTURED, "reader", set()),
        (State.DISCARDED, "contributor", {"restore"}),
        (State.DISCARDED, "reader", set()),
        (State.IN_REVIEW, "contributor", {"recall", "audience"}),
        (State.IN_REVIEW, "reviewer", {"review", "audience"}),
        (State.VALIDATED, "reviewer", {"review", "publish", "audience"}),
        (State.PUBLISHED, "reviewer", {"edit", "audience", "supersede", "withdraw"}),
    ],
)
def test_it_offers_what_the_person_may_do_now(
    cast: Cast, state: str, role: str, offered: set[str]
) -> None:
    lesson = make_lesson(cast, state=state)
    text = page(browser(getattr(cast.gothenburg, role)).get(lesson.get_absolute_url()))
    steps = re.findall(rf'(?:href|action)="/lessons/{lesson.pk}/(\w+)/"', text)
    assert set(steps) - {"history"} == offered


def test_partners_are_offered_nothing(cast: Cast) -> None:
    lesson = make_lesson(cast)
    text = page(browser(cast.los_angeles.coordinator).get(lesson.get_absolute_url()))
    assert re.findall(rf"{lesson.pk}/(\w+)", text) == ["history"]


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7|add:7 }}'


@pytest.mark.parametrize("place", ["", "edit/", "audience/", "withdraw/"])
def test_hostile_texts_are_shown_as_text(cast: Cast, place: str) -> None:
    fields = ["title", "summary", "situation", "recommendation", "contact", "preconditions"]
    text = dict.fromkeys(fields, HOSTILE) | {"titles": {"sv": HOSTILE}, "tags": ["<b>x</b>"]}
    lesson = make_lesson(cast, text=text)
    answer = page(browser(cast.gothenburg.reviewer).get(lesson.get_absolute_url() + place))
    assert "<script>" not in answer
    assert "<img src=x" not in answer
    assert "<b>x</b>" not in answer
    assert "&lt;script&gt;alert(1)" in answer


@pytest.mark.parametrize("steps", [[], ["revise", "submit", "request_changes"], ["revise"]])
def test_the_page_costs_few_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries, steps: list[str]
) -> None:
    lesson = make_lesson(cast)
    for step in steps:
        lesson = act(step, lesson, cast.gothenburg)
    rolf = cast.gothenburg.reviewer
    keep_buffer(eyes(rolf), lesson.pk, lesson.pk, lesson.lock, {"title": ["Hardly begun"]})
    client = browser(rolf)
    with django_assert_max_num_queries(12):
        assert "that is not saved" in page(client.get(lesson.get_absolute_url()))


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer", "coordinator"])
@pytest.mark.parametrize("steps", [[], ["revise", "submit"], ["revise", "submit", "approve"]])
def test_a_replaced_lesson_with_a_related_one_costs_few_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries, steps: list[str], role: str
) -> None:
    other = make_lesson(cast)
    lesson = make_lesson(cast, text={"related": [str(other.pk)]})
    lesson = act("supersede", lesson, cast.gothenburg, successor=other)
    for step in steps:
        lesson = act(step, lesson, cast.gothenburg)
    client = browser(getattr(cast.gothenburg, role))
    with django_assert_max_num_queries(12):
        page(client.get(lesson.get_absolute_url()))


@pytest.mark.parametrize("steps", [["submit"], ["submit", "request_changes", "revise", "submit"]])
def test_the_review_costs_few_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries, steps: list[str]
) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg, text={"title": "Newer"})
    for step in steps:
        lesson = act(step, lesson, cast.gothenburg)
    rolf = browser(cast.gothenburg.reviewer)
    with django_assert_max_num_queries(12):
        page(rolf.get(f"{lesson.get_absolute_url()}review/"))


def test_an_organisations_page_shows_its_lessons_to_those_who_may_read_them(cast: Cast) -> None:
    make_lesson(cast, text={"title": "For the parties"})
    address = cast.gothenburg.organisation.get_absolute_url()
    people = [cast.los_angeles.reader, cast.tokyo.reader, None]
    found = ["For the parties" in page(browser(user).get(address)) for user in people]
    assert found == [True, False, False]


@pytest.mark.parametrize(
    ("started", "ended", "said"),
    [
        ("2019", "", "since 2019"),
        ("2019-03", "", "since March 2019"),
        ("2019-03-06", "2020", "6 March 2019 – 2020"),
        ("", "2020-12", "December 2020"),
        ("", "", ""),
    ],
)
def test_when_it_ran_is_said_in_words(db: None, started: str, ended: str, said: str) -> None:
    version = LessonVersion(started=started, ended=ended)
    assert Reading(Lesson(), version, anonymous()).when == said


def test_a_translated_title_says_that_the_text_is_not(cast: Cast) -> None:
    lesson = make_lesson(cast, text={"titles": {"sv": "Enas om kontakten"}})
    karin = cast.gothenburg.reader
    assert "The title is translated" not in page(browser(karin).get(lesson.get_absolute_url()))
    karin.language = "sv"
    karin.save()
    text = page(browser(karin).get(lesson.get_absolute_url()))
    assert "The title is translated; the text is in this language: English" in text


def test_a_withdrawn_lesson_says_first_why_and_by_whom(cast: Cast) -> None:
    lesson = make_lesson(cast, state="withdrawn")
    withdrawal = Review.objects.get(lesson=lesson, decision="withdrawn")
    text = page(browser(cast.gothenburg.reader).get(lesson.get_absolute_url()))
    assert f"{withdrawal.reviewer} withdrew it:" in text
    assert withdrawal.reason in text.partition('class="columns"')[0]


def test_a_withdrawn_lesson_is_mended_first(cast: Cast) -> None:
    lesson = make_lesson(cast, state="withdrawn")
    karin = browser(cast.gothenburg.contributor)
    text = page(karin.get(lesson.get_absolute_url()))
    assert re.search(r'<a class="button" href="[^"]*/edit/">Edit', text)
    assert "withdrew it:" in page(karin.get(f"{lesson.get_absolute_url()}edit/"))


def test_a_withdrawn_lesson_says_why_until_it_is_published_again(cast: Cast) -> None:
    lesson, told = make_lesson(cast, state="withdrawn"), []
    for step in ("revise", "submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
        text = page(browser(cast.gothenburg.reviewer).get(lesson.get_absolute_url()))
        told.append("withdrew it:" in text)
    assert told == [True, True, True, False]
