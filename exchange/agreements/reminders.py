"""What is due under agreements, soon or long since, and whom it waits for."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Coalesce, NullIf
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.agreements.choices import WorkStatus
from exchange.agreements.models import Action, Agreement, Lead, Milestone, Party, Workstream
from exchange.audiences.viewer import Role, Viewer
from exchange.common import dates, time
from exchange.common.providers import Todo

# Days before the day itself on which one is reminded, and months before an end.
DAYS = (14, 3)
MONTHS = (12, 6, 3)
QUARTER = dt.timedelta(days=92)
HEADINGS = {
    "party": gettext_lazy("Your organisation is asked whether it is party"),
    "milestone": gettext_lazy("Milestones due or overdue"),
    "action": gettext_lazy("Actions due or overdue"),
    "ending": gettext_lazy("Agreements that end"),
    "silent": gettext_lazy("No progress update for a quarter"),
}
ROUTES = {
    "party": "party",
    "milestone": "finish_milestone",
    "action": "finish_action",
    "ending": "agreement",
    "silent": "report_progress",
}


class Row(NamedTuple):
    """One thing that waits, as the one query gives it.

    `day` is when it is due, `moment` since when it is known, or waits. `exact` is a date as exact as
    that of an end.
    """

    kind: str
    pk: UUID
    title: str
    place: str
    exact: str
    day: dt.date | None
    moment: dt.datetime | None


def todos(viewer: Viewer) -> Iterator[Todo]:
    """Return what waits for a person under their agreements; one query.

    Milestones and actions from 14 days before their day, agreements from a year before their end,
    workstreams without an update for a quarter, and questions whether one is party. Each stands here
    once; its `since` is when it came to its present stage, by the clock of the viewer's zone.
    """
    if not viewer.is_person or not viewer.takes_part:
        return
    today = time.today(viewer.timezone)
    rows = [_asked(viewer), *_tasks(viewer, today), _ending(viewer, today), _silent(viewer)]
    for row in map(Row._make, rows[0].union(*rows[1:], all=True)):
        yield _todo(row, viewer, today)


def _asked(viewer: Viewer) -> QuerySet[Any, Any]:
    asked = Party.objects.visible_to(viewer).asked_of(viewer)
    return _as_rows(
        asked,
        "party",
        title=F("known_as"),
        place=F("organisation__name"),
        moment=F("proposed_at"),
    )


def _tasks(viewer: Viewer, today: dt.date) -> Iterator[QuerySet[Any, Any]]:
    """Give what is due in the hands of the viewer, of those they coordinate, or lead something for."""
    lead = Lead.objects.visible_to(viewer).filter(
        workstream=OuterRef("workstream"), person=viewer.user_id
    )
    of_owner = Exists(lead.filter(organisation=OuterRef("organisation")))
    # What nobody has in hand, or one that has left, is everybody's; so is what names who has left.
    together = Q(is_owned=False) & (Exists(_parties(viewer, "agreement")) | Exists(lead))
    coordinated = viewer.organisations_as(Role.COORDINATOR)
    ours = Q(is_owned=True) & (Q(organisation__in=coordinated) | Q(of_owner)) | together
    named = Q(person=viewer.user_id) | Q(is_named=False) & ours
    last = today + dt.timedelta(days=max(DAYS))
    for kind, rows, mine in (
        ("milestone", Milestone.objects.visible_to(viewer), ours),
        ("action", Action.objects.visible_to(viewer), named),
    ):
        due = rows.with_hands().pending().filter(mine, due__lte=last)
        yield _as_rows(due, kind, place=F("agreement__title"), day=F("due"), moment=F("changed_at"))


def _ending(viewer: Viewer, today: dt.date) -> QuerySet[Any, Any]:
    """Give the agreements that end within a year, to who coordinates a party."""
    ending = Agreement.objects.visible_to(viewer).filter(
        Exists(_parties(viewer, "pk")),
        closing="",
        concluded_at__isnull=False,
        current_term__last_day__range=(today, _later(today, max(MONTHS))),
    )
    term = "current_term__"
    stated = [NullIf(F(term + name), Value("")) for name in ("ends", "effective", "signed")]
    return _as_rows(ending, "ending", day=F(term + "last_day"), exact=Coalesce(*stated))


def _silent(viewer: Viewer) -> QuerySet[Any, Any]:
    """Give the active workstreams that nobody has reported on for a quarter."""
    lead = Lead.objects.visible_to(viewer).filter(workstream=OuterRef("pk"), person=viewer.user_id)
    silent = (
        Workstream.objects.visible_to(viewer)
        .annotate(heard=Coalesce("reported_at", "created_at"))
        .filter(
            Exists(_parties(viewer, "agreement")) | Exists(lead),
            status=WorkStatus.ACTIVE,
            agreement__closing="",
            heard__lte=time.now() - QUARTER,
        )
    )
    return _as_rows(silent, "silent", place=F("agreement__title"), moment=F("heard"))


def _parties(viewer: Viewer, agreement: str) -> QuerySet[Party, Any]:
    """Return the parties that the viewer coordinates, of the agreement that the outer row names."""
    mine = (
        Party.objects.visible_to(viewer).confirmed().of(viewer.organisations_as(Role.COORDINATOR))
    )
    return mine.order_by().filter(agreement=OuterRef(agreement))


def _as_rows(rows: Any, kind: str, **columns: Any) -> QuerySet[Any, Any]:
    """Return the columns of `Row`, alike for every kind, so that one query gives all."""
    given = {
        "title": F("title"),
        "place": Value(""),
        "exact": Value(""),
        # PostgreSQL brings together what is of one type: a bare NULL is a text to it.
        "day": Cast(Value(None), DateField()),
        "moment": Cast(Value(None), DateTimeField()),
        **columns,
    }
    named = {f"of_{name}": column for name, column in given.items()}
    of_kind = Value(kind, output_field=CharField())
    told = rows.order_by().annotate(of_kind=of_kind, **named)
    found: QuerySet[Any, Any] = told.values_list("of_kind", "pk", *named)
    return found


def _todo(row: Row, viewer: Viewer, today: dt.date) -> Todo:
    since, when = _stage(row, viewer, today)
    # An end that is known to the year or the month is due on no day.
    known = row.day.isoformat()[: len(row.exact)] if row.day and row.exact else ""
    vague = bool(known) and len(known) < dates.LENGTH
    return Todo(
        kind=row.kind,
        heading=HEADINGS[row.kind],
        title=row.title,
        url=reverse(f"agreements:{ROUTES[row.kind]}", args=[row.pk]),
        since=since,
        due=None if vague else row.day,
        detail=" · ".join(filter(None, [when, dates.written(known) if vague else "", row.place])),
    )


def _stage(row: Row, viewer: Viewer, today: dt.date) -> tuple[dt.datetime, str]:
    """Return since when a thing has stood at its present stage, and that stage in words."""
    if row.day is None:
        moment = row.moment or time.now()
        return moment + (QUARTER if row.kind == "silent" else dt.timedelta()), ""
    if row.kind == "ending":
        begun = [day for months in MONTHS if (day := _later(row.day, -months)) <= today]
        return _midnight(max(begun, default=today), viewer), _("ends")
    begun = [day for days in DAYS if (day := row.day - dt.timedelta(days=days)) <= today]
    if row.day < today:
        begun.append(row.day + dt.timedelta(days=1))
    left = (row.day - today).days
    words = ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    stage = _("overdue") if left < 0 else words if left else _("today")
    since = _midnight(max(begun, default=today), viewer)
    # What was noted late, or moved to a near day, has waited since then alone.
    return max(since, row.moment or since), stage


def _later(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later or earlier, the last one where there is no such day."""
    return dt.date.fromisoformat(dates.after(day.isoformat(), months) or day.isoformat())


def _midnight(day: dt.date, viewer: Viewer) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, time.zone(viewer.timezone))
