"""BM25 over what one viewer sees.

How rare a word is, how many documents there are and how long they are on average is counted among
the documents in sight, never over the whole index: otherwise what is hidden would move what is
shown, and a reader could learn of it by comparing scores.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest, nsmallest
from typing import Any, Final

from exchange.search.analysis import terms_of
from exchange.search.engines.base import EngineResult, Hit
from exchange.search.engines.matching import added, match, no_facets, occurrences
from exchange.search.engines.shelf import Bits, Shelf, members
from exchange.search.query import Question, SearchQuery, Sort

# Measured on the judged collections (benchmarks/search_quality.py).
K1: Final = 2.0
B: Final = 0.9
# Words of the query that stand side by side in a document add this much of the rarer one's weight.
PAIR_WEIGHT: Final = 0.5
# A word that stands there with the very accents that were typed adds this much of its weight.
EXACT_WEIGHT: Final = 0.25
# Pairs are looked for among the best only.
PAIRS_AMONG: Final = 100

# A sheet's number and the number of one of its documents.
At = tuple[int, int]


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
        having = self.having(stems)
        return math.log(1 + (self.count - having + 0.5) / (having + 0.5))

    def having(self, stems: tuple[str, ...]) -> int:
        """Return how many documents in sight have one of the stems."""
        return sum(
            (sheet.shelf.postings(stems).bits & sheet.visible).bit_count() for sheet in self.sheets
        )

    def lacks(self, word: str) -> bool:
        """Tell whether a word that says something stands nowhere in sight."""
        terms = terms_of(word, self.languages)
        return bool(terms) and not all(self.having(term.stems) for term in terms)


def search(view: View, query: SearchQuery) -> EngineResult:
    """Return one page of what matches `query` in `view`, in its order.

    Documents with all words stand before those with some; what is alike in the order is sorted by
    date, the newest first, and in the same second by key, the last first.
    """
    if not view.count:
        return EngineResult(facets=no_facets(), unknown=query.clauses.words)
    question = query.clauses.read(view.languages)
    matches = [match(sheet.shelf, sheet.visible, query, question) for sheet in view.sheets]
    tiers = [[each.full for each in matches], [each.found & ~each.full for each in matches]]
    by_score = query.sort == Sort.RELEVANCE and bool(question.terms)
    best = _ranked(view, tiers, query, question) if by_score else _ordered(view, tiers, query)
    return EngineResult(
        hits=tuple(
            Hit(card.key, score)
            for (sheet, doc), score in best[query.offset :]
            if (card := view.sheets[sheet].shelf.cards[doc])
        ),
        total=sum(each.found.bit_count() for each in matches),
        full=sum(each.full.bit_count() for each in matches),
        unknown=tuple(word for word in query.clauses.words if view.lacks(word)),
        facets=added([each.facets for each in matches]),
    )


def _ordered(
    view: View, tiers: Sequence[Sequence[Bits]], query: SearchQuery
) -> list[tuple[At, float]]:
    """Return what stands on the pages up to the one that is asked for, by date or title."""
    orders = [_order(sheet.shelf, query) for sheet in view.sheets]
    best: list[At] = []
    for tier in tiers:
        found = ((sheet, doc) for sheet, bits in enumerate(tier) for doc in members(bits))
        wanted = query.end - len(best)
        best += nsmallest(wanted, found, key=lambda at: orders[at[0]][at[1]])
    return [(at, 0.0) for at in best]


def _order(shelf: Shelf, query: SearchQuery) -> Sequence[tuple[Any, ...]]:
    if query.sort == Sort.OLDEST:
        return shelf.oldest
    if query.sort == Sort.TITLE:
        return list(zip(shelf.titles(query.reads), shelf.order, strict=True))
    return shelf.order


def _ranked(
    view: View, tiers: Sequence[Sequence[Bits]], query: SearchQuery, question: Question
) -> list[tuple[At, float]]:
    """Return what stands on the pages up to the one that is asked for, the best first."""
    scores = _scores(view, question)
    best: list[At] = []
    for tier in tiers:
        wanted = max(query.end, PAIRS_AMONG) - len(best)
        if wanted <= 0:
            break
        found = _best(view, tier, scores, wanted)
        ahead = max(PAIRS_AMONG - len(best), 0)
        _add_pairs(view, question, scores, found[:ahead])
        found[:ahead] = sorted(found[:ahead], key=_rank(view, scores))
        best += found
    return [((sheet, doc), scores[sheet][doc]) for sheet, doc in best[: query.end]]


def _scores(view: View, question: Question) -> list[list[float]]:
    """Return the BM25 score of every document, sheet by sheet."""
    scores = [[0.0] * sheet.shelf.size for sheet in view.sheets]
    weights = {term.stems: 1.0 for term in question.terms}
    weights |= {term.exact: EXACT_WEIGHT for term in question.terms if term.exact}
    for stems, share in weights.items():
        weight = share * view.rarity(stems) * (K1 + 1)
        for sheet, score, damping in zip(view.sheets, scores, view.damping, strict=True):
            postings = sheet.shelf.postings(stems)
            for doc, count in zip(postings.docs, postings.counts, strict=True):
                score[doc] += weight * count / (count + damping[doc])
    return scores


def _rank(
    view: View, scores: Sequence[Sequence[float]]
) -> Callable[[At], tuple[float, tuple[int, int, bytes]]]:
    return lambda at: (-scores[at[0]][at[1]], view.sheets[at[0]].shelf.order[at[1]])


def _best(
    view: View, tier: Sequence[Bits], scores: Sequence[Sequence[float]], wanted: int
) -> list[At]:
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
    view: View, question: Question, scores: Sequence[list[float]], best: Sequence[At]
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
                count = occurrences(view.sheets[sheet].shelf, pair, doc)
                scores[sheet][doc] += weight * count / (count + view.damping[sheet][doc])
