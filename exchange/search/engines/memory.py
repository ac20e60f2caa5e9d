"""An engine without files: for tests, and for answers from the database when no index serves."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from exchange.search.documents import SearchDocument
from exchange.search.engines.base import EngineBroken, Mark, Status
from exchange.search.engines.reading import ShelfReading
from exchange.search.engines.shelf import NOWHERE, Analysed, Postings, Shelf, analyse


class Pile:
    """Words of documents as they were taken apart: a word is looked for when it is asked for."""

    def __init__(self, documents: Sequence[Analysed]) -> None:
        self._positions = [document.positions for document in documents]
        self._found: dict[str, Postings] = {}

    def postings(self, stem: str) -> Postings:
        if stem not in self._found:
            counted = {
                number: len(positions[stem])
                for number, positions in enumerate(self._positions)
                if stem in positions
            }
            self._found[stem] = Postings.of(counted, len(self._positions)) if counted else NOWHERE
        return self._found[stem]

    def positions(self, stem: str, doc: int) -> Sequence[int]:
        return self._positions[doc].get(stem, ())


def reading_of(documents: Iterable[Analysed], mark: Mark) -> ShelfReading:
    """Return a state that holds exactly these documents."""
    documents = list(documents)
    shelf = Shelf([document.card for document in documents], Pile(documents))
    return ShelfReading(mark, [(shelf, shelf.all)])


class MemoryEngine:
    """Holds documents in this process; empty and broken until it is rebuilt."""

    version = "memory"

    def __init__(self) -> None:
        self._documents: Mapping[str, Analysed] = {}
        self._reading: ShelfReading | None = None

    def open(self) -> ShelfReading:
        """Return the state after the last write; raises EngineBroken when nothing was written."""
        if self._reading is None:
            raise EngineBroken("nothing is indexed in this process")
        return self._reading

    def update(
        self, *, documents: Collection[SearchDocument], gone: Collection[str], mark: Mark
    ) -> None:
        """Replace and drop documents; see `engines.base.SearchEngine`."""
        self.open()
        kept = {key: found for key, found in self._documents.items() if key not in gone}
        self._hold(kept | {document.key: analyse(document) for document in documents}, mark)

    def rebuild(self, documents: Iterable[SearchDocument], mark: Mark) -> None:
        """Hold these documents and no others."""
        self._hold({document.key: analyse(document) for document in documents}, mark)

    def belonging_to(self, keys: Collection[str]) -> set[str]:
        """Return the keys of documents that belong to one of `keys`."""
        return {
            key
            for key, found in self._documents.items()
            if not set(keys).isdisjoint(found.card.belongs_to)
        }

    def fingerprints(self) -> dict[str, int]:
        """Return the keys of all documents with their fingerprints."""
        return {key: found.card.fingerprint for key, found in self._documents.items()}

    def status(self) -> Status:
        """Return where this process stands."""
        if self._reading is None:
            return Status(version=self.version, problem="nothing is indexed in this process")
        return Status(
            mark=self._reading.mark,
            count=len(self._documents),
            version=self.version,
            healthy=True,
        )

    def distrust(self, reason: str) -> None:
        """Forget everything."""
        del reason
        self._documents, self._reading = {}, None

    def _hold(self, documents: Mapping[str, Analysed], mark: Mark) -> None:
        self._documents, self._reading = documents, reading_of(documents.values(), mark)
