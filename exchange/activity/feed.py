"""What somebody may be told: events whose audience they are in, about things they may see now."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects

from exchange.activity.log import WHOM
from exchange.activity.models import ActorLabel, Event
from exchange.activity.verbs import Verb, is_known, target_named, verb_named
from exchange.audiences.viewer import Viewer
from exchange.common.frames import SUBJECT_LENGTH, one_line

# So much of a title, and of a name, is told, whatever else a subject has to say.
SHORTEST = 20


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An event, its verb, and the thing as the viewer may see it now."""

    event: Event
    verb: Verb
    target: Any
    whom: ActorLabel

    @property
    def sentence(self) -> str:
        """Return what happened, in the reader's language, with the target's present title."""
        return self._sentence(self.title)

    @property
    def headline(self) -> str:
        """Return the sentence as a subject: a long title is cut short, so that the end is read, too.

        So are names, when they would leave too little of the title.
        """
        most = SUBJECT_LENGTH
        if most - len(self._sentence("")) < SHORTEST:
            most = SHORTEST
        room = SUBJECT_LENGTH - len(self._sentence("", most))
        return self._sentence(one_line(self.title, max(room, SHORTEST)), most)

    def _sentence(self, title: str, most: int | None = None) -> str:
        """Return the sentence about that title, with at most so much of each name."""
        sentence = self.verb.on_behalf if self.whom.pk else ""
        actor, whom = str(self.event.actor), str(self.whom)
        if most:
            actor, whom = one_line(actor, most), one_line(whom, most)
        return str(sentence or self.verb.sentence).format(actor=actor, title=title, whom=whom)

    @property
    def title(self) -> str:
        """Return the thing's present title, in the reader's language where it has one."""
        return target_named(self.event.target_type).title(self.target)

    @property
    def byline(self) -> str:
        """Return who stands behind the thing, as its slice says; may be empty."""
        return target_named(self.event.target_type).byline(self.target)

    @property
    def summary(self) -> str:
        """Return a few plain sentences about the thing, as its slice says; may be empty."""
        return target_named(self.event.target_type).summary(self.target)

    @property
    def languages(self) -> tuple[str, str]:
        """Return the languages of title and summary; empty for the page's own."""
        return target_named(self.event.target_type).languages(self.target)


def news(events: Iterable[Event], viewer: Viewer) -> list[Entry]:
    """Return the entries of `events`, as `entries` does, without what has been taken back since."""
    return [entry for entry in entries(events, viewer) if entry.verb.holds(entry.target)]


def entries(events: Iterable[Event], viewer: Viewer) -> list[Entry]:
    """Return the entries for those of `events` whose target the viewer may see, in the same order.

    `events` must come from `visible_to(viewer)` with `select_related("actor")`. One query for each
    type of target, and one when something was done to people or programs. What a newer release
    recorded, and this one has no word for, is left out.
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
    whom = done_to(events)
    return [
        Entry(
            event=event,
            verb=verb_named(event.verb),
            target=target,
            whom=whom[event.pk],
        )
        for event in events
        if (target := targets.get((event.target_type, event.target_id)))
    ]


def load_related(found: Iterable[Entry]) -> None:
    """Load what the things are chosen by: topics and owners; a constant number of queries a type."""
    things: dict[str, list[Any]] = defaultdict(list)
    for entry in found:
        things[entry.event.target_type].append(entry.target)
    for name, of_type in things.items():
        prefetch_related_objects(of_type, *target_named(name).related)


def done_to(events: Collection[Event]) -> dict[int, ActorLabel]:
    """Return by event to whom it was done, or on whose behalf; an empty label for nobody.

    One query, when there is somebody.
    """
    named = {event.pk: _named_in(event) for event in events}
    ids = {pk for _kind, pk in named.values() if pk}
    found = ActorLabel.objects.filter(actor_id__in=ids) if ids else []
    labels = {(label.kind, str(label.actor_id)): label for label in found}
    return {key: labels.get(name, ActorLabel()) for key, name in named.items()}


def _named_in(event: Event) -> tuple[str, str]:
    """Return the kind and the id of whom it was done to; both empty when it was to nobody."""
    for kind, name in WHOM.items():
        if name in event.data:
            return kind, event.data[name]
    return "", ""
