"""The one language of a page or a mail, and the reader's own, in which topics and titles are named.

The words of a page are in the reader's language once we have a catalogue of it (`LANGUAGES` of the
settings), until then in English: never Django's words in one language and ours in another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

# What people choose from: the languages that topics have names in.
NAMES = [("en", _("English")), ("sv", _("Swedish")), ("es", _("Spanish"))]
MEANT_FOR = _(
    "For the names of topics, for titles, and for what you begin to write. Pages and mails are "
    "in English for now, and lessons stay in the language they were written in."
)

_reader: ContextVar[str] = ContextVar("reader", default="en")


@contextmanager
def reading(language: str) -> Iterator[None]:
    """Write for a reader of this language; the only place that tells Django of one."""
    before = _reader.set(language)
    try:
        with translation.override(_of_words(language)):
            yield
    finally:
        _reader.reset(before)


def _of_words(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def readers_own() -> str:
    """Return the language of whom is written for now."""
    return _reader.get()


def asked_for(request: HttpRequest) -> str:
    """Return the first language a browser asks for that topics have names in, else English."""
    header = request.headers.get("Accept-Language", "").lower()
    wanted = [code.partition("-")[0] for code, _weight in parse_accept_lang_header(header)]
    return next((code for code in wanted if code in dict(NAMES)), "en")
