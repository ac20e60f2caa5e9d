"""Meetings, milestones, actions and ends of terms as calendar entries, and entries as iCalendar."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from exchange.agreements.models import (
    Action,
    Agreement,
    Lead,
    Meeting,
    Milestone,
    Party,
    Workstream,
)
from exchange.agreements.models.workstream import QUARTER, WorkstreamQuerySet
from exchange.agreements.policies import at_work
from exchange.audiences.viewer import Role, Viewer
from exchange.common import dates, time
from exchange.common.mail import absolute
from exchange.common.providers import CalendarEntry

# So many entries a calendar has of a kind, the earliest first.
MOST = 500


def entries(
    viewer: Viewer, since: dt.date, agreement: Agreement | None = None
) -> Iterator[CalendarEntry]:
    """Return what is in the calendar under the viewer's agreements from a day on; five queries.

    Meetings and terms of all of them. Milestones and actions that are open, the overdue as well: of one
    agreement all, else those in the hands of the viewer or their organisations, or of no party by itself.
    So are the days by which somebody is to say how a workstream stands: to who coordinates or leads.
    """
    inside = Q(agreement=agreement) if agreement else Q()
    meetings = Meeting.objects.visible_to(viewer).filter(
        inside, ends_at__gte=time.span(since, since)[0]
    )
    for meeting in meetings.with_place().order_by("starts_at", "pk")[:MOST]:
        yield of_meeting(meeting)
    for rows, prefix in (
        (Milestone.objects.visible_to(viewer), _("Milestone")),
        (Action.objects.visible_to(viewer), _("Action")),
    ):
        mine = rows if agreement else rows.concerning(viewer)
        due = mine.pending().filter(inside, due__isnull=False).soonest_first()
        for task in due.select_related("agreement", "workstream")[:MOST]:
            yield _of_task(task, prefix)
    running = {"closing": "", "current_term__last_day__gte": since}
    every = Agreement.objects.visible_to(viewer).at_home(viewer).filter(**running)
    ending = every.filter(pk=agreement.pk) if agreement else every
    for found in ending.select_related("current_term")[:MOST]:
        yield from (entry for entry in _of_term(found) if _day(entry) >= since)
    for workstream in _reported_on(viewer, agreement)[:MOST]:
        yield _of_silence(workstream)


def _reported_on(viewer: Viewer, agreement: Agreement | None) -> WorkstreamQuerySet:
    """Return the active workstreams that somebody is to report on: of an agreement, or the viewer."""
    active = Workstream.objects.visible_to(viewer).awaiting().select_related("agreement")
    if agreement:
        return active.filter(agreement=agreement)
    coordinated = Agreement.objects.visible_to(viewer).of_parties(
        viewer.organisations_as(Role.COORDINATOR)
    )
    standing = Party.objects.visible_to(viewer).confirmed().order_by()
    of_party = standing.filter(
        agreement=OuterRef("workstream__agreement"), organisation=OuterRef("organisation")
    )
    led = Lead.objects.visible_to(viewer).filter(
        Exists(of_party), person=viewer.user_id, organisation__in=at_work(viewer)
    )
    coordinates = Q(agreement__in=coordinated.order_by().values("pk"))
    return active.filter(coordinates | Q(pk__in=led.values("workstream")))


def _of_silence(workstream: Workstream) -> CalendarEntry:
    return CalendarEntry(
        uid=_uid(workstream),
        title=_("Say how it stands: %(title)s") % {"title": workstream.title},
        url=workstream.get_absolute_url(),
        starts=(workstream.heard + QUARTER).date(),
        detail=str(workstream.agreement),
        sequence=workstream.lock - 1,
        changed_at=workstream.changed_at,
    )


def _day(entry: CalendarEntry) -> dt.date:
    return entry.starts.date() if isinstance(entry.starts, dt.datetime) else entry.starts


def of_meeting(meeting: Meeting) -> CalendarEntry:
    """Return a meeting as it stands in calendars."""
    return CalendarEntry(
        uid=_uid(meeting),
        title=meeting.title,
        url=meeting.get_absolute_url(),
        starts=meeting.starts_at,
        ends=meeting.ends_at,
        detail="\n\n".join(filter(None, [_place(meeting), meeting.agenda])),
        place=meeting.place,
        # Its agreement's end and renewal change whether it takes place.
        sequence=meeting.lock + meeting.agreement.lock - 2,
        changed_at=max(meeting.changed_at, meeting.agreement.changed_at),
        cancelled=not meeting.takes_place,
    )


def _of_task(task: Milestone | Action, prefix: str) -> CalendarEntry:
    if task.due is None:
        raise ValueError("what has no day stands in no calendar")
    return CalendarEntry(
        uid=_uid(task),
        title=f"{prefix}: {task.title}",
        url=task.get_absolute_url(),
        starts=task.due,
        detail=_place(task),
        sequence=task.lock - 1,
        changed_at=task.changed_at,
    )


def _of_term(agreement: Agreement) -> Iterator[CalendarEntry]:
    """Give the last day of a term, and of the notice before it; how exact they are the words say."""
    term = agreement.current_term
    if term is None:
        return
    said = {
        "ends": (_("Ends: %(title)s"), term.ends_by),
        "notice": (_("Last day to give notice: %(title)s"), term.notice_by),
    }
    for name, (words, known) in said.items():
        if day := dates.last_day(known):
            exact = "" if len(known) == dates.LENGTH else dates.written(known)
            yield CalendarEntry(
                uid=f"{name}-{agreement.pk}@port-exchange",
                title=words % {"title": agreement.title},
                url=agreement.get_absolute_url(),
                starts=day,
                known=exact,
                detail=_("The day is not known: %(known)s.") % {"known": exact} if exact else "",
                sequence=agreement.lock - 1,
                changed_at=agreement.changed_at,
            )


def _place(thing: Meeting | Milestone | Action) -> str:
    return " · ".join(str(part) for part in (thing.agreement, thing.workstream) if part)


def _uid(thing: Meeting | Milestone | Action | Workstream) -> str:
    return f"{thing._meta.model_name}-{thing.pk}@port-exchange"


def icalendar(found: Iterable[CalendarEntry], *, name: str) -> bytes:
    """Return entries as iCalendar (RFC 5545), moments in UTC: so no change of clocks moves them."""
    calendar = Calendar()
    for key, value in (
        ("prodid", "-//Port Exchange//Calendar//EN"),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("x-wr-calname", name),
        ("x-published-ttl", "PT1H"),
    ):
        calendar.add(key, value)
    for entry in found:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    told: dict[str, Any] = {
        "uid": entry.uid,
        "dtstamp": entry.changed_at.astimezone(dt.UTC),
        "last-modified": entry.changed_at.astimezone(dt.UTC),
        "sequence": entry.sequence,
        "summary": entry.title,
        "url": absolute(entry.url),
        "status": "CANCELLED" if entry.cancelled else "CONFIRMED",
    }
    if isinstance(entry.starts, dt.datetime):
        told["dtstart"] = entry.starts.astimezone(dt.UTC)
        told["dtend"] = (entry.ends or entry.starts).astimezone(dt.UTC)
    else:
        # Without an end it lasts that day.
        told["dtstart"], told["transp"] = entry.starts, "TRANSPARENT"
    texts = {"description": entry.detail, "location": entry.place}
    for key, value in (told | {name: text for name, text in texts.items() if text}).items():
        event.add(key, value)
    return event
