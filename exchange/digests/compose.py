"""What a digest tells one person, read now and with their eyes."""

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from uuid import UUID

from django.db.models import Count, Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from exchange.activity.feed import Entry, entries
from exchange.activity.models import Event, EventQuerySet
from exchange.activity.verbs import TargetType, news_verbs, target_named
from exchange.audiences.models import AudienceKind
from exchange.audiences.viewer import Viewer
from exchange.common.mail import absolute
from exchange.common.providers import Todo, todos_for

IN_A_MAIL = 20
# Things that are looked up at once; a window with more costs further queries.
AT_ONCE = 2_000


@dataclass(frozen=True)
class Item:
    """A thing with news, in its present state. `others` counts older news about it."""

    entry: Entry
    others: int
    why: str

    @property
    def title(self) -> str:
        return str(self.entry.target)

    @property
    def url(self) -> str:
        return absolute(self.entry.target.get_absolute_url())

    @property
    def happened(self) -> str:
        return str(self.entry.verb.label)

    @property
    def date(self) -> dt.datetime:
        return self.entry.event.occurred_at

    @cached_property
    def byline(self) -> str:
        return self._kind.byline(self.entry.target)

    @cached_property
    def summary(self) -> str:
        return self._kind.summary(self.entry.target)

    @property
    def flat_summary(self) -> str:
        """Return the summary as one line."""
        return " ".join(self.summary.split())

    @property
    def _kind(self) -> TargetType:
        return target_named(self.entry.event.target_type)


@dataclass(frozen=True)
class TodoGroup:
    """Things of one sort that wait for the reader."""

    heading: str | Promise
    todos: list[Todo]


@dataclass(frozen=True)
class News:
    """The news of a window: the newest things, and how many more there are."""

    items: list[Item]
    more: int

    @property
    def count(self) -> int:
        """Return how many things have news."""
        return len(self.items) + self.more

    @property
    def first_title(self) -> str:
        return self.items[0].title if self.items else ""

    @property
    def event_ids(self) -> list[int]:
        return [item.entry.event.pk for item in self.items]


@dataclass(frozen=True)
class Contents:
    """What is in a digest: what waits for the reader, then the news."""

    news: News
    todos: list[Todo]

    @property
    def todo_groups(self) -> list[TodoGroup]:
        return todo_groups(self.todos)


def todo_groups(todos: list[Todo]) -> list[TodoGroup]:
    """Return what waits, sorted by what sort of thing it is."""
    ordered = sorted(todos, key=lambda todo: todo.kind)
    groups = (list(group) for _kind, group in groupby(ordered, key=lambda todo: todo.kind))
    return [TodoGroup(group[0].heading, group) for group in groups]


def compose(viewer: Viewer, *, start: int, end: int, limit: int = IN_A_MAIL) -> Contents:
    """Return what the window `(start, end]` of the log holds for the viewer, and what waits for them.

    A constant number of queries. Call it in the reader's language.
    """
    events = without_own(events_for(viewer, start=start, end=end), viewer)
    return Contents(news_of(events, viewer, limit=limit), waiting_for(viewer))


def events_for(viewer: Viewer, *, start: int, end: int) -> EventQuerySet:
    """Return the events of the window that are news for the viewer's audiences."""
    heard: EventQuerySet = Event.objects.visible_to(viewer)
    return heard.filter(position__gt=start, position__lte=end, verb__in=news_verbs())


def without_own(events: EventQuerySet, viewer: Viewer) -> EventQuerySet:
    """Return the events without what the viewer did themselves."""
    return events.exclude(actor__kind="person", actor__actor_id=viewer.user_id)


def people_in(events: EventQuerySet) -> set[UUID | None]:
    """Return the ids of the people who did something in `events`."""
    people = events.filter(actor__kind="person").order_by()
    return set(people.values_list("actor__actor_id", flat=True).distinct())


def news_of(events: EventQuerySet, viewer: Viewer, *, limit: int = IN_A_MAIL) -> News:
    """Return the things that `events` are about, newest first, as the viewer may see them now.

    Each thing once, with its latest news; what they may not see is left out of items and counts.
    """
    things = events.order_by().values("target_type", "target_id")
    told = things.annotate(newest=Max("position"), number=Count("pk")).order_by("-newest")
    numbers = dict(told.values_list("newest", "number"))
    latest = events.select_related("actor", "audience").order_by("-position")
    items: list[Item] = []
    count = 0
    keys = list(numbers)
    for start in range(0, len(keys), AT_ONCE):
        positions = keys[start : start + AT_ONCE]
        seen = entries(latest.filter(position__in=positions), viewer)
        count += len(seen)
        for entry in seen[: limit - len(items)]:
            others = numbers[entry.event.position] - 1
            items.append(Item(entry, others, why(entry, viewer)))
    return News(items, count - len(items))


def waiting_for(viewer: Viewer) -> list[Todo]:
    """Return what waits for the viewer, with whole addresses."""
    return [replace(todo, url=_whole(todo.url)) for todo in todos_for(viewer)]


def why(entry: Entry, viewer: Viewer) -> str:
    """Return why the viewer is told of an entry: by whom the thing is open to now, not then."""
    event = entry.event
    present = target_named(event.target_type).audience
    audience = present(entry.target) if present else event.audience
    if audience is None or event.organisation_id in viewer.roles:
        return _("You follow everything your ports may read. This is from your organisation.")
    kind, name = audience.kind, audience.name
    if kind == AudienceKind.PUBLIC:
        return _("You follow everything your ports may read. This is open to everybody.")
    if kind == AudienceKind.GROUP:
        return _("You follow everything your ports may read. This is shared with “%(group)s”.") % {
            "group": name
        }
    # A union's name would tell of groups that the reader is not in.
    return _("You follow everything your ports may read. This is shared with partners.")


def _whole(url: str) -> str:
    return absolute(url) if url.startswith("/") else url
