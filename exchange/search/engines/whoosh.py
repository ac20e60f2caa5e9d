"""The index on disk, kept by Whoosh. The only file that knows Whoosh.

Whoosh keeps words, places and cards in segments that a commit swaps in at once; matching and
ranking are ours (`ranking.py`), because they must count among what the viewer sees only.

Whoosh has no maintainer any more. What it gets wrong is guarded here: a commit that fails keeps its
lock; opening while a commit swaps files may fail, and is tried three times; `exists_in` and
`create_in` do not belong in a request; memory-mapped files kill the process when they are cut
short, so files are read. Damage of any kind becomes EngineBroken, and the writer rebuilds.
"""

import logging
import re
import shutil
import threading
import time
import zlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from whoosh import formats
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from exchange.search import analysis
from exchange.search.documents import SearchDocument
from exchange.search.engines.base import EngineBroken, Mark, Status
from exchange.search.engines.reading import ShelfReading
from exchange.search.engines.sealed import card_of, sealed, unsealed
from exchange.search.engines.shelf import (
    NOWHERE,
    Bits,
    Postings,
    Shelf,
    analyse,
    bits_of,
)

logger = logging.getLogger(__name__)

# Counted up when what is put into the index changes, or its form.
FORM: Final = 3
VERSION: Final = f"{FORM}.{analysis.VERSION}"
# The document that holds the mark; no other has an empty key.
MARK_KEY: Final = "-"
TOC = re.compile(r"_MAIN_(\d+)\.toc")
DISTRUSTED: Final = "distrusted"
TRIES: Final = 3
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
            with self._lock, _broken_if_it_fails():
                found = self._postings[stem] = self._read(stem)
        return found

    def positions(self, stem: str, doc: int) -> Sequence[int]:
        places = self._places.get(stem)
        if places is None:
            with self._lock, _broken_if_it_fails():
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


class WhooshEngine:
    """An index in `folder`, made when it is rebuilt; one process writes at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._shelves: dict[str, Shelf] = {}
        self._read: tuple[object, ShelfReading] | None = None

    def open(self) -> ShelfReading:
        """Return the newest state; costs a look into the folder when nothing has changed."""
        with self._lock, _broken_if_it_fails():
            for attempt in range(TRIES):
                try:
                    return self._open()
                except OSError:
                    # A commit swapped the files between the look and the reading.
                    if attempt == TRIES - 1:
                        raise
                    time.sleep(0.02)
        raise EngineBroken("the index cannot be opened")

    def update(
        self, *, documents: Collection[SearchDocument], gone: Collection[str], mark: Mark
    ) -> None:
        """Replace and drop documents in one commit; see `engines.base.SearchEngine`."""
        old = {*gone, MARK_KEY, *(document.key for document in documents)}
        with _broken_if_it_fails(), self._writer() as writer:
            for key in old:
                writer.delete_by_term("key", key)
            self._add(writer, documents, mark)
            holes = writer.deleted_count()
            writer.optimize = (
                holes > 200
                and holes > sum(segment.doc_count_all() for segment in writer.segments) * 0.3
            )

    def rebuild(self, documents: Iterable[SearchDocument], mark: Mark) -> None:
        """Clear the folder and index `documents`; until the commit readers find no index."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with _broken_if_it_fails():
            self.folder.mkdir(mode=0o700, parents=True)
            FileIndex.create(VerifiedStorage(self.folder), schema())
            with self._writer() as writer:
                self._add(writer, documents, mark)

    def belonging_to(self, keys: Collection[str]) -> set[str]:
        """Return the keys of documents that belong to one of `keys`."""
        return {
            card.key
            for shelf, holding in self.open().shelves
            for number, card in enumerate(shelf.cards)
            if card and holding >> number & 1 and not set(keys).isdisjoint(card.belongs_to)
        }

    def all_keys(self) -> set[str]:
        """Return the keys of all documents."""
        return self.open().keys

    def status(self) -> Status:
        """Return where the index stands, or what is wrong with it."""
        try:
            reading = self.open()
        except EngineBroken as error:
            return Status(version=VERSION, problem=str(error))
        return Status(
            mark=reading.mark,
            count=sum(holding.bit_count() for _shelf, holding in reading.shelves),
            version=VERSION,
            healthy=True,
        )

    def distrust(self, reason: str) -> None:
        """Leave a note in the folder; the rebuilding clears it away with the rest."""
        logger.warning("the search index is not trusted any more: %s", reason)
        with suppress(OSError):
            (self.folder / DISTRUSTED).touch()

    def _open(self) -> ShelfReading:
        generation = self._generation()
        if self._read and self._read[0] == generation:
            return self._read[1]
        index = FileIndex(VerifiedStorage(self.folder))
        shelves: dict[str, tuple[Shelf, Bits]] = {}
        mark: Mark | None = None
        for leaf, _offset in index.reader().leaf_readers():
            if leaf.segments() is None:
                continue
            name = leaf.segment().segment_id()
            shelf = self._shelves.get(name) or _shelf(leaf)
            holding = shelf.all & ~bits_of(leaf.segment().deleted_docs(), shelf.size)
            shelves[name] = (shelf, holding)
            mark = _mark(leaf) or mark
        if mark is None:
            raise EngineBroken("the index was never finished, or is of an older version")
        self._shelves = {name: shelf for name, (shelf, _holding) in shelves.items()}
        reading = ShelfReading(mark, list(shelves.values()))
        self._read = (generation, reading)
        return reading

    def _generation(self) -> object:
        """Return what tells this state of the folder from every other."""
        newest: tuple[int, Path] | None = None
        if (self.folder / DISTRUSTED).exists():
            raise EngineBroken("the index was found damaged")
        for file in self.folder.iterdir() if self.folder.is_dir() else ():
            if found := TOC.fullmatch(file.name):
                newest = max(newest or (-1, file), (int(found[1]), file))
        if newest is None:
            raise EngineBroken("there is no index")
        stat = newest[1].stat()
        return newest[0], stat.st_ino, stat.st_mtime_ns, stat.st_size

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        """Give a writer and commit; whatever fails, its lock is free afterwards."""
        storage = VerifiedStorage(self.folder)
        index = FileIndex(storage)
        writer = index.writer(timeout=30, delay=0.02)
        try:
            yield writer
            writer.commit()
            storage.seal()
        except BaseException:
            with suppress(Exception):
                writer.cancel()
            with suppress(Exception):
                writer.writelock.release()
            raise

    def _add(self, writer: Any, documents: Iterable[SearchDocument], mark: Mark) -> None:
        for document in documents:
            found = analyse(document)
            writer.add_document(
                key=document.key,
                words=list(found.positions.items()),
                card=sealed(asdict(found.card)),
            )
        note = {"version": VERSION, **asdict(mark)}
        writer.add_document(key=MARK_KEY, card=sealed(note))


