"""Which documents match: their words and phrases, the filters, and what each filter would leave."""

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.search.documents import filter_names
from exchange.search.engines.shelf import Bits, Shelf, members, union
from exchange.search.query import Phrase, Question, SearchQuery

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Matches:
    """The documents of a shelf that match: `found` with the filters, `full` those with every word."""

    found: Bits
    full: Bits
    facets: Counts


def match(shelf: Shelf, visible: Bits, query: SearchQuery, question: Question) -> Matches:
    """Return what matches among the `visible` documents of a shelf."""
    text = _with_words(shelf, visible, question)
    if query.since or query.until:
        text &= shelf.between(query.start, query.close)
    passing = {
        name: union(shelf.facets.get(name, {}).get(value, 0) for value in values)
        for name, values in query.chosen.items()
        if values
    }
    found = text
    for bits in passing.values():
        found &= bits
    full = found
    for term in question.needed:
        full &= shelf.postings(term.stems).bits
    return Matches(found, full, _facets(shelf, text, passing))


def occurrences(shelf: Shelf, phrase: Phrase, doc: int) -> int:
    """Return how often a phrase stands in a document."""
    starts: set[int] | None = None
    for offset, term in phrase:
        places = {place - offset for place in shelf.positions(term.stems, doc)}
        starts = places if starts is None else starts & places
        if not starts:
            return 0
    return len(starts or ())


def no_facets() -> Counts:
    """Return the counts of nothing, by the name of every filter."""
    return {name: {} for name in filter_names()}


def added(counts: Sequence[Counts]) -> Counts:
    """Return the sums of the counts of several shelves."""
    total = no_facets()
    for shelf in counts:
        for name, values in shelf.items():
            sums = total.setdefault(name, {})
            for value, count in values.items():
                sums[value] = sums.get(value, 0) + count
    return total


def _with_words(shelf: Shelf, visible: Bits, question: Question) -> Bits:
    words = (shelf.postings(term.stems).bits for term in question.terms)
    text = visible & (shelf.all if question.browses else union(words))
    for phrase in question.phrases:
        text &= _with_phrase(shelf, phrase, text)
    for phrase in question.without:
        text &= ~_with_phrase(shelf, phrase, text)
    return text


def _with_phrase(shelf: Shelf, phrase: Phrase, among: Bits) -> Bits:
    """Return those of `among` in which the terms stand at their distances."""
    for _offset, term in phrase:
        among &= shelf.postings(term.stems).bits
    if len(phrase) == 1:
        return among
    return union(1 << doc for doc in members(among) if occurrences(shelf, phrase, doc))


def _facets(shelf: Shelf, text: Bits, passing: dict[str, Bits]) -> Counts:
    """Count each filter's values with the other filters applied; what nobody has is not named."""
    found: Counts = {}
    for name, values in shelf.facets.items():
        others = text
        for other, bits in passing.items():
            if other != name:
                others &= bits
        counts = {value: n for value, bits in values.items() if (n := (bits & others).bit_count())}
        if counts:
            found[name] = counts
    return found
