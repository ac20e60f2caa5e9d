"""News written once for readers who may see exactly the same.

What a rendering depends on is its key: the audiences and organisations of the reader, language,
zone, window, their own doings, and the state of the whole log. Every change of what can be seen is
an event, so a rendering holds only as long as nothing at all has happened.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
from django.template.loader import render_to_string
from django.utils import timezone

from exchange.activity.models import Event, LogHead
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.mail import inline
from exchange.digests.compose import News, events_for, news_of, without_own

KEPT = 200


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
    """Keeps written news for one run of a sender."""

    def __init__(self) -> None:
        self._log: int | None = None
        self._events: dict[Any, list[Event]] = {}
        self._written: dict[Any, WrittenNews] = {}

    def news(self, viewer: Viewer, *, start: int, end: int, zone: str) -> WrittenNews:
        """Return the news of a window for the viewer, as of now, in the active language."""
        self._forget_what_may_be_old()
        sight = (viewer.audience_ids, frozenset(viewer.roles), viewer.language, start, end)
        if sight not in self._events:
            self._events[sight] = events_for(viewer, start=start, end=end)
        others = without_own(self._events[sight], viewer)
        own = viewer.user_id if len(others) < len(self._events[sight]) else None
        key = (*sight, zone, own)
        if key not in self._written:
            self._written[key] = write_news(news_of(others, viewer), zone)
        return self._written[key]

    def _forget_what_may_be_old(self) -> None:
        log = _state_of_log()
        if log is None or log != self._log or len(self._written) > KEPT:
            self._events.clear()
            self._written.clear()
        self._log = log


def write_news(news: News, zone: str) -> WrittenNews:
    """Write news for both parts of a mail, in the active language and the given zone."""
    with timezone.override(time.zone(zone)):
        text = render_to_string("emails/digest-items.txt", {"news": news})
        html = inline(render_to_string("digests/items.html", {"news": news}))
    return WrittenNews(news.count, news.more, news.first_title, news.event_ids, text, html)


def _state_of_log() -> int | None:
    """Return the last position, or None while there are events that have none yet."""
    head = LogHead.objects.filter(pk=1).annotate(more=Exists(Event.objects.unplaced()))
    position, more = head.values_list("last_position", "more").get()
    return None if more else int(position)
