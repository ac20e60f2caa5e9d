"""What stands in a segment: words with their places."""

import threading
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, Final

from whoosh import formats
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.reading import TermNotFound

from exchange.search.engines.shelf import NOWHERE, Postings, bits_of
from exchange.search.engines.whoosh.storage import broken_if_it_fails

# Terms whose places are kept in memory at a time, for each segment.
PLACES_KEPT: Final = 256


class Places(formats.Format):  # type: ignore[misc]
    """How often and where a stem stands; the analysing is done before."""

    def word_values(
        self, value: Sequence[tuple[str, list[int]]], analyzer: object, **_: Any
    ) -> Iterator[tuple[str, int, float, bytes]]:
        for stem, places in value:
            yield stem, len(places), float(len(places)), array("I", places).tobytes()


class Stems(FieldType):  # type: ignore[misc]
    """A field of stems with their places."""

    def __init__(self) -> None:
        # We score ourselves; but without lengths Whoosh looks for their file at every posting.
        super().__init__(format=Places(), analyzer=None, scorable=True)
        self.column_type = self.vector = None
        self.spelling = False
        self.stored = self.unique = False


def schema() -> Schema:
    return Schema(key=ID(unique=True), words=Stems(), card=STORED())


class Segment:
    """The words of one segment, read when first asked for; a segment never changes."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._size = reader.doc_count_all()
        self._lock = threading.Lock()
        self._postings: dict[str, Postings] = {}
        self._places: dict[str, dict[int, bytes]] = {}

    def postings(self, stem: str) -> Postings:
        found = self._postings.get(stem)
        if found is None:
            with self._lock, broken_if_it_fails():
                found = self._postings[stem] = self._read(stem)
        return found

    def positions(self, stem: str, doc: int) -> Sequence[int]:
        places = self._places.get(stem)
        if places is None:
            with self._lock, broken_if_it_fails():
                if len(self._places) >= PLACES_KEPT:
                    self._places.clear()
                places = self._places[stem] = {
                    doc: value
                    for docs, _counts, values in self._blocks(stem)
                    for doc, value in zip(docs, values, strict=True)
                }
        found = array("I")
        found.frombytes(places.get(doc, b""))
        return found

    def _read(self, stem: str) -> Postings:
        docs, counts = array("I"), array("I")
        for some, weights, _values in self._blocks(stem):
            docs.extend(some)
            counts.extend(map(int, weights))
        return Postings(docs, counts, bits_of(docs, self._size)) if docs else NOWHERE

    def _blocks(
        self, stem: str
    ) -> Iterator[tuple[Sequence[int], Sequence[float], Sequence[bytes]]]:
        """Yield documents, counts and places by the 128, as Whoosh keeps them.

        Its own interface gives one document at a time, which takes five times as long. Deleted
        documents are among them.
        """
        try:
            matcher = self._reader.postings("words", stem)
        except TermNotFound:
            return
        matcher = getattr(matcher, "child", matcher)
        while matcher.is_active():
            matcher.id(), matcher.weight(), matcher.value()
            yield matcher._ids, matcher._weights, matcher._values
            matcher._next_block()
