"""Searching as pages and API use it: within the viewer's sight, however old the index is."""

import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from exchange.audiences.viewer import Viewer
from exchange.common.doorbell import ring
from exchange.search import tail
from exchange.search.documents import Found, Load, source_of, sources
from exchange.search.engines import chosen_engine
from exchange.search.engines.base import EngineBroken, EngineResult, Mark
from exchange.search.engines.base import Hit as EngineHit
from exchange.search.engines.memory import reading_of
from exchange.search.engines.shelf import analyse
from exchange.search.highlight import Highlighter
from exchange.search.query import SearchQuery, Sight
from exchange.search.tasks import follow_log

# Seconds between two calls for the follower by searches that found no index.
PATIENCE: Final = 5
_called = {"at": -math.inf}

__all__ = ["Hit", "SearchPage", "SearchQuery", "search"]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A thing that was found, as the viewer may see it now; `title` and `excerpt` are marked HTML."""

    kind: str
    kind_label: str | Promise
    id: UUID
    title: SafeString
    excerpt: SafeString
    found: Found


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """One page of hits; `facets` maps facet to value to count, all within what the viewer sees.

    The first `full` of all hits have every word of the query, the others some; `unknown` are the
    words that stand nowhere. `from_database`: the index was not there or too old, the answer is right but took longer.
    """

    hits: Sequence[Hit]
    total: int
    full: int
    unknown: Sequence[str]
    facets: Mapping[str, Mapping[str, int]]
    page: int
    page_size: int
    from_database: bool

    @property
    def some_from(self) -> int | None:
        """Return the place on this page from which on the hits have some of the words only."""
        place = max(self.full - (self.page - 1) * self.page_size, 0)
        return place if place < len(self.hits) else None


def search(viewer: Viewer, query: SearchQuery) -> SearchPage:
    """Return what the viewer finds; never raises for anything that stands in `query.text`."""
    result = _from_index(viewer, query)
    from_database = result is None
    if result is None:
        result = _from_database(viewer, query)
    hits = _load(viewer, query, result.hits)
    gone = len(result.hits) - len(hits)
    return SearchPage(
        hits=hits,
        total=result.total - gone,
        full=result.full,
        unknown=result.unknown,
        facets=result.facets,
        page=query.page,
        page_size=query.page_size,
        from_database=from_database,
    )


def _from_index(viewer: Viewer, query: SearchQuery) -> EngineResult | None:
    """Return the index's answer without what has changed since; None when it cannot be trusted."""
    engine = chosen_engine()
    try:
        reading = engine.open()
    except EngineBroken:
        _call_for_follower()
        return None
    # In this order: see tail.py.
    excluded = tail.keys_behind(reading.mark, viewer)
    if excluded is None:
        _call_for_follower()
        return None
    try:
        return reading.search(query, Sight(audiences=viewer.audience_ids, excluded=excluded))
    except EngineBroken as error:
        engine.distrust(str(error))
        _call_for_follower()
        return None


def _from_database(viewer: Viewer, query: SearchQuery) -> EngineResult:
    documents = chain.from_iterable(source.visible(viewer) for source in sources())
    reading = reading_of(map(analyse, documents), Mark())
    return reading.search(query, Sight(audiences=viewer.audience_ids))


def _call_for_follower() -> None:
    """Ask for the index to be mended; beat would, but later."""
    if time.monotonic() - _called["at"] > PATIENCE:
        _called["at"] = time.monotonic()
        ring(follow_log)


def _load(viewer: Viewer, query: SearchQuery, hits: Sequence[EngineHit]) -> list[Hit]:
    """Return the hits with their texts, loaded for this viewer; what is out of sight by now drops out."""
    ids: dict[str, list[UUID]] = defaultdict(list)
    for hit in hits:
        kind, _colon, pk = hit.key.partition(":")
        ids[kind].append(UUID(pk))
    # Kinds that are loaded by the same function are asked for together.
    asked: dict[Load, list[UUID]] = defaultdict(list)
    for kind, wanted in ids.items():
        if source := source_of(kind):
            asked[source.load].extend(wanted)
    found = {
        pk: thing for load, wanted in asked.items() for pk, thing in load(viewer, wanted).items()
    }
    highlighter = Highlighter(query.clauses)
    shown = []
    for hit in hits:
        kind, _colon, pk = hit.key.partition(":")
        thing, source = found.get(UUID(pk)), source_of(kind)
        if thing and source:
            shown.append(
                Hit(
                    kind=kind,
                    kind_label=source.label,
                    id=UUID(pk),
                    title=highlighter.title(thing.title, thing.title_language),
                    excerpt=highlighter.excerpt(thing.text, thing.language, *thing.languages),
                    found=thing,
                )
            )
    return shown
