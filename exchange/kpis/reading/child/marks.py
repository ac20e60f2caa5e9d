"""What calamine does not tell of a sheet's cells: formulas without a stored result, and errors."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from .archive import opened

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
CHUNK = 1 << 22
# One of these is in every part of a sheet that holds a formula or an error; most parts hold none.
TRACES = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b't="e"')
CELL = re.compile(
    rb"<(?:\w+:)?c\b(?P<attributes>[^<>]*)>\s*"
    rb"(?P<formula><(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?"
    rb"(?:<(?:\w+:)?v\b[^<>]*>(?P<value>[^<]*)</)?"
)
PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
KIND = re.compile(rb'\bt="(\w+)"')

Place = tuple[int, int]


@dataclass
class Marks:
    """Cells by row and column, counted from 0."""

    unsaved: set[Place] = field(default_factory=set)
    errors: dict[Place, str] = field(default_factory=dict)
    has_saved: bool = False


def read_marks(path: Path, sheet: str) -> Marks:
    """Return the marks of a sheet; none when its part is not where workbooks have it."""
    marks = Marks()
    with opened(path) as archive:
        part = _part_of(archive, sheet)
        if part in archive.namelist():
            for piece in _pieces(archive, part):
                if any(trace in piece for trace in TRACES):
                    _gather(piece, marks)
    return marks


def _gather(piece: bytes, marks: Marks) -> None:
    for cell in CELL.finditer(piece):
        kind = KIND.search(cell["attributes"])
        place = _place(cell["attributes"])
        value = cell["value"] or b""
        if kind and kind[1] == b"e" and place:
            marks.errors[place] = value.decode("utf-8", "replace")
        if not cell["formula"]:
            continue
        # The empty text is a result as well.
        if value or (kind and kind[1] == b"str"):
            marks.has_saved = True
        elif place:
            marks.unsaved.add(place)


def _place(attributes: bytes) -> Place | None:
    found = PLACE.search(attributes)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - 64
    return int(found[2]) - 1, column - 1


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the part piece by piece, cut between cells."""
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(CHUNK):
            chunk = rest + chunk
            cut = chunk.rfind(b"<row") if b"<row" in chunk[1:] else len(chunk)
            rest = chunk[cut:]
            yield chunk[:cut]
    yield rest


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the name of the part that holds a sheet, "" when the workbook does not say."""
    try:
        wanted = _attribute(archive, WORKBOOK, "sheet", {"name": sheet}, "id")
        target = _attribute(archive, RELATIONS, "Relationship", {"Id": wanted}, "Target")
    except (KeyError, ElementTree.ParseError):
        return ""
    return target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)


def _attribute(
    archive: zipfile.ZipFile, part: str, tag: str, given: dict[str, str], wanted: str
) -> str:
    """Return an attribute of the element that has the given ones, whatever their namespaces."""
    # Parts that define entities are refused before.
    root = ElementTree.fromstring(archive.read(part))  # noqa: S314
    for element in root.iter():
        attributes = {name.rpartition("}")[2]: value for name, value in element.items()}
        if element.tag.rpartition("}")[2] == tag and given.items() <= attributes.items():
            return attributes[wanted]
    raise KeyError(tag)
