"""Documents in columns. Sets of documents are whole numbers, bit n for document n: counting how
many documents two sets share is one machine instruction for 64 documents."""

import datetime as dt
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from typing import Final, Protocol, TypeVar

from exchange.common.text import sort_key
from exchange.search.analysis import Place, language_of, places_of
from exchange.search.documents import SearchDocument
from exchange.search.query import Moment

Bits = int
Value = TypeVar("Value", int, str, tuple[str, str])

# A title says what a document is about: its words count as if they stood there three times.
TITLE_WEIGHT: Final = 3
# Places left free between title and body, so that no phrase runs from one into the other.
GAP: Final = 100
MERGED_KEPT: Final = 2_000
DIGITS = bytes.maketrans(b"01", b"\x00\x01")
COMPLEMENT = bytes(range(255, -1, -1))


def bits_of(numbers: Iterable[int], size: int) -> Bits:
    """Return the set with these members, all below `size`."""
    mask = bytearray(size // 8 + 1)
    for number in numbers:
        mask[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(mask, "little")


def members(bits: Bits) -> list[int]:
    """Return the members of a set in ascending order."""
    digits = format(bits, "b").encode().translate(DIGITS)[::-1]
    return list(compress(range(len(digits)), digits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What an index keeps of a document beside its words; `length` counts words, `date` is ordinal.

    `titles` are pairs of language and sort key, its own language's first.
    """

    key: str
    kind: str
    language: str
    organisation: str
    date: int
    second: int
    fingerprint: int
    length: int
    titles: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, str], ...]
    read_in: tuple[str, ...]
    topics: tuple[str, ...]
    audiences: tuple[int, ...]
    belongs_to: tuple[str, ...]

    @property
    def day(self) -> dt.date:
        return dt.date.fromordinal(self.date)


@dataclass(frozen=True, slots=True)
class Analysed:
    """A document taken apart: its card, and where each stem stands."""

    card: Card
    positions: Mapping[str, list[int]]


def analyse(document: SearchDocument) -> Analysed:
    """Take a document apart; the same for every engine."""
    positions: dict[str, list[int]] = defaultdict(list)
    titles = {document.language: document.title, **document.other_titles}
    at = length = 0
    for places in _parts(document):
        for step, place in enumerate(places):
            for stem in place:
                positions[stem].append(at + step)
        at += len(places) + GAP
        length += sum(map(bool, places))
    card = Card(
        key=document.key,
        kind=document.kind,
        language=document.language,
        organisation=document.organisation,
        date=document.date.toordinal(),
        second=document.second,
        fingerprint=document.fingerprint,
        length=length,
        titles=tuple((language, sort_key(title)) for language, title in titles.items()),
        marks=tuple((name, value) for name in document.marks for value in document.marks[name]),
        read_in=tuple(sorted(set(map(language_of, (*titles, *document.names))))),
        topics=tuple(sorted(document.topics)),
        audiences=tuple(sorted(document.audiences)),
        belongs_to=tuple(sorted(document.belongs_to)),
    )
    return Analysed(card, positions)


def _parts(document: SearchDocument) -> Iterable[Sequence[Place]]:
    for language, title in ((document.language, document.title), *document.other_titles.items()):
        yield from [places_of(title, language)] * TITLE_WEIGHT
    yield places_of(document.body, document.language)
    for language, names in document.names.items():
        yield places_of(names, language)


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents with a word, ascending, how often it stands in each, and their set."""

    docs: Sequence[int] = ()
    counts: Sequence[int] = ()
    bits: Bits = 0

    @classmethod
    def of(cls, counted: Mapping[int, int], size: int) -> "Postings":
        docs = array("I", sorted(counted))
        return cls(docs, array("I", map(counted.__getitem__, docs)), bits_of(docs, size))


NOWHERE: Final = Postings()


class Words(Protocol):
    """Where a shelf looks words up."""

    def postings(self, stem: str) -> Postings: ...

    def positions(self, stem: str, doc: int) -> Sequence[int]: ...


@dataclass
class Shelf:
    """Documents that never change, numbered from 0, in columns.

    A card may be None: a number without a document. Which documents still hold is said elsewhere.
    """

    cards: Sequence[Card | None]
    words: Words
    _merged: dict[tuple[str, ...], Postings] = field(default_factory=dict)
    _titles: dict[str, Sequence[str]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.cards)

    @cached_property
    def lengths(self) -> Sequence[int]:
        return [card.length if card else 0 for card in self.cards]

    @cached_property
    def order(self) -> Sequence[tuple[int, int, bytes]]:
        """Return by what documents of the same score are sorted: the newest first, the last key first."""
        return [
            (-card.date, -card.second, _backwards(card.key)) if card else (0, 0, b"")
            for card in self.cards
        ]

    @cached_property
    def oldest(self) -> Sequence[tuple[int, int, str]]:
        """Return the exact reverse of `order`."""
        return [(card.date, card.second, card.key) if card else (0, 0, "") for card in self.cards]

    @cached_property
    def all(self) -> Bits:
        return bits_of((n for n, card in enumerate(self.cards) if card), self.size)

    @cached_property
    def keys(self) -> Mapping[str, int]:
        return {card.key: number for number, card in enumerate(self.cards) if card}

    @cached_property
    def audiences(self) -> Mapping[int, Bits]:
        return self._column(lambda card: card.audiences)

    @cached_property
    def belonging(self) -> Mapping[str, Bits]:
        return self._column(lambda card: card.belongs_to)

    @cached_property
    def read_in(self) -> Mapping[str, Bits]:
        return self._column(lambda card: card.read_in)

    @cached_property
    def facets(self) -> Mapping[str, Mapping[str, Bits]]:
        """Return, for each facet, the documents of each value."""
        found: dict[str, Mapping[str, Bits]] = {
            "kind": self._column(lambda card: (card.kind,)),
            "topic": self._column(lambda card: card.topics),
            "organisation": self._column(lambda card: filter(None, (card.organisation,))),
            "language": self._column(lambda card: (card.language,)),
            "year": self._column(lambda card: (f"{card.day.year:04}",)),
        }
        own: dict[str, dict[str, Bits]] = defaultdict(dict)
        for (name, value), bits in self._column(lambda card: card.marks).items():
            own[name][value] = bits
        return found | own

    def titles(self, language: str) -> Sequence[str]:
        """Return by what titles are sorted for a reader of this language."""
        if language not in self._titles:
            self._titles[language] = [_title(card, language) for card in self.cards]
        return self._titles[language]

    def between(self, start: Moment, end: Moment) -> Bits:
        """Return the documents of the range, both ends included."""
        return bits_of(
            (
                number
                for number, card in enumerate(self.cards)
                if card and start <= (card.date, card.second) <= end
            ),
            self.size,
        )

    def seen_by(self, audiences: Collection[int]) -> Bits:
        """Return the documents with one of these audiences."""
        return union(self.audiences.get(audience, 0) for audience in audiences)

    def hidden_with(self, keys: Collection[str]) -> Bits:
        """Return the documents with these keys, and those that belong to them."""
        own = bits_of((self.keys[key] for key in keys if key in self.keys), self.size)
        return own | union(self.belonging.get(key, 0) for key in keys)

    def postings(self, stems: tuple[str, ...]) -> Postings:
        """Return where any of the stems stands; a document with several counts the most frequent."""
        if len(stems) == 1:
            return self.words.postings(stems[0])
        found = self._merged.get(stems)
        if found is None:
            if len(self._merged) >= MERGED_KEPT:
                self._merged.clear()
            found = self._merged[stems] = self._merge(stems)
        return found

    def positions(self, stems: tuple[str, ...], doc: int) -> set[int]:
        """Return the places of any of the stems in one document."""
        return {place for stem in stems for place in self.words.positions(stem, doc)}

    def _merge(self, stems: tuple[str, ...]) -> Postings:
        found = [postings for stem in stems if (postings := self.words.postings(stem)).bits]
        if len(found) < 2:
            return found[0] if found else NOWHERE
        most: Counter[int] = Counter()
        for postings in found:
            most |= Counter(dict(zip(postings.docs, postings.counts, strict=True)))
        return Postings.of(most, self.size)

    def _column(self, values: Callable[[Card], Iterable[Value]]) -> Mapping[Value, Bits]:
        numbers: dict[Value, list[int]] = defaultdict(list)
        for number, card in enumerate(self.cards):
            for value in values(card) if card else ():
                numbers[value].append(number)
        return {value: bits_of(found, self.size) for value, found in numbers.items()}


def _backwards(key: str) -> bytes:
    """Return what sorts as keys do, the last one first."""
    return key.encode().translate(COMPLEMENT) + b"\xff"


def _title(card: Card | None, language: str) -> str:
    titles = dict(card.titles) if card else {}
    return titles.get(language) or next(iter(titles.values()), "")


def union(sets: Iterable[Bits]) -> Bits:
    """Return the documents in any of the sets."""
    found = 0
    for bits in sets:
        found |= bits
    return found
