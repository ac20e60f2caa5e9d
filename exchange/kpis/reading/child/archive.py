"""Looks at an XLSX as the ZIP archive that it is, before anything unpacks it."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .telling import Stop

MOST_ENTRIES = 1_000
MOST_OF_AN_ENTRY = 200_000_000
MOST_OF_ALL = 400_000_000
# Sheets of numbers shrink to a tenth, seldom to a fiftieth; small parts may shrink as they like.
MOST_RATIO = 200
SMALL = 20_000_000
HEAD = 1 << 16

DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Give the archive; raise Stop where it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except DAMAGES:
        raise Stop("damaged") from None


def require_harmless_workbook(path: Path) -> None:
    """Raise Stop unless this is an XLSX whose parts are of bearable size and define no entities."""
    with opened(path) as archive:
        entries = archive.infolist()
        names = [entry.filename.casefold() for entry in entries]
        if any(entry.flag_bits & 1 for entry in entries):
            raise Stop("password")
        if len(entries) > MOST_ENTRIES or _is_bomb(entries):
            raise Stop("bomb")
        if len(set(names)) != len(names):
            raise Stop("damaged")
        _require_workbook(archive, names)
        for entry in entries:
            if entry.filename.casefold().endswith((".xml", ".rels")):
                _require_no_entities(archive, entry)


def _is_bomb(entries: list[zipfile.ZipInfo]) -> bool:
    return sum(entry.file_size for entry in entries) > MOST_OF_ALL or any(
        entry.file_size > MOST_OF_AN_ENTRY
        or (entry.file_size > SMALL and entry.file_size > MOST_RATIO * entry.compress_size)
        for entry in entries
    )


def _require_workbook(archive: zipfile.ZipFile, names: list[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "mimetype" in archive.namelist():
        with archive.open("mimetype") as part:
            if b"opendocument.spreadsheet" in part.read(100):
                raise Stop("open_document")
    raise Stop("binary_workbook" if "xl/workbook.bin" in names else "no_workbook")


def _require_no_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with archive.open(entry) as part:
        # UTF-16 has a NUL beside each letter of the words looked for.
        head = part.read(HEAD).replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Stop("entities")
