"""What holds for every mail that leaves, read from the bytes that go over the wire."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django.conf import settings

from exchange.common.mail import LetterMessage

MOST_HTML, MOST_TEXT, LONGEST_ADDRESS = 90_000, 40_000, 74
BANNED = re.compile(
    r"<(img|script|form|iframe|svg|input|link)\b|\bdata:|javascript:|\son\w+=", re.I
)
ENTITY = re.compile(r"&(amp|lt|gt|quot|nbsp|#x?\w+);")


@contextmanager
def every_letter_is_sound() -> Iterator[None]:
    """Raise AssertionError at the end when a letter that was written has a fault."""
    written: list[LetterMessage] = []
    build = LetterMessage.message

    def note(self: LetterMessage, **options: Any) -> Any:
        if not any(self is other for other in written):
            written.append(self)
        return build(self, **options)

    with patch.object(LetterMessage, "message", note):
        yield
    for letter in written:
        found = list(faults(build(letter).as_bytes()))
        assert not found, f"{letter.subject!r}: {found}"


def faults(raw: bytes) -> Iterator[str]:
    """Yield what is wrong with a mail."""
    message = message_from_bytes(raw, policy=policy.default)
    yield from _headers(raw, message)
    kinds = [part.get_content_type() for part in message.iter_parts()]
    if kinds != ["text/plain", "text/html"]:
        yield f"its parts are {kinds}"
        return
    text, html = (str(part.get_content()) for part in message.iter_parts())
    yield from _text(text)
    yield from _html(html)
    theirs, ours = set(Page.of(html).links), set(re.findall(r"https?://\S+", text))
    if theirs - ours - {f"{settings.SITE_URL}/"}:
        yield f"only the HTML leads to {theirs - ours}"


def _headers(raw: bytes, message: EmailMessage) -> Iterator[str]:
    recipients = message.get_all("To", [])
    if len(recipients) != 1 or "," in str(recipients[0]) or message["Cc"] or message["Bcc"]:
        yield "it has not exactly one recipient"
    for name, value in {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }.items():
        if message[name] != value:
            yield f"{name} is {message[name]}"
    if max(map(len, raw.splitlines())) > 998:
        yield "a line is longer than 998"
    address = re.search(rb"^List-Unsubscribe: <([^>\s]+)>\r?$", raw, re.M)
    is_subscribed = "<digest." in str(message["List-Id"])
    if is_subscribed != bool(address) or is_subscribed != bool(message["List-Unsubscribe-Post"]):
        yield "a mail that was subscribed to, and no other, can be ended with one click"
    if address and len(address[1]) > LONGEST_ADDRESS:
        yield "its unsubscribe address is too long"


def _text(text: str) -> Iterator[str]:
    if len(text.encode()) > MOST_TEXT:
        yield "the text is too large"
    if ENTITY.search(text):
        yield "the text has HTML in it"
    for line in text.splitlines():
        if len(line) > 76 and " " in line.strip().removeprefix("* "):
            yield f"a line is too long: {line}"


def _html(html: str) -> Iterator[str]:
    if len(html.encode()) > MOST_HTML:
        yield "the HTML is too large"
    page = Page.of(html)
    if BANNED.search(re.sub(r">[^<]*<", "><", html)):
        yield f"it holds {BANNED.findall(html)}"
    if page.tags.count("h1") != 1:
        yield "it has not exactly one first heading"
    if not re.search(r'<html[^>]* lang="\w', html) or not re.search(r'<div[^>]* lang="\w', html):
        yield "it does not say its language"
    for name in ("h1", "h2", "h3", "p", "a"):
        if re.search(rf"<{name}(?![^>]*style=)[ >]", html.partition("<body")[2]):
            yield f"a {name} has no style of its own"
    for link in page.links:
        if urlsplit(link).netloc != urlsplit(settings.SITE_URL).netloc:
            yield f"it leads elsewhere: {link}"
    if not all(page.words):
        yield "a link has no words"


class Page(HTMLParser):
    """The tags of a page, and its links with their words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._inside = False

    @classmethod
    def of(cls, html: str) -> "Page":
        page = cls()
        page.feed(html)
        return page

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs).get("href", ""))
            self.words.append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.words[-1] += data.strip()
