"""What an outsider gets is the same in a world with the hidden documents and in one without."""

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.search.documents import SearchDocument
from exchange.search.engines.base import EngineResult, Mark, SearchEngine
from exchange.search.engines.memory import MemoryEngine
from exchange.search.engines.whoosh import WhooshEngine
from exchange.search.query import SearchQuery, Sight, Sort
from tests.search.documents import EVERYBODY, PUBLIC, SECRET, doc

WORDS = [
    "crane",
    "cranes",
    "berth",
    "shore",
    "power",
    "the",
    "och",
    "hamnen",
    "de",
    "operación",
    "港湾",
]
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
queries = st.builds(
    SearchQuery,
    text=st.one_of(
        texts, st.sampled_from(['"shore power" crane', "crane -berth", "-power", "hamn operacion"])
    ),
    topics=st.frozensets(st.sampled_from(["energy", "digital"]), max_size=1),
    languages=st.frozensets(st.sampled_from(["en", "sv"]), max_size=1),
    marks=st.fixed_dictionaries({"port": st.frozensets(st.sampled_from(["SEGOT"]), max_size=1)}),
    sort=st.sampled_from(Sort),
    page_size=st.sampled_from([3, 50]),
)
worlds = st.lists(
    st.fixed_dictionaries(
        {
            "body": texts,
            "title": texts,
            "other_titles": st.sampled_from([{}, {"sv": "hamnen crane"}]),
            "language": st.sampled_from(["en", "sv", "es", "ja", "fi"]),
            "topics": st.frozensets(st.sampled_from(["energy", "digital", "trade"]), max_size=2),
            "organisation": st.sampled_from(["x", "y"]),
            "marks": st.sampled_from([{}, {"port": ["SEGOT"]}, {"maturity": ["pilot"]}]),
            "date": st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 3)),
            "hidden": st.booleans(),
        }
    ),
    min_size=1,
    max_size=14,
)


def answer(result: EngineResult) -> Any:
    """Return everything that an outsider could compare."""
    hits = [(hit.key, hit.score) for hit in result.hits]
    return hits, result.total, result.facets, result.full, result.unknown


def held(kind: str, documents: Sequence[SearchDocument], folder: str) -> SearchEngine:
    """Return an engine with the documents, in more than one segment."""
    engine: SearchEngine = (
        MemoryEngine() if kind == "memory" else WhooshEngine(Path(folder) / "index")
    )
    half = len(documents) // 2
    engine.rebuild(documents[:half], Mark())
    engine.update(documents=documents[half:], gone=(), mark=Mark())
    return engine


def asked(kind: str, documents: Sequence[SearchDocument], query: SearchQuery, sight: Sight) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        return answer(held(kind, documents, folder).open().search(query, sight))


def split(world: Sequence[dict[str, Any]]) -> tuple[list[SearchDocument], list[SearchDocument]]:
    """Return all documents, and those that everybody sees."""
    everything, shown = [], []
    for number, fields in enumerate(world):
        hidden = fields["hidden"]
        rest = {name: value for name, value in fields.items() if name != "hidden"}
        made = doc(str(number), audiences=frozenset({SECRET if hidden else PUBLIC}), **rest)
        everything.append(made)
        if not hidden:
            shown.append(made)
    return everything, shown


@pytest.mark.parametrize(("kind", "examples"), [("memory", 150), ("whoosh", 12)])
def test_hidden_documents_change_no_key_score_total_or_facet(kind: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(world=worlds, query=queries)
    def check(world: list[dict[str, Any]], query: SearchQuery) -> None:
        everything, shown = split(world)
        assert asked(kind, everything, query, EVERYBODY) == asked(kind, shown, query, EVERYBODY)

    check()


@pytest.mark.parametrize(("kind", "examples"), [("memory", 100), ("whoosh", 8)])
def test_excluded_documents_are_as_if_they_were_not_there(kind: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(world=worlds, query=queries)
    def check(world: list[dict[str, Any]], query: SearchQuery) -> None:
        everything, shown = split(world)
        both = frozenset({PUBLIC, SECRET})
        gone = frozenset(made.key for made in everything) - {made.key for made in shown}
        with_them = asked(kind, everything, query, Sight(audiences=both, excluded=gone))
        assert with_them == asked(kind, shown, query, Sight(audiences=both))

    check()


@settings(max_examples=12, deadline=None)
@given(world=worlds, query=queries)
def test_both_engines_give_the_same_answer(world: list[dict[str, Any]], query: SearchQuery) -> None:
    everything, _shown = split(world)
    assert asked("memory", everything, query, EVERYBODY) == asked(
        "whoosh", everything, query, EVERYBODY
    )


def test_the_same_query_does_give_an_insider_something_else() -> None:
    """The test above could fail: what is hidden does change what those who see it get."""
    documents = [
        doc("a", "crane"),
        doc("b", "crane berth", audiences=frozenset({SECRET})),
        doc("c", "berth"),
    ]
    query, insider = SearchQuery(text="crane"), Sight(audiences=frozenset({PUBLIC, SECRET}))
    inside = asked("memory", documents, query, insider)
    assert inside != asked("memory", documents, query, EVERYBODY)


def test_a_language_that_only_hidden_documents_have_is_not_asked_in() -> None:
    """In Swedish "hamnen" is a form of "hamn"; without a Swedish text in sight it is not."""
    shown = doc("a", "hamn")
    hidden = doc("b", "hamnen", language="sv", audiences=frozenset({SECRET}))
    query = SearchQuery(text="hamnen")
    assert asked("memory", [shown, hidden], query, EVERYBODY) == asked(
        "memory", [shown], query, EVERYBODY
    )
    assert asked("memory", [shown, doc("b", "hamnen", language="sv")], query, EVERYBODY)[1] == 2
