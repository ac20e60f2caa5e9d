"""What search knows of a slice: the slice registers a source of documents from its `search.py`."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from exchange.audiences.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """One thing as it is indexed.

    `key` is "type:uuid", the type as the log names it; `kind` the source's. `title` and `body` are
    plain text in `language`; `other_titles` are titles in other languages. `topics` are codes with
    their themes, `organisation` an id as text. `audiences` are the ids of the effective and the home
    audience. `belongs_to` are keys of things that take this one with them out of sight.
    """

    key: str
    kind: str
    title: str
    other_titles: tuple[str, ...] = ()
    body: str
    language: str
    topics: frozenset[str] = frozenset()
    organisation: str = ""
    date: dt.date
    audiences: frozenset[int]
    belongs_to: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the result page shows of one thing, as the viewer may see it now.

    `text` is plain and the excerpt is cut from it; `organisation` and `topics` are names to show.
    `note` is a word of warning beside the title.
    """

    title: str
    url: str
    text: str
    language: str
    organisation: str = ""
    date: dt.date
    topics: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentSource:
    """A slice's documents, for the indexer and for readers; `kind` is also the type in the log.

    `documents(ids)` gives the indexer everything (None) or those of the ids that exist; things that
    no search may find are left out. `visible(viewer)` gives what answers without an index. `load`
    gives what the page shows, `titles(viewer, prefix)` titles with a word that begins so, a handful.
    The last three go through `visible_to` and cost a constant number of queries.
    """

    kind: str
    label: str | Promise
    documents: Callable[[Collection[UUID] | None], Iterable[SearchDocument]]
    visible: Callable[[Viewer], Iterable[SearchDocument]]
    load: Callable[[Viewer, Collection[UUID]], dict[UUID, Found]]
    titles: Callable[[Viewer, str], Iterable[str]]


_sources: dict[str, DocumentSource] = {}


def register_source(source: DocumentSource) -> None:
    """Add a source; raises ValueError when its kind is taken."""
    if source.kind in _sources:
        raise ValueError(f"a source of {source.kind!r} is registered already")
    _sources[source.kind] = source


def sources() -> list[DocumentSource]:
    """Return every source, in order of registration."""
    return list(_sources.values())


def source_of(kind: str) -> DocumentSource | None:
    """Return the source of that kind, or None when things of that type are not searched."""
    return _sources.get(kind)
