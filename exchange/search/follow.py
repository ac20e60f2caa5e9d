"""The follower: the one writer of the index. It reads the log and the documents it speaks of."""

import fcntl
import logging
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings

from exchange.activity.models import Event
from exchange.activity.sequencer import last_position
from exchange.common.faults import faultpoint
from exchange.search import tail
from exchange.search.documents import SearchDocument, every_document, source_of
from exchange.search.engines import chosen_engine
from exchange.search.engines.base import EngineBroken, Mark

logger = logging.getLogger(__name__)

BATCH = 500


def follow() -> None:
    """Bring the index up to the log.

    When another process is at it, this one leaves. The one at work looks again after it has let the
    lock go, so that no event is left behind by somebody who came too early.
    """
    while is_behind():
        with writing_alone() as mine:
            if not (mine and _drain()):
                break


def rebuild() -> int:
    """Make the index anew, waiting for whoever writes now; return how many documents it holds."""
    with writing_alone(wait=True):
        _rebuild("somebody asked for it")
    return chosen_engine().status().count


def is_behind() -> bool:
    """Tell whether the follower has anything to do."""
    status = chosen_engine().status()
    return not (
        status.healthy
        and status.mark.position == last_position()
        and tail.belongs_to_this_log(status.mark)
    )


@contextmanager
def writing_alone(*, wait: bool = False) -> Iterator[bool]:
    """Give True to one process at a time; the lock ends with the process, however it ends.

    The index is this machine's own, and so is the lock.
    """
    with (settings.SEARCH_FOLDER.parent / "search.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def _drain() -> bool:
    """Read until nothing is left; tell whether anything was done."""
    done = False
    status = chosen_engine().status()
    if not (status.healthy and tail.belongs_to_this_log(status.mark)):
        _rebuild(status.problem or "it has read the log of another database")
        done = True
    try:
        while _step():
            done = True
    except EngineBroken as error:
        _rebuild(str(error))
        done = True
    return done


def _step() -> int:
    """Read one batch of events into the index; return how many there were."""
    engine = chosen_engine()
    events = list(Event.objects.after(engine.open().mark.position)[:BATCH])
    if not events:
        return 0
    touched = {tail.key_of(event.target_type, event.target_id) for event in events}
    touched |= engine.belonging_to(touched)
    # The documents are read after the events: what they hold is at least as new as the mark.
    documents = _documents(touched)
    last = events[-1]
    engine.update(
        documents=documents,
        gone=touched - {document.key for document in documents},
        mark=Mark(position=last.position or 0, event=tail.name_of(last)),
    )
    faultpoint("index_committed")
    return len(events)


def _documents(keys: Collection[str]) -> list[SearchDocument]:
    """Return the documents with these keys that exist now."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    for key in keys:
        kind, _colon, pk = key.partition(":")
        ids[kind].add(UUID(pk))
    return [
        document
        for kind, wanted in ids.items()
        if (source := source_of(kind))
        for document in source.documents(wanted)
    ]


def _rebuild(reason: str) -> None:
    # Without a folder there never was an index: a first start, no trouble.
    level = logging.WARNING if settings.SEARCH_FOLDER.exists() else logging.INFO
    logger.log(level, "making the search index anew: %s", reason)
    # The mark first: what changes while the documents are read is read again from the log.
    mark = tail.present_mark()
    engine = chosen_engine()
    engine.rebuild(every_document(), mark)
    faultpoint("index_committed")
    engine.open()  # What rebuilding does not heal is an error, else it would be rebuilt for ever.
