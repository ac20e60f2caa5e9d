"""Recording events: called by actions, inside their transaction."""

from typing import Any, Protocol
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


def record(
    verb: str,
    *,
    actor: Viewer,
    target: Recordable,
    audience: Audience,
    home_audience: Audience,
    organisation_id: UUID | None,
    version: int = 1,
    audience_before: Audience | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one event in the action's transaction; it gets its position after the commit.

    The caller has locked the target's row, so that events of one thing keep their order. `audience`
    and `home_audience` are who may hear of it, frozen now: for a draft both are its home. `data`
    names a person it was done to by id as `user`, a program as `client`; `keep_label` keeps the
    name that is shown for it. Raises KeyError for a verb that no slice registered, RuntimeError
    outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its action")
    word = verbs.verb_named(verb)
    validate_storable(data)
    event = Event.objects.create(
        verb=word.name,
        target_type=word.target_type,
        target_id=target.pk,
        target_version=version,
        target_title=str(target)[:200],
        actor=label_of(actor),
        organisation_id=organisation_id,
        audience=audience,
        home_audience=home_audience,
        audience_before=audience_before,
        data=data or {},
    )
    transaction.on_commit(_after_commit, robust=True)
    return event


def label_of(actor: Viewer) -> ActorLabel:
    """Return the label row of an actor, with the name they bear now."""
    return keep_label(kind=actor.kind, actor_id=actor.actor_id, name=actor.name)


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