class VerifiedStorage(FileStorage):  # type: ignore[misc]
    """Files of an index; a segment is read whole, compared with its check sum, and kept in memory.

    So a file that is cut or scribbled over while we run neither kills the process nor misleads it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False)

    def open_file(self, name: str, **options: Any) -> Any:
        if not name.endswith(".seg"):
            return super().open_file(name, **options)
        file = Path(self.folder) / name
        content = file.read_bytes()
        with suppress(FileNotFoundError):
            if file.with_suffix(".sum").read_text() != str(zlib.crc32(content)):
                raise EngineBroken(f"{name} does not agree with its check sum")
        return BufferFile(memoryview(content), name=name)

    def seal(self) -> None:
        """Write the check sums that are missing; Whoosh deletes them with their segments."""
        for file in Path(self.folder).glob("*.seg"):
            if not (total := file.with_suffix(".sum")).exists():
                fresh = file.with_suffix(".newsum")
                fresh.write_text(str(zlib.crc32(file.read_bytes())))
                fresh.replace(total)


def _shelf(leaf: Any) -> Shelf:
    """Return the shelf of a segment that was just opened."""
    cards = [card_of(leaf.stored_fields(number)["card"]) for number in range(leaf.doc_count_all())]
    return Shelf(cards, Segment(leaf))


def _mark(leaf: Any) -> Mark | None:
    """Return the mark that stands in a segment, if the newest stands there."""
    try:
        numbers = list(leaf.postings("key", MARK_KEY).all_ids())
    except TermNotFound:
        return None
    for number in numbers:
        found = unsealed(leaf.stored_fields(number)["card"])
        if found.pop("version") != VERSION:
            raise EngineBroken("the index is of an older version")
        return Mark(**found)
    return None


@contextmanager
def _broken_if_it_fails() -> Iterator[None]:
    """Make EngineBroken of whatever goes wrong inside Whoosh: damaged files raise anything."""
    try:
        yield
    except EngineBroken:
        raise
    except Exception as error:
        raise EngineBroken(f"the index cannot be used: {error!r}") from error
