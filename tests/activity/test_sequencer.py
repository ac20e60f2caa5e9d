"""The sequencer, step by step."""

from collections.abc import Callable
from threading import Event as Flag
from typing import Any

import pytest
from django.db import connection, transaction

from exchange.activity import log, sequencer
from exchange.activity.apps import make_head
from exchange.activity.models import Event, LogHead
from exchange.activity.sequencer import LogSize, last_position, place_events
from exchange.activity.signals import log_grew
from exchange.activity.tasks import sequence_events
from tests.activity.things import change, make_counters, note, things
from tests.threads import together

WAIT = 20


@pytest.fixture
def no_placing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Die between an action's commit and its place in the log."""
    monkeypatch.setattr(log, "place_events", lambda: 0)


def test_a_committed_event_gets_the_next_position(transactional_db: None) -> None:
    thing = make_counters(1)[0]
    before = last_position()
    change(thing)
    change(thing)
    found = Event.objects.filter(target_id=thing.pk).order_by("pk")
    assert [event.position for event in found] == [before + 1, before + 2]


def test_the_log_grows_with_each_event_and_not_when_it_is_placed(
    transactional_db: None, no_placing: None
) -> None:
    def size() -> int:
        return int(LogHead.objects.values_list(LogSize()).get()[0])

    thing = make_counters(1)[0]
    sizes = [size()]
    for step in (lambda: change(thing), lambda: change(thing), place_events):
        step()
        sizes.append(size() - sizes[0])
    assert sizes[1:] == [1, 2, 2]


def test_an_event_has_no_position_before_its_commit(transactional_db: None) -> None:
    with transaction.atomic():
        event = note(things(1)[0])
    event.refresh_from_db()
    assert event.position == last_position()
    with transaction.atomic():
        event = note(things(1)[0])
        assert Event.objects.unplaced().filter(pk=event.pk).exists()


def test_what_is_rolled_back_takes_no_position(transactional_db: None) -> None:
    thing = make_counters(1)[0]
    before = last_position()
    change(thing, fail=True)
    assert not Event.objects.filter(target_id=thing.pk).exists()
    assert last_position() == before


def test_the_sweep_places_what_a_dead_process_left(
    transactional_db: None, no_placing: None
) -> None:
    event = change(make_counters(1)[0])
    assert Event.objects.unplaced().filter(pk=event).exists()
    sequence_events()
    assert not Event.objects.unplaced().exists()


def test_more_than_one_batch_is_placed_in_order(
    transactional_db: None, no_placing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 3)
    with transaction.atomic():
        made = [note(thing).pk for thing in things(8)]
    before = last_position()
    assert place_events() == 8
    found = Event.objects.filter(pk__in=made).order_by("pk").values_list("position", flat=True)
    assert list(found) == list(range(before + 1, before + 9))


def test_readers_are_told_once_after_the_positions_are_committed(transactional_db: None) -> None:
    told: list[bool] = []

    def hear(**_: Any) -> None:
        told.append(connection.in_atomic_block or Event.objects.unplaced().exists())

    log_grew.connect(hear)
    try:
        change(make_counters(1)[0])
    finally:
        log_grew.disconnect(hear)
    assert told == [False]


def test_nobody_is_told_when_nothing_happened(transactional_db: None) -> None:
    told: list[int] = []
    hear: Callable[..., None] = lambda **_: told.append(1)  # noqa: E731
    log_grew.connect(hear)
    try:
        place_events()
    finally:
        log_grew.disconnect(hear)
    assert not told


@pytest.mark.postgres
def test_a_slow_writer_is_not_overtaken(postgres: None) -> None:
    """Its event has the smaller id and commits later: a reader who went by id would lose it."""
    slow, quick = make_counters(2)
    change(slow)  # the actor's label is there: its first insert would make the second one wait
    began, go_on = Flag(), Flag()

    def hold() -> None:
        began.set()
        assert go_on.wait(WAIT)

    def work(index: int) -> int | None:
        if index == 0:
            return change(slow, before_commit=hold)
        assert began.wait(WAIT)
        made = change(quick)
        read = list(Event.objects.after(before))
        go_on.set()
        assert [event.target_id for event in read] == [quick.pk]
        return made

    before = last_position()
    slow_event, quick_event = together(work, 2)
    assert isinstance(slow_event, int)
    assert isinstance(quick_event, int)
    assert slow_event < quick_event
    cursor = Event.objects.get(pk=quick_event).position
    assert [event.pk for event in Event.objects.after(cursor)] == [slow_event]


class HeldHead:
    """Stops the first sequencer while it holds the head, before it commits."""

    def __init__(self) -> None:
        self.held, self.go_on, self.used = Flag(), Flag(), False

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "activity_loghead"') and not self.used:
            self.used = True
            self.held.set()
            assert self.go_on.wait(WAIT)
        return execute(sql, *rest)


@pytest.mark.postgres
def test_who_finds_the_head_locked_leaves_and_its_holder_looks_again(
    postgres: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_counters(2)
    head, placed = HeldHead(), {}

    def work(index: int) -> int | None:
        if index == 0:
            with connection.execute_wrapper(head):
                return change(first)
        assert head.held.wait(WAIT)
        event = change(second)  # returns at once: its sequencer does not wait for the head
        placed["left"] = Event.objects.get(pk=event).position
        head.go_on.set()
        return event

    events = together(work, 2)
    assert all(isinstance(event, int) for event in events), events
    assert placed["left"] is None
    assert not Event.objects.unplaced().exists()
    assert last_position() == Event.objects.count()


def test_the_counter_says_what_is_next_and_not_the_greatest_position(
    transactional_db: None,
) -> None:
    thing = make_counters(1)[0]
    change(thing)
    LogHead.objects.update(last_position=1000)
    event = change(thing)
    assert Event.objects.get(pk=event).position == 1001


def test_there_is_one_head_also_after_a_flush(transactional_db: None) -> None:
    assert [head.pk for head in LogHead.objects.all()] == [1]


def test_a_lost_head_is_told_and_not_passed_over(transactional_db: None, no_placing: None) -> None:
    change(make_counters(1)[0])
    LogHead.objects.all().delete()
    with pytest.raises(LogHead.DoesNotExist, match="migrate"):
        place_events()


def test_a_head_made_anew_goes_on_after_the_newest_position(transactional_db: None) -> None:
    thing = make_counters(1)[0]
    first = Event.objects.get(pk=change(thing))
    LogHead.objects.all().delete()
    make_head()
    second = Event.objects.get(pk=change(thing))
    assert second.position == (first.position or 0) + 1


def test_two_sweeps_at_once_place_each_event_once(
    shared_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act(_: int) -> None:
        monkeypatch.setattr(log, "place_events", lambda: 0)
        for thing in make_counters(3):
            change(thing)

    assert together(act, 1) == [None]
    counts = together(lambda _: place_events(), 4)
    assert sum(count for count in counts if isinstance(count, int)) == 3
    positions = together(lambda _: list(Event.objects.values_list("position", flat=True)), 1)[0]
    assert isinstance(positions, list)
    assert None not in positions
    assert len(set(positions)) == len(positions)
