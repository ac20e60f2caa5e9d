"""Writes the letters: who may get one now, and what stands in it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import OuterRef, Prefetch
from django.urls import reverse

from exchange.accounts.models import User
from exchange.activity.feed import entries
from exchange.activity.models import Event
from exchange.activity.sequencer import LogSize
from exchange.audiences.viewer import Viewer
from exchange.common import languages, time
from exchange.common.frames import Own, Parts, frame, place
from exchange.common.mail import Letter, absolute, address, write_letter
from exchange.common.providers import Todo
from exchange.digests.bookkeeping import Claim
from exchange.digests.choice import Choice, choice_of
from exchange.digests.compose import WAITING_IN_A_MAIL, todo_groups
from exchange.digests.models import Delivery, Digest, Notice, Reason, State, Subscription
from exchange.digests.models.delivery import DeliveryQuerySet
from exchange.digests.sharing import Shelf, WrittenNews
from exchange.partners.models import Membership
from exchange.partners.viewers import viewer_of


class NotNeeded(Exception):
    """No mail leaves for this row, and why."""

    def __init__(self, reason: Reason, state: State = State.SUPPRESSED) -> None:
        super().__init__(reason)
        self.reason = reason
        self.state = state


def load(model: type[Delivery], claims: Sequence[Claim]) -> dict[Claim, Delivery]:
    """Return claimed rows as they are now, with their readers, but none whose claim holds no more.

    Beside each stand `to`, the reader's confirmed address, and `log`, how many events there are
    (`sequencer.LogSize`). Two queries, however many rows.
    """
    rows = _loading(model).filter(pk__in=[claim.pk for claim in claims], state=State.CLAIMED)
    found = {Claim(row.pk, row.attempts): row for row in rows}
    return {claim: found[claim] for claim in claims if claim in found}


@cache
def _loading(model: type[Delivery]) -> DeliveryQuerySet[Any]:
    """Return the query of `load` for any rows: to put it together costs more than to ask it."""
    person, *others = ["subscription__user"] if model is Digest else ["user", "event"]
    addresses = EmailAddress.objects.filter(user=OuterRef(person), verified=True, primary=True)
    rows: DeliveryQuerySet[Any] = model.objects.select_related(person, *others)
    return (
        rows.annotate(to=addresses.values("email")[:1], log=LogSize())
        .prefetch_related(Prefetch(f"{person}__memberships", Membership.objects.for_eyes()))
        .order_by()
    )


def write(row: Delivery, shelf: Shelf) -> tuple[Letter, list[int]]:
    """Write the letter of a row that `load` gave; return it and the ids of the events it tells of.

    Raises NotNeeded. What was seen when the mail was planned does not count; that nothing has
    happened since the row was loaded is asked by `bookkeeping.begin_sending`.
    """
    row.composed_at = time.now()
    shelf.as_of(vars(row)["log"])
    if isinstance(row, Digest):
        return _write_digest(row, shelf)
    if isinstance(row, Notice):
        return _write_notice(row, shelf), [row.event_id]
    raise TypeError(f"no letter is known for {row!r}")


def reader(row: Delivery, user: User, shelf: Shelf) -> tuple[Viewer, str]:
    """Return a person's eyes and their confirmed address. Raises NotNeeded for who gets no mail."""
    if not user.is_active:
        raise NotNeeded(Reason.INACTIVE)
    to: str | None = vars(row)["to"]  # by load()
    if not to:
        raise NotNeeded(Reason.NO_ADDRESS)
    known = user.memberships.all()  # by load()
    viewer = viewer_of(user, memberships=known, seen_from=shelf.seen_from)
    if not viewer.roles:
        raise NotNeeded(Reason.NO_MEMBERSHIP)
    return viewer, to


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A digest without what is one reader's own; readers with equal frames share the rendering.

    A frame is made of these values and nothing else, so that nothing of one reader's gets into
    another's mail. Without a cadence it is a preview. `on_request`: the reader had it sent now,
    beside the regular ones.
    """

    language: str
    zone: str
    moment: dt.datetime
    count: int
    more: int
    first_title: str
    todos: tuple[Todo, ...]
    everything: bool
    chosen: tuple[str, ...]
    cadence: str
    on_request: bool

    def render(self) -> Parts:
        """Render it, with places for the news, the reader's name and their addresses."""
        news = {"count": self.count, "more": self.more, "first_title": self.first_title}
        context = {
            "news": news | {"told": place("news")},
            "todos": self.todos,
            "todo_groups": todo_groups(list(self.todos[:WAITING_IN_A_MAIL])),
            "more_todos": len(self.todos[WAITING_IN_A_MAIL:]),
            "todos_url": absolute(reverse("home")),
            "everything": self.everything,
            "chosen": self.chosen,
            "zone": self.zone,
            "moment": self.moment,
            "reader": place("reader"),
            "cadence": self.cadence,
            "on_request": self.on_request,
            "more_url": place("more_url"),
            "settings_url": absolute(reverse("digests:settings")),
            "unsubscribe_url": place("unsubscribe_url"),
        }
        return frame("digest", context, language=self.language, zone=self.zone)


