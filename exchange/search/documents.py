"""What search knows of a slice: the slice registers a source of documents from its `search.py`."""

import datetime as dt
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from exchange.audiences.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class SearchDocument:
    """One thing as it is indexed.

    `key` is "type:uuid", the type as the log names it; `kind` the source's. `title` and `body` are
    plain text in `language`; `other_titles` are titles by their other languages. `topics` are codes
    with their themes, `names` by language what these are called, which it is found by, too.
    `organisation` is an id as text. What is of one `date` (UTC) stands by its `second` of that day.
    `marks` are the values of the filters that the source has of its own, by their names. `audiences`
    are the ids of the effective and the home audience. `belongs_to` are keys of things that take this
    one with them out of sight.
    """

    key: str
    kind: str
    title: str
    other_titles: Mapping[str, str] = field(default_factory=dict)
    body: str
    language: str
    topics: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    organisation: str = ""
    date: dt.date
    second: int = 0
    marks: Mapping[str, Collection[str]] = field(default_factory=dict)
    audiences: frozenset[int]
    belongs_to: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> int:
        """Return what tells this document from the same thing at another time."""
        said = [
            sorted(value) if isinstance(value, frozenset) else str(value)
            for value in (
                self.title,
                sorted(self.other_titles.items()),
                self.body,
                self.language,
                self.topics,
                sorted(self.names.items()),
                self.organisation,
                self.date,
                self.second,
                sorted((name, sorted(values)) for name, values in self.marks.items()),
                self.audiences,
                self.belongs_to,
            )
        ]
        return zlib.crc32(repr(said).encode(errors="surrogatepass"))


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the result page shows of one thing, as the viewer may see it now.

    `text` is plain, in `language` but for what ends it in other `languages`, and the excerpt is cut
    from it; `organisation` and `topics` are names to show. `note` is a word of warning beside the
    title: how it stands when it is not published, or that it is replaced. `state` is for programs,
    None where it is not told.
    """

    title: str
    title_language: str
    url: str
    text: str
    language: str
    languages: tuple[str, ...] = ()
    organisation: str = ""
    date: dt.date
    topics: tuple[str, ...] = ()
    note: str = ""
    state: str | None = None


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter that a source adds to those that every thing has; `name` stands in the address.

    `title_of(value)` says a value to people, and gives None for what is no value of it; `contract`
    says the same to programs, as JSON Schema does (`enum` or `pattern`).
    """

    name: str
    label: str | Promise
    title_of: Callable[[str], str | Promise | None]
    contract: Mapping[str, Any]


Load = Callable[[Viewer, Collection[UUID]], dict[UUID, Found]]


@dataclass(frozen=True, kw_only=True)
class DocumentSource:
    """A slice's documents, for the indexer and for readers; `kind` is also the type in the log.

    `documents(ids)` gives the indexer everything (None) or those of the ids that exist; things that
    no search may find are left out. `visible(viewer)` gives what answers without an index. `load`
    gives what the page shows, of all kinds at once that have the same one, `titles(viewer, prefix)` a handful of titles with a word that begins
    so, `words(viewer, beginnings)` the folded words of titles that do, `with_topic(viewer)` the rows
    of things that have the topic of the outer query, if things of the kind have topics. The last five go through `visible_to` and cost a
    constant number of queries.
    """

    kind: str
    label: str | Promise
    documents: Callable[[Collection[UUID] | None], Iterable[SearchDocument]]
    visible: Callable[[Viewer], Iterable[SearchDocument]]
    load: Load
    titles: Callable[[Viewer, str], Iterable[str]]
    words: Callable[[Viewer, Collection[str]], set[str]]
    with_topic: Callable[[Viewer], QuerySet[Any]] | None
    filters: tuple[Filter, ...] = ()


# The filters that every thing has.
COMMON = ("kind", "topic", "organisation", "language", "year")
_sources: dict[str, DocumentSource] = {}


def register_source(source: DocumentSource) -> None:
    """Add a source; raises ValueError when its kind, or the name of one of its filters, is taken."""
    if source.kind in _sources:
        raise ValueError(f"a source of {source.kind!r} is registered already")
    taken = {*COMMON, *(other.name for other in filters())}
    if twice := [own.name for own in source.filters if own.name in taken]:
        raise ValueError(f"there is a filter {twice[0]!r} already")
    _sources[source.kind] = source


def sources() -> list[DocumentSource]:
    """Return every source, in order of registration."""
    return list(_sources.values())


def every_document() -> Iterable[SearchDocument]:
    """Give the documents of all sources, for the indexer."""
    return chain.from_iterable(source.documents(None) for source in sources())


def filters() -> list[Filter]:
    """Return the filters that sources have of their own."""
    return [own for source in sources() for own in source.filters]


def filter_names() -> list[str]:
    """Return the names of all filters, in the order in which they are shown."""
    return [*COMMON, *(own.name for own in filters())]


def source_of(kind: str) -> DocumentSource | None:
    """Return the source of that kind, or None when things of that type are not searched."""
    return _sources.get(kind)
