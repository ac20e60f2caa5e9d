"""What somebody may be told: the event is for them, and they may see the thing now."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from exchange.activity import verbs
from exchange.activity.feed import entries
from exchange.activity.log import keep_label
from exchange.activity.models import Event
from exchange.activity.verbs import TargetType, Verb
from exchange.audiences.viewer import Viewer
from exchange.partners.viewers import anonymous
from tests.activity.things import Thing, note, things


class Shelf:
    """The things that can be seen now, whoever looks; counts how often it is asked."""

    def __init__(self) -> None:
        self.seen: dict[UUID, Thing] = {}
        self.asked = 0

    def visible(self, viewer: Viewer, ids: Collection[UUID]) -> Iterable[Thing]:
        self.asked += 1
        return [thing for key, thing in self.seen.items() if key in ids]


@pytest.fixture
def shelf(db: None, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf()
    monkeypatch.setattr(
        verbs,
        "_targets",
        {**verbs._targets, "thing": TargetType(name="thing", label="", visible=shelf.visible)},
    )
    told = Verb(name="thing.told", label="told", sentence="{actor} told of {title}")
    monkeypatch.setattr(verbs, "_verbs", {**verbs._verbs, "thing.told": told})
    return shelf


def told_of(number: int, shelf: Shelf) -> list[Event]:
    found = things(number)
    shelf.seen = {thing.pk: thing for thing in found}
    with transaction.atomic():
        return [note(thing, verb="thing.told") for thing in found]


def feed(viewer: Viewer) -> list[Any]:
    return entries(Event.objects.visible_to(viewer).select_related("actor").order_by("pk"), viewer)


def test_an_entry_tells_who_did_what(shelf: Shelf) -> None:
    told_of(1, shelf)
    assert [entry.sentence for entry in feed(anonymous())] == ["Port Exchange told of thing 1"]


def test_an_entry_bears_the_title_the_thing_has_now(shelf: Shelf) -> None:
    event = told_of(1, shelf)[0]
    shelf.seen = {event.target_id: Thing(event.target_id, "new {title}")}
    assert feed(anonymous())[0].sentence == "Port Exchange told of new {title}"


def test_what_may_not_be_seen_now_is_not_told(shelf: Shelf) -> None:
    events = told_of(3, shelf)
    del shelf.seen[events[1].target_id]
    assert [entry.event for entry in feed(anonymous())] == [events[0], events[2]]


def test_an_event_for_others_is_not_told_even_of_a_visible_thing(shelf: Shelf) -> None:
    told_of(1, shelf)
    assert not feed(Viewer())


def test_a_word_of_a_newer_release_is_left_out(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_of(1, shelf)
    known = {name: verb for name, verb in verbs._verbs.items() if name != "thing.told"}
    monkeypatch.setattr(verbs, "_verbs", known)
    assert feed(anonymous()) == []


def test_things_are_asked_for_once_for_each_kind(
    shelf: Shelf, django_assert_num_queries: Any
) -> None:
    told_of(20, shelf)
    viewer = anonymous()
    with django_assert_num_queries(1):
        assert len(feed(viewer)) == 20
    assert shelf.asked == 1


def test_whom_things_were_done_to_costs_one_query_for_all(
    shelf: Shelf, django_assert_num_queries: Any
) -> None:
    people = told_of(20, shelf)
    for event in people:
        keep_label(kind="person", actor_id=event.target_id, name="Siv")
        Event.objects.filter(pk=event.pk).update(data={"user": str(event.target_id)})
    viewer = anonymous()
    with django_assert_num_queries(2):
        assert {str(entry.whom) for entry in feed(viewer)} == {"Siv"}


def test_a_program_is_not_taken_for_a_person(shelf: Shelf) -> None:
    event = told_of(1, shelf)[0]
    keep_label(kind="person", actor_id=event.target_id, name="Siv")
    Event.objects.update(data={"client": str(event.target_id)})
    assert str(feed(anonymous())[0].whom) == "somebody"
