"""A draft that nobody wants any more: gone from every list and the search, and brought back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.activity.models import Event
from exchange.activity.verbs import verb_named
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict
from exchange.lessons import search
from exchange.lessons.actions import discard_lesson
from exchange.lessons.bookkeeping import keep_buffer
from exchange.lessons.choices import State
from exchange.lessons.models import DraftBuffer, Lesson
from exchange.lessons.related import seen_of
from exchange.search import service
from exchange.search.query import SearchQuery
from tests.api.program import Program
from tests.cast import Cast, eyes
from tests.lessons.factories import CANARY, act, make_lesson
from tests.lessons.pages import browser, page, step_body

WORDS = {"title": f"{CANARY} title"}


def a_draft(cast: Cast) -> Lesson:
    return make_lesson(cast, state=State.CAPTURED, text=WORDS)


def discarded(cast: Cast) -> Lesson:
    return act("discard", a_draft(cast), cast.gothenburg)


def karin(cast: Cast) -> Viewer:
    return eyes(cast.gothenburg.contributor)


def offered(viewer: Viewer) -> list[object]:
    """Return where search, titles and words of titles still tell of the draft."""
    hits = service.search(viewer, SearchQuery(text=CANARY)).total
    return [hits, search.titles(viewer, CANARY), search.words(viewer, CANARY)]


def test_search_and_suggestions_tell_of_it_no_more(cast: Cast) -> None:
    lesson = a_draft(cast)
    assert all(offered(karin(cast)))
    lesson = act("discard", lesson, cast.gothenburg)
    assert not any(offered(karin(cast)))
    assert [*search.documents([lesson.pk])] == []
    act("restore", lesson, cast.gothenburg)
    assert all(offered(karin(cast)))


@pytest.mark.parametrize("address", ["/lessons/?state=captured", "/lessons/waiting/", "/"])
def test_lists_leave_it_out(cast: Cast, address: str) -> None:
    lesson = discarded(cast)
    text = page(browser(cast.gothenburg.contributor).get(address))
    assert lesson.get_absolute_url() not in text.partition('id="activity"')[0]


def test_the_library_shows_it_to_whoever_asks_for_that_state(cast: Cast) -> None:
    lesson = discarded(cast)
    text = page(browser(cast.gothenburg.contributor).get("/lessons/?state=discarded"))
    assert lesson.get_absolute_url() in text


def test_its_page_asks_first_and_restores_it_afterwards(cast: Cast) -> None:
    lesson, http = a_draft(cast), browser(cast.gothenburg.contributor)
    address = lesson.get_absolute_url()
    assert f"{address}discard/" in page(http.get(address))
    assert "Discard this draft?" in page(http.get(f"{address}discard/"))
    http.post(f"{address}discard/", step_body(lesson))
    lesson.refresh_from_db()
    assert f"{address}restore/" in page(http.get(address))
    http.post(f"{address}restore/", step_body(lesson))
    lesson.refresh_from_db()
    assert lesson.state == State.CAPTURED


def test_a_double_click_discards_once(cast: Cast) -> None:
    lesson, http = a_draft(cast), browser(cast.gothenburg.contributor)
    body = step_body(lesson)
    for _click in range(2):
        answer = http.post(f"{lesson.get_absolute_url()}discard/", body, follow=True)
        assert "Discarded. You can restore it here." in page(answer)
    assert Event.objects.filter(verb="lesson.discarded").count() == 1


def test_a_lesson_that_was_published_once_stays(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast, state=State.WITHDRAWN), cast.gothenburg)
    assert lesson.state == State.CAPTURED
    with pytest.raises(Conflict, match="never was published"):
        act("discard", lesson, cast.gothenburg)
    address = lesson.get_absolute_url()
    assert f"{address}discard/" not in page(browser(cast.gothenburg.contributor).get(address))


def test_nothing_else_is_done_to_it_until_it_is_restored(cast: Cast) -> None:
    lesson = discarded(cast)
    for step in ("change_audience", "revise", "submit"):
        with pytest.raises(Conflict, match="Restore it first"):
            act(step, lesson, cast.gothenburg)
    told = Event.objects.filter(target_id=lesson.pk).order_by("pk")
    assert [event.verb for event in told][-1] == "lesson.discarded"


def test_whose_draft_a_colleague_discards_hears_of_it(cast: Cast) -> None:
    lesson = a_draft(cast)
    port = cast.gothenburg
    discard_lesson(actor=eyes(port.coordinator), lesson=lesson, lock=lesson.lock)
    event = Event.objects.get(verb="lesson.discarded")
    assert verb_named(event.verb).notify(event) == {port.contributor.pk}


def test_only_its_home_hears_of_it(cast: Cast) -> None:
    lesson = act("restore", discarded(cast), cast.gothenburg)
    told = Event.objects.filter(target_id=lesson.pk).order_by("pk")
    assert [event.verb for event in told][1:] == ["lesson.discarded", "lesson.restored"]
    assert {event.audience for event in told} == {cast.gothenburg.home}


def test_its_external_id_is_free_again(cast: Cast) -> None:
    program = Program(cast.gothenburg)
    body = {"title": "Agree the plug", "external_id": "A-1"}
    made = program.post("/api/v1/lessons", body).json()
    assert program.delete(f"/api/v1/lessons/{made['id']}", version=1).status_code == 204
    assert program.post("/api/v1/lessons", body).status_code == 201


def test_a_program_is_told_why_not(cast: Cast) -> None:
    program, lesson = Program(cast.gothenburg), make_lesson(cast, state=State.IN_REVIEW)
    answer = program.delete(f"/api/v1/lessons/{lesson.pk}", version=lesson.lock)
    assert answer.status_code == 409
    assert "What is in review is taken back first." in answer.json()["detail"]


def test_a_program_that_discards_twice_is_told_that_nothing_is_left_to_do(cast: Cast) -> None:
    program, draft = Program(cast.gothenburg), a_draft(cast)
    draft = act("discard", draft, cast.gothenburg)
    answer = program.delete(f"/api/v1/lessons/{draft.pk}", version=draft.lock)
    assert answer.status_code == 409
    assert "Nothing is left to do." in answer.json()["detail"]


def test_texts_that_name_it_show_it_no_more_and_keep_it(cast: Cast) -> None:
    draft = a_draft(cast)
    other = make_lesson(cast, state=State.CAPTURED, text={"related": [str(draft.pk)]})
    draft = act("discard", draft, cast.gothenburg)
    assert seen_of([str(draft.pk)], karin(cast)) == []
    other = act("revise", other, cast.gothenburg, text={"related": [], "summary": "Shorter."})
    act("restore", draft, cast.gothenburg)
    assert other.latest_version
    assert seen_of(other.latest_version.related, karin(cast)) == [draft]


def test_what_was_typed_into_it_comes_back_with_it(cast: Cast) -> None:
    lesson, viewer = a_draft(cast), karin(cast)
    keep_buffer(viewer, lesson.pk, lesson.pk, lesson.lock, {"title": ["Half"]})
    lesson = act("discard", lesson, cast.gothenburg)
    assert not DraftBuffer.objects.for_viewer(viewer).exists()
    act("restore", lesson, cast.gothenburg)
    assert DraftBuffer.objects.for_viewer(viewer).exists()


def test_leaving_it_out_of_search_costs_no_query(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as none:
        offered(karin(cast))
    discarded(cast)
    with CaptureQueriesContext(connection) as one:
        offered(karin(cast))
    assert len(one) == len(none)


def with_a_newer_text(cast: Cast, *steps: str) -> Lesson:
    lesson = make_lesson(cast)
    for step in ("revise", *steps):
        lesson = act(step, lesson, cast.gothenburg)
    return lesson


@pytest.mark.parametrize("steps", [[], ["submit", "request_changes"], ["submit", "decline"]])
def test_a_newer_text_is_thrown_away_and_readers_keep_theirs(cast: Cast, steps: list[str]) -> None:
    lesson, partner = with_a_newer_text(cast, *steps), Program(cast.los_angeles)
    read = partner.get(f"/api/v1/lessons/{lesson.pk}")
    lesson = act("drop_newer", lesson, cast.gothenburg)
    assert (lesson.state, lesson.has_working_version, lesson.edition) == ("published", False, 1)
    after = partner.get(f"/api/v1/lessons/{lesson.pk}")
    assert (after.json(), after["ETag"]) == (read.json(), read["ETag"])


def test_the_history_keeps_the_newer_text_and_who_threw_it_away(cast: Cast) -> None:
    lesson = act("drop_newer", with_a_newer_text(cast), cast.gothenburg)
    told = page(browser(cast.gothenburg.reader).get(f"{lesson.get_absolute_url()}history/"))
    assert "Draft discarded" in told
    assert [str(one) for one in lesson.versions.order_by("number")][1] == "A better title"
    latest = lesson.versions.latest("number")
    assert set(latest.topics.all()) == set(lesson.versions.earliest("number").topics.all())


def test_work_goes_on_after_it(cast: Cast) -> None:
    lesson = act("drop_newer", with_a_newer_text(cast), cast.gothenburg)
    for step in ("revise", "submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
    assert (str(lesson), lesson.edition) == ("A better title", 2)


def test_its_page_asks_before_a_newer_text_goes(cast: Cast) -> None:
    lesson, http = with_a_newer_text(cast), browser(cast.gothenburg.contributor)
    assert "Discard the newer text" in page(http.get(lesson.get_absolute_url()))
    assert "stays published" in page(http.get(f"{lesson.get_absolute_url()}discard/"))
    http.post(f"{lesson.get_absolute_url()}discard/", step_body(lesson))
    assert Lesson.objects.get().state == State.PUBLISHED
    assert "Discard the newer" not in page(http.get(lesson.get_absolute_url()))


def test_where_there_is_no_newer_text_none_is_thrown_away(cast: Cast) -> None:
    with pytest.raises(Conflict, match="Only a newer text"):
        act("drop_newer", with_a_newer_text(cast, "submit"), cast.gothenburg)


def test_programs_throw_no_newer_text_away(cast: Cast) -> None:
    lesson, program = with_a_newer_text(cast), Program(cast.gothenburg, may_write=True)
    body = program.get(f"/api/v1/lessons/{lesson.pk}", text="latest").json()
    assert body["allowed_actions"] == ["revise", "submit"]
