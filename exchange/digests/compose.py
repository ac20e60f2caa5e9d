"""What a digest tells one person, read now and with their eyes."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from types import MappingProxyType
from uuid import UUID

from django.db.models import Count, Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from exchange.activity.feed import Entry, load_related, news
from exchange.activity.models import Event, EventQuerySet
from exchange.activity.verbs import TargetType, news_verbs, target_named
from exchange.audiences.models import AudienceKind
from exchange.audiences.viewer import Viewer
from exchange.common.mail import absolute
from exchange.common.providers import Concerned, Todo, TodoProvider, todos_for
from exchange.digests.choice import Choice

IN_A_MAIL = 20
WAITING_IN_A_MAIL = 10
OF_ONE = 8
# Things that are looked up at once; a window with more costs further queries.
AT_ONCE = 2_000

# A thing with news, and what the reader follows that it fits (as `Choice.fitting` says it).
Found = tuple[Entry, str]


@dataclass(frozen=True)
class Item:
    """A thing with news, in its present state. `others` counts older news about it.

    `why` says in a few words why the reader is told.
    """

    entry: Entry
    others: int
    why: str

    @property
    def title(self) -> str:
        return self.entry.title

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
        return self.entry.byline

    @property
    def summary(self) -> str:
        # Read anew: readers of several zones share the item, and it may tell an hour.
        return self.entry.summary

    @property
    def languages(self) -> tuple[str, str]:
        return self.entry.languages

    @property
    def flat_summary(self) -> str:
        """Return the summary as one line, which still breaks within no number."""
        return re.sub(r"[ \t\r\n]+", " ", self.summary).strip()


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

    def first(self, number: int) -> "News":
        """Return the same news with only so many things told, the others counted."""
        return News(self.items[:number], self.count - number)

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


def compose(
    viewer: Viewer, choice: Choice, *, start: int, end: int, limit: int = IN_A_MAIL
) -> Contents:
    """Return what the window `(start, end]` of the log holds for the viewer, and what waits for them.

    Of the news only what fits their choice. A constant number of queries. Call it in the reader's
    language.
    """
    events = without_own(events_for(viewer, start=start, end=end), viewer)
    return Contents(news_of(events, viewer, choice, limit=limit), waiting_for(viewer))


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


def news_of(
    events: EventQuerySet, viewer: Viewer, choice: Choice, *, limit: int = IN_A_MAIL
) -> News:
    """Return the things that `events` are about, newest first, as the viewer may see them now.

    Each thing once, with its latest news; what they may not see or did not choose is left out of
    items and counts. Where there are more than `limit`, no organisation takes the place of others.
    """
    things = events.order_by().values("target_type", "target_id")
    told = things.annotate(newest=Max("position"), number=Count("pk")).order_by("-newest")
    numbers = dict(told.values_list("newest", "number"))
    latest = events.select_related("actor", "audience").order_by("-position")
    kept: list[Found] = []
    count = 0
    keys = list(numbers)
    for start in range(0, len(keys), AT_ONCE):
        positions = keys[start : start + AT_ONCE]
        seen = news(latest.filter(position__in=positions), viewer)
        if not choice.everything or len(keys) > limit:
            load_related(seen)
        fitting = [
            (entry, name)
            for entry in seen
            if (name := choice.fitting(entry.target, kind_of(entry))) is not None
        ]
        count += len(fitting)
        kept = spread([*kept, *fitting], limit)
    items = [
        Item(entry, numbers[entry.event.position] - 1, why(entry, viewer, name))
        for entry, name in kept
    ]
    return News(items, count - len(items))


def spread(found: list[Found], limit: int) -> list[Found]:
    """Return at most `limit` of what was found, in its order.

    While others wait, an organisation has at most `OF_ONE` of them.
    """
    if len(found) <= limit:
        return found
    seen: Counter[UUID | None] = Counter()
    too_many = []
    for entry, _name in found:
        owners: Collection[UUID | None] = kind_of(entry).organisations(entry.target) or [None]
        seen.update(owners)
        too_many.append(all(seen[owner] > OF_ONE for owner in owners))
    ranked = sorted(range(len(found)), key=lambda place: (too_many[place], place))
    return [found[place] for place in sorted(ranked[:limit])]


def kind_of(entry: Entry) -> TargetType:
    """Return what kind of thing an entry is about."""
    return target_named(entry.event.target_type)


def waiting_for(
    viewer: Viewer, concerned: Mapping[TodoProvider, Concerned] = MappingProxyType({})
) -> list[Todo]:
    """Return what waits for the viewer, with whole addresses; `concerned` as `todos_for` takes it."""
    return [replace(todo, url=_whole(todo.url)) for todo in todos_for(viewer, concerned)]


def why(entry: Entry, viewer: Viewer, chosen: str) -> str:
    """Return in a few words why the viewer is told: what they follow, and to whom the thing is open.

    That is now, not when it happened. `chosen` is empty for who follows everything.
    """
    follows = [_("you follow %(chosen)s") % {"chosen": chosen}] if chosen else []
    return ", ".join([*follows, _open_to(entry, viewer)])


def _open_to(entry: Entry, viewer: Viewer) -> str:
    event, present = entry.event, kind_of(entry).audience
    audience = present(entry.target) if present else event.audience
    if audience is None or event.organisation_id in viewer.roles:
        return _("from your organisation")
    kind, name = audience.kind, audience.name
    if kind == AudienceKind.PUBLIC:
        return _("open to everybody")
    if kind == AudienceKind.GROUP:
        return _("shared with “%(group)s”") % {"group": name}
    # A union's name would tell of groups that the reader is not in.
    return _("shared with partners")


def _whole(url: str) -> str:
    return absolute(url) if url.startswith("/") else url
