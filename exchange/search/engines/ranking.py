"""BM25 over what one viewer sees.

How rare a word is, how many documents there are and how long they are on average is counted among
the documents in sight, never over the whole index: otherwise what is hidden would move what is
shown, and a reader could learn of it by comparing scores.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from typing import Final

from exchange.search.engines.base import FACETS, EngineResult, Hit
from exchange.search.engines.shelf import Bits, Shelf, members, union
from exchange.search.query import Phrase, Question, SearchQuery

# Measured on the judged collections (benchmarks/search_quality.py).
K1: Final = 2.0
B: Final = 0.9
# Words of the query that stand side by side in a document add this much of the rarer one's weight.
PAIR_WEIGHT: Final = 0.5
# Pairs are looked for among the best only.
PAIRS_AMONG: Final = 100


@dataclass(frozen=True)
class Sheet:
    """The documents of one shelf that are in sight."""

    shelf: Shelf
    visible: Bits

    @cached_property
    def total_length(self) -> int:
        return sum(map(self.shelf.lengths.__getitem__, members(self.visible)))


@dataclass(frozen=True)
class View:
    """Everything that one viewer sees, with the statistics of that and nothing else."""

    sheets: tuple[Sheet, ...]

    @cached_property
    def count(self) -> int:
        return sum(sheet.visible.bit_count() for sheet in self.sheets)

    @cached_property
    def languages(self) -> frozenset[str]:
        """Return the languages that documents in sight are read in; hidden ones add none."""
        return frozenset(
            language
            for sheet in self.sheets
            for language, bits in sheet.shelf.read_in.items()
            if bits & sheet.visible
        )

    @cached_property
    def damping(self) -> list[list[float]]:
        """Return, for each sheet and document, what BM25 adds below the line for its length."""
        average = sum(sheet.total_length for sheet in self.sheets) / self.count or 1.0
        start, slope = K1 * (1 - B), K1 * B / average
        return [[start + slope * length for length in sheet.shelf.lengths] for sheet in self.sheets]

    def rarity(self, stems: tuple[str, ...]) -> float:
        """Return the inverse document frequency of a term among what is in sight."""
        having = sum(
            (sheet.shelf.postings(stems).bits & sheet.visible).bit_count() for sheet in self.sheets
        )
        return math.log(1 + (self.count - having + 0.5) / (having + 0.5))


@dataclass(frozen=True)
class Matches:
    """The documents of a sheet that match: `found` with the filters, `full` those with every word."""

    found: Bits
    full: Bits
    facets: dict[str, dict[str, int]]


def search(view: View, query: SearchQuery) -> EngineResult:
    """Return one page of what matches `query` in `view`, the best first.

    Documents with all words stand before those with some; what scores the same is sorted by date,
    the newest first, then by key.
    """
    if not view.count:
        return EngineResult(facets={facet: {} for facet in FACETS})
    question = query.clauses.read(view.languages)
    matches = [_match(sheet, query, question) for sheet in view.sheets]
    return EngineResult(
        hits=_page(view, matches, query, question),
        total=sum(match.found.bit_count() for match in matches),
        facets=_added([match.facets for match in matches]),
    )


def _match(sheet: Sheet, query: SearchQuery, question: Question) -> Matches:
    shelf = sheet.shelf
    words = [shelf.postings(term.stems).bits for term in question.terms]
    text = sheet.visible & (shelf.all if question.browses else union(words))
    for phrase in question.phrases:
        text &= _with_phrase(shelf, phrase, text)
    for phrase in question.without:
        text &= ~_with_phrase(shelf, phrase, text)
    text &= shelf.between(query.since, query.until)
    chosen = {
        "kind": query.kinds,
        "topic": query.topics,
        "organisation": query.organisations,
        "language": query.languages,
    }
    passing = {
        facet: union(shelf.facets[facet].get(value, 0) for value in values) if values else text
        for facet, values in chosen.items()
    }
    found = full = text
    for bits in passing.values():
        found &= bits
    for term in question.needed:
        full &= shelf.postings(term.stems).bits
    facets = {}
    for facet in FACETS:
        others = text
        for name, bits in passing.items():
            others &= bits if name != facet else others
        facets[facet] = {
            value: count
            for value, bits in shelf.facets[facet].items()
            if (count := (bits & others).bit_count())
        }
    return Matches(found, found & full, facets)


def _with_phrase(shelf: Shelf, phrase: Phrase, among: Bits) -> Bits:
    """Return those of `among` in which the terms stand at their distances."""
    for _offset, term in phrase:
        among &= shelf.postings(term.stems).bits
    if len(phrase) == 1:
        return among
    return union(1 << doc for doc in members(among) if _occurrences(shelf, phrase, doc))


def _occurrences(shelf: Shelf, phrase: Phrase, doc: int) -> int:
    """Return how often a phrase stands in a document."""
    starts: set[int] | None = None
    for offset, term in phrase:
        places = {place - offset for place in shelf.positions(term.stems, doc)}
        starts = places if starts is None else starts & places
        if not starts:
            return 0
    return len(starts or ())


def _page(
    view: View, matches: Sequence[Matches], query: SearchQuery, question: Question
) -> tuple[Hit, ...]:
    end = query.offset + query.page_size
    scores = _scores(view, question)
    best: list[tuple[int, int]] = []
    for tier in (
        [match.full for match in matches],
        [match.found & ~match.full for match in matches],
    ):
        wanted = max(end, PAIRS_AMONG) - len(best)
        if wanted <= 0:
            break
        found = _best(view, tier, scores, wanted)
        ahead = max(PAIRS_AMONG - len(best), 0)
        _add_pairs(view, question, scores, found[:ahead])
        found[:ahead] = sorted(found[:ahead], key=_rank(view, scores))
        best += found
    return tuple(
        Hit(card.key, scores[sheet][doc])
        for sheet, doc in best[query.offset : end]
        if (card := view.sheets[sheet].shelf.cards[doc])
    )


def _scores(view: View, question: Question) -> list[list[float]]:
    """Return the BM25 score of every document, sheet by sheet."""
    scores = [[0.0] * sheet.shelf.size for sheet in view.sheets]
    for term in question.terms:
        weight = view.rarity(term.stems) * (K1 + 1)
        for sheet, score, damping in zip(view.sheets, scores, view.damping, strict=True):
            postings = sheet.shelf.postings(term.stems)
            for doc, count in zip(postings.docs, postings.counts, strict=True):
                score[doc] += weight * count / (count + damping[doc])
    return scores


def _rank(
    view: View, scores: Sequence[Sequence[float]]
) -> Callable[[tuple[int, int]], tuple[float, tuple[int, str]]]:
    return lambda at: (-scores[at[0]][at[1]], view.sheets[at[0]].shelf.order[at[1]])


def _best(
    view: View, tier: Sequence[Bits], scores: Sequence[Sequence[float]], wanted: int
) -> list[tuple[int, int]]:
    """Return the `wanted` best of a tier, as (sheet, document)."""
    docs = [members(bits) for bits in tier]
    values = [scores[sheet][doc] for sheet, found in enumerate(docs) for doc in found]
    # Sorting by date and key costs; only what reaches the last place is sorted so.
    least = nlargest(wanted, values)[-1] if values else 0.0
    able = [
        (sheet, doc)
        for sheet, found in enumerate(docs)
        for doc in found
        if scores[sheet][doc] >= least
    ]
    return sorted(able, key=_rank(view, scores))[:wanted]


def _add_pairs(
    view: View, question: Question, scores: Sequence[list[float]], best: Sequence[tuple[int, int]]
) -> None:
    for pair in question.pairs:
        weight = PAIR_WEIGHT * (K1 + 1) * max(view.rarity(term.stems) for _offset, term in pair)
        having = [
            sheet.shelf.postings(pair[0][1].stems).bits
            & sheet.shelf.postings(pair[1][1].stems).bits
            for sheet in view.sheets
        ]
        for sheet, doc in best:
            if having[sheet] >> doc & 1:
                count = _occurrences(view.sheets[sheet].shelf, pair, doc)
                scores[sheet][doc] += weight * count / (count + view.damping[sheet][doc])


def _added(counts: Sequence[dict[str, dict[str, int]]]) -> dict[str, dict[str, int]]:
    total: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    for sheet in counts:
        for facet, values in sheet.items():
            for value, count in values.items():
                total[facet][value] = total[facet].get(value, 0) + count
    return total
