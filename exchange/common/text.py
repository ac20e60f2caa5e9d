"""Text as people type it and as databases take it."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORD = re.compile(r"\w+")
ACCENTS = re.compile(r"[\u0300-\u036f]+")
# Letters that Unicode does not take apart.
UNDIVIDED = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th"}
)


# What XML 1.0 has no way to say.
UNSAYABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    """Return `text` without what XML 1.0 has no way to say, for feeds and documents."""
    return UNSAYABLE.sub("", text)


def normalise(text: str) -> str:
    """Return `text` with letters and accents composed, so that a word is one run of characters."""
    return unicodedata.normalize("NFC", text)


def fold(word: str) -> str:
    """Return `word` in lower case without accents; Göteborg and GOTEBORG fold alike."""
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return unicodedata.normalize("NFC", bare).translate(UNDIVIDED)


def words_of(text: str) -> list[str]:
    """Return the words of `text` as they stand there."""
    return WORD.findall(normalise(text))


def sort_key(text: str) -> str:
    """Return `text` without accents and case, to sort and look up alike on every database."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def lines(text: str) -> list[str]:
    """Return the non-empty lines of `text`, stripped of blanks and of a leading list mark."""
    return [line for raw in text.splitlines() if (line := raw.strip().removeprefix("- ").strip())]


def find_unstorable(value: Any, path: str = "") -> str | None:
    """Return the JSON pointer of the first NUL or lone surrogate in `value`, or None.

    PostgreSQL refuses both; SQLite stores a surrogate that no page can show afterwards.
    """
    if isinstance(value, str):
        bad = "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value)
        return (path or "/") if bad else None
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list | tuple)
        else ()
    )
    for key, item in items:
        found = find_unstorable(str(key), f"{path}/{key}") or find_unstorable(item, f"{path}/{key}")
        if found:
            return found
    return None


def validate_storable(value: Any) -> None:
    """Raise ValidationError when a text holds a character that no database can keep."""
    if find_unstorable(value):
        raise ValidationError(
            _("This holds a character that cannot be stored. Please type the text again."),
            code="unstorable",
        )
