"""What every engine can do. Service and follower know engines through this file only."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from exchange.search.documents import SearchDocument
from exchange.search.query import SearchQuery, Sight


class EngineBroken(Exception):
    """There is no index to answer from: missing, of an older version, or damaged."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far an index has read the log: a position, and which event stands there.

    The event tells an index of this log from one of another (a database that was restored).
    """

    position: int = 0
    event: str = ""


@dataclass(frozen=True)
class Hit:
    """A document that matches; `score` compares within one result only."""

    key: str
    score: float


@dataclass(frozen=True, kw_only=True)
class EngineResult:
    """One page of hits in order, how many match in all, and counts per facet and value.

    The first `full` of all hits have every word, the others some. `unknown` are the words of the
    query that stand nowhere in sight. Each facet is counted with the other filters applied, and
    without its own.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    full: int = 0
    unknown: tuple[str, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Status:
    """Where an index stands; `size` in bytes. `problem` says in plain words why it is not healthy."""

    mark: Mark = field(default_factory=Mark)
    count: int = 0
    size: int = 0
    version: str = ""
    healthy: bool = False
    problem: str = ""


class Reading(Protocol):
    """One state of an index that later writes do not change."""

    @property
    def mark(self) -> Mark: ...

    def search(self, query: SearchQuery, sight: Sight) -> EngineResult:
        """Match, rank, count and facet among what `sight` sees and nothing else.

        What is out of sight changes no score either: the statistics of words are those of the
        documents in sight. Raises EngineBroken when the index turns out damaged.
        """


class SearchEngine(Protocol):
    """An index of documents. One process writes at a time; the caller sees to that."""

    def open(self) -> Reading:
        """Return the newest state of the index; raises EngineBroken when there is none."""

    def update(
        self, *, documents: Collection[SearchDocument], gone: Collection[str], mark: Mark
    ) -> None:
        """Put `documents` in place of those with their keys, drop the keys `gone`, note `mark`.

        All of it becomes visible at once, or nothing. Raises EngineBroken when the index cannot
        be written.
        """

    def rebuild(self, documents: Iterable[SearchDocument], mark: Mark) -> None:
        """Make the index anew, whatever state it is in; a healthy one answers until then."""

    def belonging_to(self, keys: Collection[str]) -> set[str]:
        """Return the keys of indexed documents that belong to one of `keys`."""

    def fingerprints(self) -> dict[str, int]:
        """Return the keys of all indexed documents with their fingerprints."""

    def status(self) -> Status:
        """Return where the index stands; never raises."""

    def distrust(self, reason: str) -> None:
        """Note for the writer that the index is damaged: it rebuilds it, readers leave it alone."""