def digest_parts(
    news: WrittenNews,
    todos: list[Todo],
    choice: Choice,
    *,
    language: str,
    zone: str,
    moment: dt.datetime,
    reader: User,
    shelf: Shelf,
    subscription: Subscription | None = None,
    row: Digest | None = None,
) -> Parts:
    """Return a digest as its reader gets it; without a subscription it is a preview."""
    facts = Frame(
        language=language,
        zone=zone,
        moment=moment,
        count=news.count,
        more=news.more,
        first_title=news.first_title,
        todos=tuple(todos),
        everything=choice.everything,
        chosen=tuple(choice.names()),
        cadence=subscription.get_cadence_display() if subscription else "",
        on_request=row is not None and row.on_request,
    )
    more = reverse("digests:digest", args=[row.pk]) if row else reverse("digests:preview")
    name = f"{reader.full_name} ({reader.email})" if reader.full_name else reader.email
    return shelf.frame(facts, facts.render).filled(
        {
            "news": Own(news.text, news.html),
            "reader": Own.words(name),
            "more_url": Own.words(absolute(more)),
            "unsubscribe_url": Own.words(subscription.unsubscribe_url if subscription else ""),
        }
    )


def chosen_words(choice: Choice) -> dict[str, Any]:
    """Return what `digests/chosen.txt` takes."""
    return {"everything": choice.everything, "chosen": choice.names()}


def _write_digest(row: Digest, shelf: Shelf) -> tuple[Letter, list[int]]:
    subscription = row.subscription
    if not subscription.active:
        raise NotNeeded(Reason.UNSUBSCRIBED)
    if subscription.schedule.rests(time.now()) and not row.on_request:
        raise NotNeeded(Reason.PAUSED)
    viewer, to = reader(row, subscription.user, shelf)
    if not viewer.takes_part:
        raise NotNeeded(Reason.NOT_TAKING_PART)
    zone = subscription.zone_name
    with languages.reading(viewer.language):
        choice = choice_of(subscription, viewer)
        window = {"start": row.from_position, "end": row.to_position}
        news = shelf.news(viewer, choice, **window, zone=zone)
        todos = shelf.waiting_for(viewer)
        if not news.count and not _has_fresh(todos, row):
            raise NotNeeded(Reason.NOTHING_NEW, State.EMPTY)
        made = digest_parts(
            news,
            todos,
            choice,
            language=viewer.language,
            zone=zone,
            moment=row.due_at,
            reader=subscription.user,
            shelf=shelf,
            subscription=subscription,
            row=row,
        )
        letter = address(
            made,
            to=to,
            kind=row.KIND,
            message_id=row.message_id,
            unsubscribe_url=subscription.unsubscribe_url,
        )
    return letter, news.event_ids


def _has_fresh(todos: list[Todo], row: Digest) -> bool:
    """Tell whether something waits that did not when the last mail was written."""
    if not todos or row.on_request:
        return bool(todos)
    told = Digest.objects.told().filter(subscription=row.subscription_id)
    told_at = told.order_by("-composed_at").values_list("composed_at", flat=True).first()
    return told_at is None or any(todo.since > told_at for todo in todos)


def _write_notice(row: Notice, shelf: Shelf) -> Letter:
    viewer, to = reader(row, row.user, shelf)
    events = Event.objects.visible_to(viewer).filter(pk=row.event_id).select_related("actor")
    with languages.reading(viewer.language):
        entry = next(iter(entries(events, viewer)), None)
        if entry is None:
            raise NotNeeded(Reason.NOT_VISIBLE)
        return write_letter(
            to=to,
            template="notice",
            kind=row.KIND,
            language=viewer.language,
            zone=viewer.timezone,
            message_id=row.message_id,
            context={
                "entry": entry,
                "reader": row.user,
                "zone": time.zone(viewer.timezone).key,
                "url": absolute(entry.target.get_absolute_url()),
                "detail": entry.verb.detail(entry.event) if entry.verb.detail else "",
            },
        )
