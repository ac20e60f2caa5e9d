"""What a file is, told by its bytes; its name is only compared."""

from pathlib import Path, PurePath

from .telling import Notice, Stop

TEXT, WORKBOOK = "text", "workbook"

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OF_WORKBOOKS = {".xlsx", ".xlsm", ".xltx", ".xltm"}
OF_SPREADSHEETS = OF_WORKBOOKS | {".xls", ".xlsb", ".ods", ".numbers"}
BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BZh",
    b"\xfd7zXZ",
    b"SQLite format 3",
    b"PAR1",
    b"\x7fELF",
    b"MZ\x90",
    b"{\\rtf",
)
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
HEAD = 4096
CHUNK = 1 << 20


def recognise(path: Path) -> str:
    """Return TEXT or WORKBOOK (which is only a ZIP archive so far); raise Stop for what is neither."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Stop("empty")
    if head.startswith(ZIP):
        return WORKBOOK
    if head.startswith(OLE2):
        protected = _holds(path, "EncryptionInfo".encode("utf-16-le"))
        raise Stop("password" if protected else "old_workbook")
    if head.startswith(BINARY) or (b"\0" in head and not head.startswith(WIDE_MARKS)):
        raise Stop("binary")
    _refuse_markup(head)
    return TEXT


def misnamed(kind: str, name: str) -> list[Notice]:
    """Return a notice when the file's name says something else than its bytes."""
    suffix = PurePath(name).suffix.lower()
    if kind == TEXT and suffix in OF_SPREADSHEETS:
        return [("text_inside", {"name": name[-80:]})]
    if kind == WORKBOOK and suffix and suffix not in OF_WORKBOOKS:
        return [("workbook_inside", {"name": name[-80:]})]
    return []


def _refuse_markup(head: bytes) -> None:
    # UTF-16 has a NUL beside each letter of the words looked for.
    words = (
        head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe \t\r\n").lower()
    )
    if words.startswith(b"<"):
        page = any(word in words for word in (b"<html", b"<table", b"<!doctype html", b"<head"))
        raise Stop("web_page" if page else "markup")


def _holds(path: Path, words: bytes) -> bool:
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if words in rest + chunk:
                return True
            rest = chunk[-len(words) :]
    return False
