"""Recording events: called by actions, inside their transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Literal, NotRequired, Protocol, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from exchange.activity import verbs
from exchange.activity.models import ActorLabel, Event
from exchange.activity.sequencer import place_events
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common.faults import faultpoint
from exchange.common.text import validate_storable


class Recordable(Protocol):
    """What an event can be about."""

    @property
    def pk(self) -> Any: ...

    def __str__(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Whom:
    """A person or a program that something was done to."""

    kind: Literal["person", "client"]
    actor_id: UUID
    name: str


# How an event's data name by id whom it was done to.
WHOM = {"person": "user", "client": "client"}


class About(TypedDict):
    """What an event is about, and who may hear of it, as `record` takes them."""

    target: Recordable
    audience: Audience
    home_audience: Audience
    organisation_id: UUID | None
    version: NotRequired[int]
    audience_before: NotRequired[Audience | None]


def record(
    verb: str,
    *,
    actor: Viewer,
    whom: Whom | None = None,
    data: Mapping[str, Any] | None = None,
    **about: Unpack[About],
) -> Event:
    """Write one event in the action's transaction; it gets its position after the commit.

    The caller has locked the target's row, or its owner's, so that events of one thing keep their
    order. `audience` and `home_audience` are who may hear of it, frozen now: for a draft both are
    its home. To `whom` it was done, `data` tells by id. Raises KeyError for a verb that no slice
    registered, RuntimeError outside a transaction.
    """
    named = {WHOM[whom.kind]: str(whom.actor_id)} if whom else {}
    event = unwritten(verb, data={**(data or {}), **named}, **about)
    _require_transaction()
    event.actor, *_labels = _keep_labels(actor, *([whom] if whom else []))
    event.save(force_insert=True)
    transaction.on_commit(_after_commit, robust=True)
    return event


def unwritten(verb: str, *, data: Mapping[str, Any] | None = None, **about: Unpack[About]) -> Event:
    """Return an event as `record` writes it, for `record_all`."""
    word = verbs.verb_named(verb)
    validate_storable(data)
    return Event(
        verb=word.name,
        target_type=word.target_type,
        target_id=about["target"].pk,
        target_version=about.get("version", 1),
        target_title=str(about["target"])[:200],
        organisation_id=about["organisation_id"],
        audience=about["audience"],
        home_audience=about["home_audience"],
        audience_before=about.get("audience_before"),
        data=data or {},
    )


def record_all(events: Sequence[Event], *, actor: Viewer) -> None:
    """Write what one action did to many things, an event each, in their order; as `record` does."""
    if not events:
        return
    _require_transaction()
    (label,) = _keep_labels(actor)
    for event in events:
        event.actor = label
    Event.objects.bulk_create(events, batch_size=500)
    transaction.on_commit(_after_commit, robust=True)


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its action")


def _keep_labels(*people: Viewer | Whom) -> list[ActorLabel]:
    """Return the label rows in the order given; they are taken in one order, whoever acts on whom.

    Else two who act on each other at once would each wait for the other's label.
    """
    named = {(one.kind, str(one.actor_id)): one for one in people}
    kept = {
        key: keep_label(kind=one.kind, actor_id=one.actor_id, name=one.name)
        for key, one in sorted(named.items(), key=itemgetter(0))
    }
    return [kept[one.kind, str(one.actor_id)] for one in people]


def keep_label(*, kind: str, actor_id: UUID | None, name: str) -> ActorLabel:
    """Return the label row of a person or program, with the name they bear now.

    A name that was erased stays erased, whatever its owner does later.
    """
    name = name[:120]
    label, made = ActorLabel.objects.get_or_create(
        kind=kind, actor_id=actor_id, defaults={"name": name}
    )
    if not made and label.name != name:
        # Asked again by the statement that writes: it may be erased just now.
        ActorLabel.objects.filter(pk=label.pk).exclude(name="").update(name=name)
        label.refresh_from_db(fields=["name"])
    return label


def _after_commit() -> None:
    faultpoint("event_committed")
    place_events()
