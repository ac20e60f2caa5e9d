"""What somebody may be told: events whose audience they are in, about things they may see now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from exchange.activity.models import Event
from exchange.activity.verbs import Verb, is_known, target_named, verb_named
from exchange.audiences.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An event, its verb, and the thing as the viewer may see it now."""

    event: Event
    verb: Verb
    target: Any

    @property
    def sentence(self) -> str:
        """Return what happened, in the active language, with the target's present title."""
        return str(self.verb.sentence).format(actor=self.event.actor.name, title=self.target)


def entries(events: Iterable[Event], viewer: Viewer) -> list[Entry]:
    """Return the entries for those of `events` whose target the viewer may see, in the same order.

    `events` must come from `visible_to(viewer)` with `select_related("actor")`. One query for each
    type of target. What a newer release recorded, and this one has no word for, is left out.
    """
    events = [event for event in events if is_known(event.verb)]
    ids: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        ids[event.target_type].add(event.target_id)
    targets = {
        (name, target.pk): target
        for name, wanted in ids.items()
        for target in target_named(name).visible(viewer, wanted)
    }
    return [
        Entry(event=event, verb=verb_named(event.verb), target=target)
        for event in events
        if (target := targets.get((event.target_type, event.target_id)))
    ]
