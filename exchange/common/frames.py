"""What stands in a letter: its templates rendered, once for all readers of the same.

A letter `NAME` is made of `emails/NAME-subject.txt`, `emails/NAME-body-text.txt` and
`emails/NAME-body-html.html`.
"""

import re
import secrets
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, NamedTuple

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from exchange.common import languages, time

SUBJECT_LENGTH = 78
LINE_LENGTH = 76
# Line breaks would begin a header of their own; the others reorder or hide what is shown.
UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_MARK = f"place-{secrets.token_hex(8)}-"
_PLACE = re.compile(rf"{_MARK}(\w+)\.")
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Parts:
    """A rendered letter: its subject, its plain text, its HTML with styles inlined."""

    subject: str
    text: str
    html: str

    def filled(self, own: Mapping[str, "Own"]) -> "Parts":
        """Return a finished letter: what is the reader's own stands where `place` kept its place.

        What is filled in is not looked through again.
        """
        text = _PLACE.sub(lambda found: own[found[1]].text, self.text)
        html = _PLACE.sub(lambda found: own[found[1]].html, self.html)
        return Parts(self.subject, wrap(text), html)


class Own(NamedTuple):
    """What one reader's letter holds at a place: in the plain text, and as markup in the HTML."""

    text: str
    html: str

    @classmethod
    def words(cls, text: str) -> "Own":
        """Return plain words, safe between tags and in a quoted attribute."""
        quoted = escape(text, quote=False).replace('"', "&quot;").replace("\xa0", "&nbsp;")
        return cls(text, quoted)


def place(name: str) -> str:
    """Return what keeps a place in a frame for the reader's own; nobody outside can write it."""
    return f"{_MARK}{name}."


def frame(template: str, context: Mapping[str, Any], *, language: str, zone: str) -> Parts:
    """Render the three templates of a letter, for readers of a language, in a time zone.

    Where `context` has a `place` it is yet to be `filled`; until then its text is not wrapped.
    """
    with languages.reading(language), timezone.override(time.zone(zone)):
        values = dict(context) | {
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "language": translation.get_language(),
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
        }
        subject = one_line(render_to_string(f"emails/{template}-subject.txt", values))
        text = render_to_string(f"emails/{template}-body-text.txt", values)
        values["subject"] = subject
        html = _inliner.inline(render_to_string(f"emails/{template}-body-html.html", values))
    return Parts(subject, text, html)


def parts(template: str, context: Mapping[str, Any], *, language: str, zone: str) -> Parts:
    """Render a letter that is one reader's from the first word to the last."""
    return frame(template, context, language=language, zone=zone).filled({})


def inline(fragment: str) -> str:
    """Return a piece of HTML with the styles of our letters in its own attributes."""
    return _inliner.inline_fragment(fragment, _styles())


@cache
def _styles() -> str:
    return render_to_string("emails/style.css")


def one_line(text: str, length: int = SUBJECT_LENGTH) -> str:
    """Return `text` as one line of at most `length` characters that are what they look like.

    It ends after a word, unless that would take more than a third of it.
    """
    line = " ".join(UNSHOWABLE.sub(" ", text).split())
    if len(line) <= length:
        return line
    words, _space, _rest = line[:length].rpartition(" ")
    return (words if 3 * len(words) >= 2 * length else line[: length - 1].rstrip()) + "…"


def wrap(text: str, width: int = LINE_LENGTH) -> str:
    """Return plain text with lines of at most `width` columns; addresses stay whole.

    Several empty lines become one.
    """
    lines = "\n".join(_wrapped(line, width) for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"


def _wrapped(line: str, width: int) -> str:
    if len(line) <= width:
        return line.rstrip()
    indent = " " * (len(line) - len(line.lstrip()))
    hang = indent + "  " if line.lstrip().startswith("* ") else indent
    return textwrap.fill(
        line.strip(),
        width,
        initial_indent=indent,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
