"""Documents for tests of engines."""

import datetime as dt
from typing import Any

from exchange.search.documents import SearchDocument
from exchange.search.engines.base import EngineResult, Mark, SearchEngine
from exchange.search.query import SearchQuery, Sight

PUBLIC, SECRET = 1, 2
EVERYBODY = Sight(audiences=frozenset({PUBLIC}))
INSIDER = Sight(audiences=frozenset({PUBLIC, SECRET}))


def doc(name: str, body: str = "", **overrides: Any) -> SearchDocument:
    """Return a public English document with the key "note:<name>"."""
    fields: dict[str, Any] = {
        "key": f"note:{name}",
        "kind": "note",
        "title": "",
        "body": body,
        "language": "en",
        "date": dt.date(2026, 1, 1),
        "audiences": frozenset({PUBLIC}),
    }
    return SearchDocument(**fields | overrides)


def fill(engine: SearchEngine, *documents: SearchDocument) -> None:
    """Make the engine hold these documents."""
    engine.rebuild(documents, Mark())


def ask(
    engine: SearchEngine, text: str = "", sight: Sight = EVERYBODY, **filters: Any
) -> EngineResult:
    """Search the newest state of the engine."""
    return engine.open().search(SearchQuery(text=text, **filters), sight)


def names(result: EngineResult) -> list[str]:
    """Return the names of the hits, in order."""
    return [hit.key.partition(":")[2] for hit in result.hits]


def found(
    engine: SearchEngine, text: str = "", sight: Sight = EVERYBODY, **filters: Any
) -> list[str]:
    """Return the names of what is found, in order."""
    return names(ask(engine, text, sight, **filters))


__all__ = ["EVERYBODY", "INSIDER", "PUBLIC", "SECRET", "ask", "doc", "fill", "found", "names"]
