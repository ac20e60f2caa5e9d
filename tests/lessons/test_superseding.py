"""One lesson replaces another: who is told what, and what is refused."""

import uuid

import pytest
from django.db import IntegrityError

from exchange.activity.models import Event
from exchange.common.errors import Conflict, Invalid
from exchange.lessons.library import narrowed, on_the_shelf
from exchange.lessons.models import Lesson
from exchange.lessons.related import replaced_by, successor_of
from exchange.lessons.search import load
from tests.cast import Cast, Port, eyes
from tests.lessons.factories import act, make_lesson
from tests.lessons.pages import browser, page, step_body
from tests.lessons.test_publishing_actions import told

NEWER = "Order the plug last"


def older_and_newer(cast: Cast) -> tuple[Lesson, Lesson]:
    """Return a lesson for everybody and one for the agreement that replaces it."""
    newer = make_lesson(cast, text={"title": NEWER})
    older = make_lesson(cast, audience=cast.public)
    return act("supersede", older, cast.gothenburg, successor=newer, note="Newer figures."), newer


def seen(port: Port, lesson: Lesson) -> str:
    return page(browser(port.reader).get(lesson.get_absolute_url()))


def main(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


def test_readers_get_a_notice_and_a_link_if_they_may_read_the_other(cast: Cast) -> None:
    older, newer = older_and_newer(cast)
    texts = [seen(port, older) for port in (cast.los_angeles, cast.tokyo)]
    assert ["Another lesson replaces this one" in text for text in texts] == [True, True]
    assert ["Newer figures." in text for text in texts] == [True, True]
    assert [str(newer.pk) in text for text in texts] == [True, False]
    assert NEWER not in texts[1]


def test_a_replaced_lesson_is_not_among_the_latest(cast: Cast) -> None:
    older, newer = older_and_newer(cast)
    another = make_lesson(cast, audience=cast.public)
    assert another.get_absolute_url() in page(browser(None).get("/"))
    assert older.get_absolute_url() not in page(browser(None).get("/"))
    panel = page(browser(cast.los_angeles.reader).get(older.organisation.get_absolute_url()))
    assert newer.get_absolute_url() in panel
    assert older.get_absolute_url() not in panel


def test_the_newer_lists_what_it_replaces(cast: Cast) -> None:
    older, newer = older_and_newer(cast)
    assert older.get_absolute_url() in seen(cast.los_angeles, newer)
    hidden = act("change_audience", older, cast.gothenburg)
    assert hidden.get_absolute_url() not in seen(cast.los_angeles, newer)


def test_what_outsiders_are_told_does_not_change_when_the_newer_is_withdrawn(cast: Cast) -> None:
    older, newer = older_and_newer(cast)
    before = seen(cast.tokyo, older)
    act("withdraw", newer, cast.gothenburg)
    assert main(seen(cast.tokyo, older)) == main(before)
    assert "readers get no link" in seen(cast.gothenburg, older)


def test_its_readers_hear_of_it_and_the_event_names_no_other_lesson(cast: Cast) -> None:
    older, _newer = older_and_newer(cast)
    event = Event.objects.get(verb="lesson.superseded")
    assert (event.target_id, event.data) == (older.pk, {})
    assert told(event) == ("lesson.superseded", cast.public, None)


def test_lists_and_hits_show_it_last_and_marked(cast: Cast) -> None:
    older, newer = older_and_newer(cast)
    third = make_lesson(cast, text={"title": "A third"})
    viewer = eyes(cast.los_angeles.reader)
    listed = narrowed(on_the_shelf(viewer, {}), {"sort": "title"})
    assert [lesson.pk for lesson in listed] == [third.pk, newer.pk, older.pk]
    hits = load(viewer, [older.pk, newer.pk])
    assert [hits[key].note for key in (older.pk, newer.pk)] == ["Replaced", ""]
    assert page(browser(cast.los_angeles.reader).get("/lessons/")).count("Replaced") == 1


def test_it_is_taken_back(cast: Cast) -> None:
    older, newer = older_and_newer(cast)
    older = act("reinstate", older, cast.gothenburg)
    assert (older.superseded_by, older.superseded_note) == (None, "")
    assert replaced_by(newer, eyes(cast.gothenburg.reader)) == []
    with pytest.raises(Conflict, match="does not count as replaced"):
        act("reinstate", older, cast.gothenburg)


def test_a_circle_is_refused(cast: Cast) -> None:
    older, newer = older_and_newer(cast)
    newest = make_lesson(cast)
    newer = act("supersede", newer, cast.gothenburg, successor=newest)
    with pytest.raises(Invalid, match="replaces that one"):
        act("supersede", newest, cast.gothenburg, successor=older)


def test_only_a_published_lesson_of_the_same_owner_replaces(cast: Cast) -> None:
    older = make_lesson(cast)
    others = [make_lesson(cast, state="captured"), make_lesson(cast.los_angeles), older]
    for other in others:
        with pytest.raises(Invalid, match="of the same owner"):
            act("supersede", older, cast.gothenburg, successor=other)


def test_nothing_replaces_itself_in_the_database(cast: Cast) -> None:
    lesson = make_lesson(cast)
    with pytest.raises(IntegrityError):
        Lesson.objects.filter(pk=lesson.pk).update(superseded_by=lesson.pk)


def test_a_successor_is_told_to_those_who_may_see_it(cast: Cast) -> None:
    older, newer = older_and_newer(cast)
    found = [successor_of(older, eyes(port.reader)) for port in (cast.los_angeles, cast.tokyo)]
    assert found == [newer, None]


@pytest.mark.parametrize("entry", ["nonsense", str(uuid.UUID(int=0)), "https://example.org/x"])
def test_an_address_that_leads_nowhere_is_named_and_kept(cast: Cast, entry: str) -> None:
    lesson = make_lesson(cast)
    body = step_body(lesson, successor=entry, note="Newer figures.")
    address = f"{lesson.get_absolute_url()}supersede/"
    text = page(browser(cast.gothenburg.reviewer).post(address, body))
    assert "Choose another published lesson of your organisation" in text
    assert f'value="{entry}"' in text
    assert "Newer figures." in text


def test_who_names_the_lesson_itself_is_told_so(cast: Cast) -> None:
    lesson = make_lesson(cast)
    address = f"{lesson.get_absolute_url()}supersede/"
    body = step_body(lesson, successor=str(lesson.pk))
    assert "This is the lesson itself." in page(
        browser(cast.gothenburg.reviewer).post(address, body)
    )
    assert not Lesson.objects.filter(superseded_by=lesson).exists()


def test_who_takes_readers_the_other_is_told_so(cast: Cast) -> None:
    rolf, told_so = browser(cast.gothenburg.reviewer), []
    for before, after in (
        (cast.public, cast.public),
        (cast.public, cast.partners),
        (cast.agreement, cast.partners),
        (cast.partners, cast.agreement),
    ):
        older, newer = make_lesson(cast, audience=before), make_lesson(cast, audience=after)
        body = step_body(older, successor=newer.get_absolute_url())
        answer = rolf.post(f"{older.get_absolute_url()}supersede/", body, follow=True)
        told_so.append("these get no link to it" in page(answer))
    assert told_so == [False, True, False, True]


def test_a_reviewer_chooses_it_by_its_address(cast: Cast) -> None:
    lesson, newer = make_lesson(cast), make_lesson(cast, text={"title": NEWER})
    rolf, address = browser(cast.gothenburg.reviewer), f"{lesson.get_absolute_url()}supersede/"
    assert NEWER in page(rolf.get(address))
    rolf.post(address, step_body(lesson, successor=f"http://testserver{newer.get_absolute_url()}"))
    assert Lesson.objects.get(pk=lesson.pk).superseded_by == newer
