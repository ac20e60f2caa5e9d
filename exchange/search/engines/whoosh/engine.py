"""The engine: states of the index are opened, and one writer makes the next."""

import logging
import re
import shutil
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from whoosh.index import FileIndex
from whoosh.reading import TermNotFound
from whoosh.writing import CLEAR

from exchange.search import analysis
from exchange.search.documents import SearchDocument
from exchange.search.engines.base import EngineBroken, Mark, Status
from exchange.search.engines.reading import ShelfReading
from exchange.search.engines.sealed import card_of, sealed, unsealed
from exchange.search.engines.shelf import Bits, Shelf, analyse, bits_of
from exchange.search.engines.whoosh.segments import Segment, schema
from exchange.search.engines.whoosh.storage import VerifiedStorage, broken_if_it_fails

logger = logging.getLogger(__name__)

# Counted up when what is put into the index changes, or its form.
FORM: Final = 5
VERSION: Final = f"{FORM}.{analysis.VERSION}"
# The document that holds the mark; no other has an empty key.
MARK_KEY: Final = "-"
TOC = re.compile(r"_MAIN_(\d+)\.toc")
DISTRUSTED: Final = "distrusted"
TRIES: Final = 3


class WhooshEngine:
    """An index in `folder`, made when it is rebuilt; one process writes at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._shelves: dict[str, Shelf] = {}
        self._read: tuple[object, ShelfReading] | None = None

    def open(self) -> ShelfReading:
        """Return the newest state; costs a look into the folder when nothing has changed."""
        with self._lock, broken_if_it_fails():
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
        with broken_if_it_fails(), self._writer() as writer:
            for key in old:
                writer.delete_by_term("key", key)
            self._add(writer, documents, mark)
            holes = writer.deleted_count()
            writer.optimize = (
                holes > 200
                and holes > sum(segment.doc_count_all() for segment in writer.segments) * 0.3
            )

    def rebuild(self, documents: Iterable[SearchDocument], mark: Mark) -> None:
        """Index `documents` in place of everything; a healthy index answers until the commit."""
        healthy = self.status().healthy
        with broken_if_it_fails():
            if not healthy:
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                FileIndex.create(VerifiedStorage(self.folder), schema())
            with self._writer(mergetype=CLEAR) as writer:
                self._add(writer, documents, mark)

    def belonging_to(self, keys: Collection[str]) -> set[str]:
        """Return the keys of documents that belong to one of `keys`."""
        wanted = set(keys)
        return {card.key for card in self.open().cards if not wanted.isdisjoint(card.belongs_to)}

    def fingerprints(self) -> dict[str, int]:
        """Return the keys of all documents with their fingerprints."""
        return {card.key: card.fingerprint for card in self.open().cards}

    def status(self) -> Status:
        """Return where the index stands, or what is wrong with it."""
        try:
            reading = self.open()
        except EngineBroken as error:
            return Status(version=VERSION, problem=str(error))
        return Status(
            mark=reading.mark,
            count=sum(holding.bit_count() for _shelf, holding in reading.shelves),
            size=self._size(),
            version=VERSION,
            healthy=True,
        )

    def distrust(self, reason: str) -> None:
        """Leave a note in the folder; the rebuilding clears it away with the rest."""
        logger.warning("the search index is not trusted any more: %s", reason)
        with suppress(OSError):
            (self.folder / DISTRUSTED).touch()

    def _size(self) -> int:
        """Return the bytes of all files; one that a commit clears away meanwhile does not count."""
        total = 0
        for file in self.folder.glob("*"):
            with suppress(OSError):
                total += file.stat().st_size
        return total

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
    def _writer(self, **how: Any) -> Iterator[Any]:
        """Give a writer and commit, `how` Whoosh is told; whatever fails, its lock is free afterwards."""
        storage = VerifiedStorage(self.folder)
        index = FileIndex(storage)
        writer = index.writer(timeout=30, delay=0.02)
        try:
            yield writer
            writer.commit(**how)
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
