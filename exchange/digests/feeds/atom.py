"""The newest news as Atom (RFC 4287)."""

import datetime as dt
from collections.abc import Iterable

from django.template.defaultfilters import capfirst
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from exchange.activity.feed import news
from exchange.activity.models import Event
from exchange.activity.verbs import news_verbs
from exchange.audiences.viewer import Viewer
from exchange.common.mail import absolute
from exchange.common.text import in_xml
from exchange.digests.compose import Item

MOST = 50
# How far back the log is read: things with much news stand there often, and are told once.
LOOKED_AT = 300


def newest_news(viewer: Viewer) -> list[Item]:
    """Return the things with the newest news, each once, as the viewer may see them now.

    At most 50, of the newest 300 events; a constant number of queries.
    """
    heard = Event.objects.visible_to(viewer).filter(position__gt=0, verb__in=news_verbs())
    newest = heard.select_related("actor", "audience").order_by("-position")[:LOOKED_AT]
    things: dict[tuple[str, object], Item] = {}
    for entry in news(newest, viewer):
        key = entry.event.target_type, entry.event.target_id
        things.setdefault(key, Item(entry, others=0, why=""))
    return list(things.values())[:MOST]


def atom(
    items: Iterable[Item], *, title: str, identity: str, address: str | None, begun: dt.datetime
) -> str:
    """Return the feed as XML, in the reader's language.

    `identity` is its id for ever, `address` where it stands, None for a secret one: what a reader
    passes on must not hold it. While there is nothing it was last changed when it was `begun`.
    """
    feed = _Feed(
        title=title,
        link=absolute(reverse("lessons:library")),
        description=None,
        feed_guid=identity,
        feed_url=address,
        author_name="Port Exchange",
        begun=begun,
    )
    for item in items:
        feed.add_item(
            title=in_xml(item.title),
            link=item.url,
            description=in_xml(_told(item)),
            unique_id=f"urn:uuid:{item.entry.event.target_id}",
            updateddate=item.date,
            author_name=in_xml(item.byline) or None,
        )
    return feed.writeString("utf-8")


class _Feed(Atom1Feed):
    """Django's writer asks the clock for the date of an empty feed, and never says the same twice."""

    def latest_post_date(self) -> dt.datetime:
        """Return when the newest entry changed; of an empty feed, when it was begun."""
        dates: list[dt.datetime] = [item["updateddate"] for item in self.items]
        begun: dt.datetime = self.feed["begun"]
        return max(dates, default=begun)


def _told(item: Item) -> str:
    """Return as HTML what happened, and the summary if there is one."""
    happened = _("%(happened)s.") % {"happened": capfirst(item.happened)}
    return "".join(f"<p>{escape(words)}</p>" for words in (happened, item.flat_summary) if words)
