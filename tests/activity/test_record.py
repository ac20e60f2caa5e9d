from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from exchange.activity import log
from exchange.activity.feed import entries
from exchange.activity.log import Whom, record
from exchange.activity.models import ActorLabel, Event
from exchange.audiences.viewer import Viewer
from exchange.common.ids import uuid7
from tests.activity.things import note, note_all, things
from tests.cast import Cast, eyes, make_cast
from tests.threads import alone, one_behind_the_other, together


@pytest.mark.django_db(transaction=True)
def test_it_refuses_an_event_outside_a_transaction(cast: Cast) -> None:
    with pytest.raises(RuntimeError):
        note(things(1)[0])


@pytest.mark.django_db(transaction=True)
def test_it_refuses_many_events_outside_a_transaction(cast: Cast) -> None:
    with pytest.raises(RuntimeError):
        note_all(things(2))


def test_many_events_keep_their_order_and_have_one_actor(db: None) -> None:
    note_all(things(3))
    events = Event.objects.filter(target_type="organisation").order_by("pk")
    assert [one.target_title for one in events] == ["thing 1", "thing 2", "thing 3"]
    assert {one.actor.kind for one in events} == {"system"}


def test_no_event_is_recorded_of_nothing(db: None) -> None:
    note_all([])
    assert not ActorLabel.objects.exists()


def test_it_refuses_a_word_that_no_slice_registered(db: None) -> None:
    with pytest.raises(KeyError):
        note(things(1)[0], verb="organisation.dissolved")


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
def test_it_refuses_data_that_no_database_keeps(cast: Cast, text: str) -> None:
    with pytest.raises(ValidationError):
        tell(cast, eyes(cast.gothenburg.coordinator), {"reason": [text]})
    assert not Event.objects.filter(verb="organisation.invited").exists()


def test_it_cuts_a_long_title(db: None) -> None:
    thing = things(1)[0]
    object.__setattr__(thing, "name", "ö" * 300)
    assert note(thing).target_title == "ö" * 200


def tell(cast: Cast, actor: Viewer, data: dict[str, object] | None = None) -> Event:
    port = cast.gothenburg
    with transaction.atomic():
        return record(
            "organisation.invited",
            actor=actor,
            target=port.organisation,
            audience=cast.agreement,
            home_audience=port.home,
            organisation_id=port.organisation.pk,
            data=data,
        )


def test_an_event_is_seen_by_its_audience_only(cast: Cast) -> None:
    tell(cast, eyes(cast.gothenburg.coordinator))
    sees = {
        port.organisation.unlocode: Event.objects.visible_to(eyes(port.reader))
        .filter(verb="organisation.invited")
        .exists()
        for port in (cast.gothenburg, cast.los_angeles, cast.tokyo)
    }
    assert sees == {"SEGOT": True, "USLAX": True, "JPTYO": False}


def test_an_actor_has_one_label_that_bears_their_present_name(cast: Cast) -> None:
    siv = cast.gothenburg.coordinator
    tell(cast, eyes(siv))
    siv.full_name = "Siv Nygift"
    event = tell(cast, eyes(siv))
    assert [label.name for label in ActorLabel.objects.filter(actor_id=siv.pk)] == ["Siv Nygift"]
    assert event.actor.name == "Siv Nygift"


def test_a_name_that_was_erased_does_not_come_back(cast: Cast) -> None:
    siv = eyes(cast.gothenburg.coordinator)
    tell(cast, siv)
    ActorLabel.objects.filter(actor_id=siv.actor_id).update(name="")
    assert tell(cast, siv).actor.name == ""
    events = Event.objects.visible_to(siv).filter(verb="organisation.invited")
    told = {entry.sentence for entry in entries(events.select_related("actor"), siv)}
    assert told == {"somebody invited somebody to Port of Gothenburg"}


@pytest.mark.postgres
def test_a_name_that_is_erased_meanwhile_does_not_come_back(postgres: None) -> None:
    cast = make_cast()
    siv = cast.gothenburg.coordinator
    tell(cast, eyes(siv))

    def erase() -> None:
        ActorLabel.objects.filter(actor_id=siv.pk).update(name="")

    siv.full_name = "Siv Nygift"
    one_behind_the_other(erase, lambda: tell(cast, eyes(siv)))
    assert ActorLabel.objects.get(actor_id=siv.pk).name == ""


def test_names_of_people_stand_in_the_label_alone(cast: Cast) -> None:
    siv = cast.gothenburg.coordinator
    event = tell(cast, eyes(siv))
    row = Event.objects.filter(pk=event.pk).values_list().get()
    assert siv.full_name not in repr(row)
    assert siv.email not in repr(row)


@pytest.mark.parametrize(
    "actor", [Viewer.system(), Viewer(kind="person", actor_id=things(1)[0].pk)]
)
def test_there_cannot_be_two_labels_of_one_actor(db: None, actor: Viewer) -> None:
    ActorLabel.objects.create(kind=actor.kind, actor_id=actor.actor_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActorLabel.objects.create(kind=actor.kind, actor_id=actor.actor_id)


def test_first_actions_of_one_actor_at_once_share_a_label(shared_db: None) -> None:
    def act(index: int) -> int:
        with transaction.atomic():
            return note(things(6)[index]).actor_id

    labels = together(act, 6)
    assert len(set(labels)) == 1, labels
    assert alone(lambda: Event.objects.filter(actor=labels[0]).count()) == 6


@pytest.mark.postgres
def test_two_who_act_on_each_other_do_not_wait_for_each_other(
    postgres: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each stops after the first label it has, until the other has one, too, or must wait."""
    one, other = (Whom(kind="person", actor_id=uuid7(), name=name) for name in ("Siv", "Cole"))
    both, keep = Barrier(2), log.keep_label

    def slow(**who: Any) -> ActorLabel:
        label = keep(**who)
        with suppress(BrokenBarrierError):
            both.wait(timeout=1)
        return label

    monkeypatch.setattr(log, "keep_label", slow)
    pairs = [(one, other), (other, one)]
    answers = together(lambda index: transaction.atomic(log._keep_labels)(*pairs[index]), 2)
    assert [[label.name for label in labels] for labels in answers] == [
        ["Siv", "Cole"],
        ["Cole", "Siv"],
    ]
