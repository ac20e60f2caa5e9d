"""The log behind an index: what happened that the index does not know of yet.

**Why nothing leaks, however old the index is.** An index state holds documents as they were when the
follower read them, which was after every event up to the state's mark. A thing that changed since has
an event above the mark, or one that has no position yet. A search therefore

1. opens a state of the index and takes the mark *out of that state*. A mark read elsewhere might be
   newer than the state: events between the two would be in neither, and a lesson that was restricted
   by one of them would be found;
2. then reads the tail. Whatever was committed before this moment is in the state or in the tail.
   Were the tail read first, by an older mark, this would hold too, but for an older moment;
3. in *one* statement, for events with a higher position and events without any. With two statements
   an event could be given its position between them, and be missed by both;
4. asks that state, and no newer one, with everything of the tail excluded;
5. loads the hits through `visible_to`: what changed after step 2 is not shown either.
"""

from django.db.models import Q

from exchange.activity.models import Event, EventQuerySet
from exchange.activity.sequencer import last_position
from exchange.audiences.viewer import Viewer
from exchange.search.engines.base import Mark

# Beyond this many events excluding them costs more than asking the database.
LONGEST = 1_000


def key_of(target_type: str, target_id: object) -> str:
    """Return the key that a document about this thing has."""
    return f"{target_type}:{target_id}"


def name_of(event: Event) -> str:
    """Return what tells an event from any other that had its position in another database."""
    return f"{event.target_id} {event.occurred_at.isoformat()}"


def present_mark() -> Mark:
    """Return the mark of an index that has read everything that has a position now."""
    position = last_position()
    event = Event.objects.filter(position=position).first()
    return Mark(position=position, event=name_of(event) if event else "")


def belongs_to_this_log(mark: Mark) -> bool:
    """Tell whether the index with this mark has read this log, and not that of another database."""
    event = Event.objects.filter(position=mark.position).first()
    return mark.event == (name_of(event) if event else "")


def keys_behind(mark: Mark, viewer: Viewer) -> frozenset[str] | None:
    """Return the keys of everything that may have changed for the viewer since `mark`; one query.

    What only its owner knows of (a new text in work) is left to the owner: were the thing taken
    from everybody's search meanwhile, a count would tell of it.

    None when that is too much to exclude, or when the mark is of another log.
    """
    behind = Q(position__gt=mark.position) | Q(position=None)
    rows = list(
        Event.objects.filter(
            Q(position=mark.position) | (behind & EventQuerySet.bearing_on(viewer))
        )
        .only("position", "target_type", "target_id", "occurred_at")
        .order_by("position")[: LONGEST + 2]
    )
    marked = [event for event in rows if event.position == mark.position]
    if mark.event != (name_of(marked[0]) if marked else "") or len(rows) - len(marked) > LONGEST:
        return None
    return frozenset(
        key_of(event.target_type, event.target_id)
        for event in rows
        if event.position != mark.position
    )
