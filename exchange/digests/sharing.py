"""News written once for readers who may see exactly the same.

What a rendering depends on is its key: the audiences and organisations of the reader, what they chose,
language, zone, window, their own doings, and the state of the whole log. Every change of what can be seen is
an event, so a rendering holds only as long as nothing at all has happened. The same is true of who is in which
group of organisations.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.frames import Parts, inline
from exchange.common.providers import Concerned, Todo, TodoProvider, who_is_concerned
from exchange.digests.choice import Choice
from exchange.digests.compose import News, events_for, news_of, people_in, waiting_for, without_own
from exchange.partners.viewers import seen_from

KEPT = 200
# Bytes: a whole mail stays below 90 KB of HTML and 40 KB of text.
MOST_HTML = 50_000
MOST_TEXT = 22_000


@dataclass(frozen=True)
class WrittenNews:
    """The news as both parts of a mail show them."""

    count: int
    more: int
    first_title: str
    event_ids: list[int]
    text: str
    html: str


class Shelf:
    """Keeps written news, and what is around them, for one run of a sender."""

    def __init__(self) -> None:
        self._log: int | None = None
        self._audiences: dict[frozenset[int], frozenset[int]] = {}
        self._people: dict[Any, set[UUID | None]] = {}
        self._news: dict[Any, News] = {}
        self._written: dict[Any, WrittenNews] = {}
        self._frames: dict[Any, Parts] = {}
        self._concerned: Mapping[TodoProvider, Concerned] | None = None

    def as_of(self, log: int) -> None:
        """Forget what may have changed since; call it before each mail.

        `log` is how many events there were (`sequencer.LogSize`) when the mail's row was read.
        """
        if log != self._log or len(self._written) > KEPT:
            for kept in (self._audiences, self._people, self._news, self._written):
                kept.clear()
            self._concerned = None
        self._log = log

    def seen_from(self, homes: frozenset[int]) -> frozenset[int]:
        """Return what `partners.viewers.seen_from` gives."""
        if homes not in self._audiences:
            self._audiences[homes] = seen_from(homes)
        return self._audiences[homes]

    def news(
        self, viewer: Viewer, choice: Choice, *, start: int, end: int, zone: str
    ) -> WrittenNews:
        """Return the news of a window for the viewer, as of now, in the reader's language."""
        sight = (viewer.audience_ids, frozenset(viewer.roles), viewer.language, start, end)
        if sight not in self._people:
            self._people[sight] = people_in(events_for(viewer, start=start, end=end))
        # Who did nothing in the window reads the same as others.
        own = viewer.user_id if viewer.user_id in self._people[sight] else None
        key = (*sight, choice, own)
        if key not in self._news:
            events = events_for(viewer, start=start, end=end)
            heard = without_own(events, viewer) if own else events
            self._news[key] = news_of(heard, viewer, choice)
        if (zone, *key) not in self._written:
            self._written[zone, *key] = write_news(self._news[key], zone)
        return self._written[zone, *key]

    def waiting_for(self, viewer: Viewer) -> list[Todo]:
        """Return what waits for the viewer; whom nothing concerns costs no query."""
        if self._concerned is None:
            self._concerned = who_is_concerned()
        return waiting_for(viewer, self._concerned)

    def frame(self, facts: Hashable, render: Callable[[], Parts]) -> Parts:
        """Return the frame that is made of `facts` alone, rendered by `render` when it is the first."""
        if len(self._frames) > KEPT:
            self._frames.clear()
        if facts not in self._frames:
            self._frames[facts] = render()
        return self._frames[facts]


def write_news(news: News, zone: str) -> WrittenNews:
    """Write news for both parts of a mail, in the reader's language and the given zone.

    What would make the mail too large, so that a mail program cuts off its end, is only counted.
    """
    with timezone.override(time.zone(zone)):
        text = render_to_string("emails/digest-items.txt", {"news": news})
        html = inline(render_to_string("digests/items.html", {"news": news}))
    if len(news.items) > 1 and (_size(text) > MOST_TEXT or _size(html) > MOST_HTML):
        return write_news(news.first(len(news.items) * 3 // 4), zone)
    return WrittenNews(news.count, news.more, news.first_title, news.event_ids, text, html)


def _size(part: str) -> int:
    return len(part.encode())
