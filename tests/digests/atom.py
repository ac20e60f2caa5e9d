"""What RFC 4287 asks of a feed, and what a feed reader takes from it."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree

from django.http import HttpResponse

ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Entry:
    """An entry as a reader takes it."""

    id: str
    title: str
    author: str
    summary: str
    updated: dt.datetime
    link: str


def read(response: HttpResponse) -> list[Entry]:
    """Return the entries of a feed, which must hold to RFC 4287."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    assert_complete(feed)
    found = [entry_of(element) for element in feed.findall(f"{ATOM}entry")]
    assert len({entry.id for entry in found}) == len(found)
    assert [entry.updated for entry in found] == sorted(
        (entry.updated for entry in found), reverse=True
    )
    return found


def entry_of(element: ElementTree.Element) -> Entry:
    """Return an entry; §4.1.2 says what it must have."""
    assert_complete(element)
    summary = element.find(f"{ATOM}summary")
    assert summary is not None
    assert summary.get("type") == "html"
    link = element.find(f"{ATOM}link[@rel='alternate']")
    assert link is not None
    assert urlsplit(link.attrib["href"]).scheme in {"http", "https"}
    return Entry(
        id=text(element, "id"),
        title=text(element, "title"),
        author=element.findtext(f"{ATOM}author/{ATOM}name", ""),
        summary=summary.text or "",
        updated=dt.datetime.fromisoformat(text(element, "updated")),
        link=link.attrib["href"],
    )


def assert_complete(element: ElementTree.Element) -> None:
    """Fail unless there is exactly one id, title and updated, and the id is an absolute IRI."""
    for name in ("id", "title", "updated"):
        assert len(element.findall(f"{ATOM}{name}")) == 1, name
    assert urlsplit(text(element, "id")).scheme in {"urn", "http", "https"}
    assert dt.datetime.fromisoformat(text(element, "updated")).tzinfo


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}", "")
