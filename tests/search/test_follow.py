"""The follower of the log."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from exchange.activity.sequencer import last_position, place_events
from exchange.activity.signals import log_grew
from exchange.search import apps, follow, service
from exchange.search.documents import sources
from exchange.search.engines import chosen_engine
from exchange.search.engines.base import EngineBroken
from exchange.search.query import SearchQuery
from exchange.search.tasks import follow_log
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson
from tests.search.pages import settle
from tests.threads import alone, shared_db, together

__all__ = ["shared_db"]


def total(cast: Cast, text: str = "shore power") -> tuple[int, bool]:
    found = service.search(eyes(cast.gothenburg.reader), SearchQuery(text=text))
    return found.total, found.from_database


def test_the_task_bears_the_name_that_beat_calls() -> None:
    assert follow_log.name == "exchange.search.tasks.follow_log"


def test_it_rings_when_the_log_has_grown(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[Any] = []
    monkeypatch.setattr("exchange.common.doorbell.ring", rung.append)
    log_grew.send(sender=None)
    assert follow_log in rung
    assert apps.SearchConfig.name == "exchange.search"


def test_it_reads_to_the_end_in_batches(
    cast: Cast, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle()
    monkeypatch.setattr(follow, "BATCH", 2)
    for number in range(5):
        make_lesson(cast, text={"title": f"Number{number}"})
    settle()
    assert chosen_engine().status().mark.position == last_position()
    assert total(cast) == (5, False)


def test_it_reads_again_what_changed(cast: Cast, index: Path) -> None:
    lesson = make_lesson(cast)
    settle()
    lesson = act("revise", lesson, cast.gothenburg, text={"title": "Zebra crossing"})
    for step in ("submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
    settle()
    assert total(cast, "zebra") == (1, False)


def test_it_drops_what_its_source_gives_no_longer(
    cast: Cast, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = make_lesson(cast)
    settle()
    act("withdraw", lesson, cast.gothenburg)
    monkeypatch.setattr(follow, "_documents", lambda keys: [])
    settle()
    assert chosen_engine().fingerprints() == {}


def test_twice_does_no_harm(cast: Cast, index: Path) -> None:
    make_lesson(cast)
    settle()
    before = chosen_engine().status()
    follow_log()
    follow_log()
    assert chosen_engine().status() == before


def test_a_deleted_folder_heals(cast: Cast, index: Path) -> None:
    make_lesson(cast)
    settle()
    shutil.rmtree(index)
    assert total(cast) == (1, True)
    follow_log()
    assert total(cast) == (1, False)


def test_a_first_index_is_no_trouble_and_a_damaged_one_is(
    cast: Cast, index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="exchange.search.follow"):
        settle()
        for file in index.iterdir():
            file.write_bytes(b"garbage")
        follow_log()
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING"]


@pytest.mark.parametrize("content", [b"", b"garbage" * 100])
def test_damaged_files_heal(cast: Cast, index: Path, content: bytes) -> None:
    make_lesson(cast)
    settle()
    for file in index.iterdir():
        file.write_bytes(content)
    chosen_engine.cache_clear()
    assert total(cast) == (1, True)
    follow_log()
    assert total(cast) == (1, False)


def test_damage_found_while_searching_is_told_to_the_follower(
    cast: Cast, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_lesson(cast)
    settle()

    def broken(*_: Any) -> Any:
        raise EngineBroken("a block is damaged")

    with monkeypatch.context() as patch:
        patch.setattr("exchange.search.engines.whoosh.segments.Segment._read", broken)
        assert total(cast, "voltage") == (1, True)
    assert follow.is_behind()
    follow_log()
    assert total(cast, "voltage") == (1, False)


def test_an_index_that_cannot_be_updated_is_made_anew(
    cast: Cast, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_lesson(cast)
    settle()
    make_lesson(cast)

    def broken(*_: Any, **__: Any) -> None:
        raise EngineBroken("no room")

    monkeypatch.setattr("exchange.search.engines.whoosh.WhooshEngine.update", broken)
    settle()
    assert total(cast) == (2, False)


def test_what_rebuilding_does_not_heal_is_an_error_and_no_endless_work(
    cast: Cast, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle()
    chosen_engine().distrust("a bit of it has changed")
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(EngineBroken, match="damaged"):
        follow_log()


def test_a_second_follower_leaves(cast: Cast, index: Path) -> None:
    make_lesson(cast)
    place_events()
    with follow.writing_alone() as first:
        follow_log()
        with follow.writing_alone() as second:
            assert (first, second) == (True, False)
    assert not chosen_engine().status().healthy


@pytest.mark.django_db(transaction=True)
def test_followers_side_by_side_leave_nothing_behind(
    cast: Cast, shared_db: None, index: Path
) -> None:
    del shared_db

    def work() -> None:
        for number in range(4):
            make_lesson(cast, text={"title": f"Number{number}"})
        together(lambda _: (place_events(), follow_log()), 3)
        follow_log()

    alone(work)
    assert chosen_engine().status().healthy
    assert sum(key.startswith("lesson:") for key in chosen_engine().fingerprints()) == 4


def test_an_event_of_a_thing_that_is_not_searched_moves_the_mark_only(
    cast: Cast, index: Path
) -> None:
    settle()
    assert chosen_engine().status().mark.position == last_position() > 0
    assert chosen_engine().status().count == 0
    assert {source.kind for source in sources()} >= {"lesson"}
