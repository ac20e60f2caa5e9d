"""In which encoding a text file is written: found by trying all of it, never patched up."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .telling import Notice, Stop

# What a person may ask for, by Python's name of it.
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1252": "cp1252",
    "iso-8859-1": "iso8859-1",
    "iso-8859-15": "iso8859-15",
    "windows-1250": "cp1250",
    "iso-8859-2": "iso8859-2",
    "windows-1251": "cp1251",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "windows-1257": "cp1257",
    "macintosh": "mac_roman",
}
FALLBACK = "windows-1252"
CHUNK = 1 << 16
FOREIGN = re.compile(r"\w*[^\x00-\x7f]\w*")


@dataclass(frozen=True)
class Encoding:
    """An encoding by our name, its codec, and what is to be said about it."""

    name: str
    notices: list[Notice] = field(default_factory=list)

    @property
    def codec(self) -> str:
        """Python's name of it."""
        return ENCODINGS[self.name]


def settle_encoding(path: Path, asked: str) -> Encoding:
    """Return the encoding asked for or found; raise Stop when the file is not written in it."""
    with path.open("rb") as file:
        head = file.read(4)
    if asked:
        if not _is_written_in(path, asked):
            raise Stop("not_in_asked_encoding", encoding=asked)
        return Encoding(asked)
    marked = _by_mark(head)
    if marked:
        if not _is_written_in(path, marked.name):
            raise Stop("not_in_marked_encoding", encoding=marked.name)
        return marked
    if _is_written_in(path, "utf-8"):
        return Encoding("utf-8")
    if _is_written_in(path, FALLBACK):
        sample = {"encoding": FALLBACK, "sample": _foreign_word(path)}
        return Encoding(FALLBACK, [("not_utf8", sample)])
    raise Stop("no_encoding")


def _by_mark(head: bytes) -> Encoding | None:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Stop("no_encoding")
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8", [("mark_dropped", {})])
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", [("utf16", {})])
    return None


def _is_written_in(path: Path, name: str) -> bool:
    """Tell whether all of the file can be decoded; raise Stop when what comes out is no text."""
    try:
        for text in _texts(path, name):
            if "\0" in text:
                raise Stop("binary")
    except UnicodeError:
        return False
    return True


def _texts(path: Path, name: str) -> Iterator[str]:
    with path.open(encoding=ENCODINGS[name], newline="") as file:
        while text := file.read(CHUNK):
            yield text


def _foreign_word(path: Path) -> str:
    """Return a word by which a person sees whether the encoding is right."""
    for text in _texts(path, FALLBACK):
        if word := FOREIGN.search(text):
            return word[0][:40]
    return ""
