"""However old the index: what was restricted or deleted is gone at once, and leaves no trace."""

from pathlib import Path
from typing import Any

import pytest

from exchange.activity.models import Event, LogHead
from exchange.activity.sequencer import place_events
from exchange.search import service, tail
from exchange.search.engines import chosen_engine
from exchange.search.engines.base import Mark
from exchange.search.query import SearchQuery
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson
from tests.search.pages import page, settle

SHORE = "q=shore+power+connector"


def public_lessons(cast: Cast, number: int) -> list[Any]:
    """Publish lessons of different topics, lengths and owners, so that the page counts them."""
    topics = ["energy/shore-power", "digital", "infrastructure/rail"]
    ports = [cast.gothenburg, cast.los_angeles]
    return [
        make_lesson(
            ports[n % 2],
            audience=cast.public,
            text={"title": f"Shore power {n}", "tags": ["plug"] * n, "topics": [topics[n % 3]]},
        )
        for n in range(number)
    ]


@pytest.mark.parametrize("worker_runs", [False, True])
def test_a_new_restricted_lesson_changes_no_byte_for_outsiders(
    cast: Cast, index: Path, worker_runs: bool
) -> None:
    public_lessons(cast, 3)
    settle()
    outsiders = [cast.tokyo.reader, None]
    before = [page(user, SHORE) for user in outsiders]
    make_lesson(cast, text={"title": "Shore power connector secret"})
    if worker_runs:
        settle()
    assert [page(user, SHORE) for user in outsiders] == before
    if worker_runs:
        assert b"secret" in page(cast.los_angeles.reader, SHORE)


@pytest.mark.parametrize("placed", [False, True])
@pytest.mark.parametrize("step", ["withdraw", "change_audience"])
def test_a_lesson_taken_away_leaves_no_byte_while_the_worker_is_stopped(
    cast: Cast, index: Path, step: str, placed: bool
) -> None:
    public_lessons(cast, 3)
    settle()
    before = page(cast.tokyo.reader, SHORE)
    lesson = make_lesson(cast, audience=cast.public, text={"title": "Shore power once public"})
    settle()
    assert page(cast.tokyo.reader, SHORE) != before
    act(step, lesson, cast.gothenburg)
    if placed:
        place_events()
    assert page(cast.tokyo.reader, SHORE) == before


def test_hidden_work_on_a_public_lesson_changes_no_byte_for_outsiders(
    cast: Cast, index: Path
) -> None:
    lesson = make_lesson(cast, audience=cast.public, text={"title": "Shore power for all"})
    settle()
    outsiders = [cast.tokyo.reader, None]
    before = [page(user, SHORE) for user in outsiders]
    act("revise", lesson, cast.gothenburg, text={"title": "Shore power for all, again"})
    assert [page(user, SHORE) for user in outsiders] == before
    assert b" for all" in before[0]


def test_a_change_of_the_outsiders_own_is_found_when_the_worker_has_run(
    cast: Cast, index: Path
) -> None:
    make_lesson(cast, audience=cast.public, text={"title": "Rare wordafter"})
    assert service.search(eyes(cast.tokyo.reader), SearchQuery(text="wordafter")).total == 1
    settle()
    found = service.search(eyes(cast.tokyo.reader), SearchQuery(text="wordafter"))
    assert (found.total, found.from_database) == (1, False)


def test_what_changes_after_the_engine_answered_is_not_shown(
    cast: Cast, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = make_lesson(cast, audience=cast.public)
    settle()
    before = service._load

    def late(*args: Any) -> Any:
        act("withdraw", lesson, cast.gothenburg)
        return before(*args)

    monkeypatch.setattr(service, "_load", late)
    found = service.search(eyes(cast.tokyo.reader), SearchQuery(text="shore power"))
    assert (list(found.hits), found.total) == ([], 0)


def test_the_tail_holds_events_with_and_without_position(cast: Cast) -> None:
    place_events()
    mark = tail.present_mark()
    first = make_lesson(cast)
    place_events()
    second = make_lesson(cast)
    assert tail.keys_behind(mark, eyes(cast.gothenburg.reader)) == {
        f"lesson:{first.pk}",
        f"lesson:{second.pk}",
    }


def test_the_tail_is_read_in_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    place_events()
    mark, viewer = tail.present_mark(), eyes(cast.tokyo.reader)
    with django_assert_num_queries(1):
        assert tail.keys_behind(mark, viewer) == frozenset()


def many_events(cast: Cast, number: int) -> None:
    template = Event.objects.order_by("pk").first()
    assert template
    Event.objects.bulk_create(
        Event(
            verb=template.verb,
            target_type="organisation",
            target_id=cast.tokyo.organisation.pk,
            target_title="x",
            actor=template.actor,
            audience=template.audience,
            home_audience=template.home_audience,
        )
        for _ in range(number)
    )


def test_a_tail_of_two_thousand_is_answered_from_the_database(cast: Cast, index: Path) -> None:
    lesson = make_lesson(cast, audience=cast.public)
    settle()
    many_events(cast, 2_000)
    act("withdraw", lesson, cast.gothenburg)
    other = make_lesson(cast, audience=cast.public, text={"title": "Another one"})
    found = service.search(eyes(cast.tokyo.reader), SearchQuery(text="shore power"))
    assert found.from_database
    assert [hit.id for hit in found.hits] == [other.pk]
    assert "made anew" in page(cast.tokyo.reader, SHORE).decode()
    settle()
    assert not service.search(eyes(cast.tokyo.reader), SearchQuery(text="power")).from_database


def test_a_tail_of_a_thousand_is_still_excluded(cast: Cast, index: Path) -> None:
    settle()
    many_events(cast, tail.LONGEST)
    assert not service.search(eyes(cast.tokyo.reader), SearchQuery(text="power")).from_database
    many_events(cast, 1)
    assert service.search(eyes(cast.tokyo.reader), SearchQuery(text="power")).from_database


def test_what_others_publish_among_themselves_is_not_in_the_tail(cast: Cast) -> None:
    place_events()
    mark = tail.present_mark()
    lesson = make_lesson(cast)
    act("change_audience", lesson, cast.gothenburg)
    assert tail.keys_behind(mark, eyes(cast.los_angeles.reader))
    assert tail.keys_behind(mark, eyes(cast.tokyo.reader)) == frozenset()


def test_the_index_of_another_database_is_not_believed(cast: Cast, index: Path) -> None:
    lesson = make_lesson(cast, audience=cast.public)
    settle()
    position = LogHead.objects.get().last_position
    chosen_engine().update(
        documents=[], gone=[f"lesson:{lesson.pk}"], mark=Mark(position=position, event="another")
    )
    found = service.search(eyes(cast.tokyo.reader), SearchQuery(text="shore power"))
    assert (found.total, found.from_database) == (1, True)
    settle()
    found = service.search(eyes(cast.tokyo.reader), SearchQuery(text="shore power"))
    assert (found.total, found.from_database) == (1, False)


def test_index_and_database_give_the_same_answer(cast: Cast, index: Path) -> None:
    public_lessons(cast, 3)
    make_lesson(cast)
    viewer = eyes(cast.los_angeles.reader)
    query = SearchQuery(text="shore power connector")
    slow = service.search(viewer, query)
    settle()
    quick = service.search(viewer, query)
    assert (slow.from_database, quick.from_database) == (True, False)
    assert [hit.id for hit in slow.hits] == [hit.id for hit in quick.hits]
    assert (slow.total, slow.facets) == (quick.total, quick.facets)
