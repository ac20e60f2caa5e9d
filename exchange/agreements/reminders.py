"""What is due under agreements, soon or long since, and whom it waits for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    F,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.agreements.choices import PartyState
from exchange.agreements.models import Action, Agreement, Lead, Milestone, Party, Workstream
from exchange.agreements.models.workstream import QUARTER
from exchange.agreements.policies import at_work
from exchange.audiences.viewer import Role, Viewer
from exchange.common import dates, time
from exchange.common.providers import Todo

# Days before the day itself on which one is reminded, and months before an end.
DAYS = (14, 3)
MONTHS = (12, 6, 3)
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
    that of an end. Milestones and actions say where they belong, and who has them in hand.
    """

    kind: str
    pk: UUID
    title: str
    place: str
    exact: str
    day: dt.date | None
    moment: dt.datetime | None
    agreement: UUID | None
    workstream: UUID | None
    owner: UUID | None
    person: UUID | None
    at_owner: bool
    at_party: bool


@dataclass(frozen=True)
class Duties:
    """What a person answers for: `agreements` that they coordinate a party of, and workstreams they lead.

    `parties` are pairs of an agreement and an organisation that is party to it, `leads` of a
    workstream and the party that it is led for.
    """

    viewer: Viewer
    coordinated: frozenset[UUID]
    parties: frozenset[tuple[UUID, UUID]]
    leads: frozenset[tuple[UUID, UUID]]

    @cached_property
    def agreements(self) -> set[UUID]:
        return {agreement for agreement, party in self.parties if party in self.coordinated}

    @cached_property
    def workstreams(self) -> set[UUID]:
        return {workstream for workstream, _party in self.leads}

    def hold(self, row: Row) -> bool:
        """Tell whether something to be done is theirs.

        What nobody has in hand, or one that has left, is everybody's; what names somebody who has
        left is its owner's.
        """
        owned = row.agreement and row.owner and (row.agreement, row.owner) in self.parties
        if row.at_owner if owned else row.at_party:
            return row.person == self.viewer.user_id
        if owned:
            mine = row.owner in self.coordinated
            return mine or (row.workstream, row.owner) in self.leads
        return row.agreement in self.agreements or row.workstream in self.workstreams


def todos(viewer: Viewer) -> Iterator[Todo]:
    """Return what waits for a person under their agreements; three queries, one for most people.

    Milestones and actions from 14 days before their day, agreements from a year before their end,
    workstreams without an update for a quarter, and questions whether one is party. Each stands here
    once; its `since` is when it came to its present stage, by the clock of the viewer's zone.
    """
    if not viewer.is_person or not viewer.takes_part:
        return
    coordinated = frozenset(viewer.organisations_as(Role.COORDINATOR))
    known = _known(viewer)
    if not (known or coordinated):
        return
    parties, asked = _parties(viewer)
    working = at_work(viewer)
    leads = frozenset(
        (workstream, party)
        for agreement, party, workstream in known
        if workstream and party in working and (agreement, party) in parties
    )
    duties = Duties(viewer, coordinated, parties, leads)
    today = time.today(viewer.timezone)
    for row in [*asked, *_waiting(duties, today)]:
        yield _todo(row, viewer, today)


def _known(viewer: Viewer) -> list[tuple[UUID, UUID, UUID | None]]:
    """Return agreement, party and workstream of what the person leads, and what names them; one query."""
    mine = Lead.objects.visible_to(viewer).filter(person=viewer.user_id).order_by()
    leads = mine.values_list("workstream__agreement", "organisation", "workstream")
    named = Action.objects.visible_to(viewer).open().in_hands_of(viewer).order_by()
    return list(leads.union(named.values_list("agreement", "person", "workstream")))


def _parties(viewer: Viewer) -> tuple[frozenset[tuple[UUID, UUID]], list[Row]]:
    """Return who is party to the person's agreements, and what their organisations are asked; one query."""
    seen = Party.objects.visible_to(viewer)
    own = Agreement.objects.visible_to(viewer).at_home(viewer).order_by()
    every = seen.confirmed().filter(agreement__in=own.values("pk")) | seen.asked_of(viewer)
    names = ("agreement", "organisation", "state", "pk", "known_as", "organisation__name")
    rows = list(every.order_by("proposed_at").values_list(*names, "proposed_at"))
    confirmed = frozenset(row[:2] for row in rows if row[2] == PartyState.CONFIRMED)
    nobody = (None, None, None, None, False, False)
    questions = [
        Row("party", pk, title, place, "", None, moment, *nobody)
        for _agreement, _party, state, pk, title, place, moment in rows
        if state == PartyState.PROPOSED
    ]
    return confirmed, questions


def _waiting(duties: Duties, today: dt.date) -> Iterator[Row]:
    """Give what is due, what ends, and what nobody has reported on; one query."""
    viewer = duties.viewer
    inside = Q(agreement__in=duties.agreements) | Q(workstream__in=duties.workstreams)
    last = today + dt.timedelta(days=max(DAYS))
    milestones = Milestone.objects.visible_to(viewer).pending().filter(inside, due__lte=last)
    named = Action.objects.visible_to(viewer).with_members().pending()
    actions = named.filter(inside | Q(person=viewer.user_id), due__lte=last)
    where = {name: F(name) for name in ("agreement", "workstream")}
    of_task = {
        **where,
        "place": F("agreement__title"),
        "day": F("due"),
        "moment": Coalesce("set_at", "created_at"),
        "owner": F("organisation"),
    }
    of_person = {name: F(name) for name in ("person", "at_owner", "at_party")}
    rows = [
        _as_rows(milestones, "milestone", **of_task),
        _as_rows(actions, "action", **of_task, **of_person),
        _ending(duties, today),
        _silent(duties),
    ]
    for row in map(Row._make, rows[0].union(*rows[1:], all=True)):
        if row.kind in {"milestone", "action"}:
            waits = duties.hold(row)
        else:
            waits = row.kind == "silent" or bool(_months_begun(row.day, today))
        if waits:
            yield row


def _ending(duties: Duties, today: dt.date) -> QuerySet[Any, Any]:
    """Give the agreements that end within a year, to who coordinates a party."""
    ending = (
        Agreement.objects.visible_to(duties.viewer)
        .filter(
            pk__in=duties.agreements,
            closing="",
            concluded_at__isnull=False,
            # A day more: the last of February is in some years one later.
            current_term__last_day__range=(
                today,
                _later(today, max(MONTHS)) + dt.timedelta(days=1),
            ),
        )
        .annotate(
            known_since=Greatest(
                Coalesce("current_term__set_at", "current_term__made_at"), "concluded_at"
            )
        )
    )
    term = "current_term__"
    stated = [NullIf(F(term + name), Value("")) for name in ("ends", "effective", "signed")]
    return _as_rows(
        ending, "ending", day=F(term + "last_day"), exact=Coalesce(*stated), moment=F("known_since")
    )


def _silent(duties: Duties) -> QuerySet[Any, Any]:
    """Give the workstreams that were active for a quarter while nobody reported on them."""
    seen = Workstream.objects.visible_to(duties.viewer)
    silent = seen.awaiting(silent_since=time.now() - QUARTER).filter(
        Q(agreement__in=duties.agreements) | Q(pk__in=duties.workstreams)
    )
    return _as_rows(silent, "silent", place=F("agreement__title"), moment=F("heard"))


def _as_rows(rows: Any, kind: str, **columns: Any) -> QuerySet[Any, Any]:
    """Return the columns of `Row`, alike for every kind, so that one query gives all."""
    # PostgreSQL brings together what is of one type: a bare NULL is a text to it.
    nobody = Cast(Value(None), UUIDField())
    given = {
        "title": F("title"),
        "place": Value(""),
        "exact": Value(""),
        "day": Cast(Value(None), DateField()),
        "moment": Cast(Value(None), DateTimeField()),
        **dict.fromkeys(("agreement", "workstream", "owner", "person"), nobody),
        **dict.fromkeys(("at_owner", "at_party"), Value(False, output_field=BooleanField())),
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
        begun, stage = max(_months_begun(row.day, today)), _("ends")
    else:
        left = (row.day - today).days
        words = ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
        stage = _("overdue") if left < 0 else words if left else _("today")
        before = -1 if left < 0 else min((days for days in DAYS if left <= days), default=left)
        begun = row.day - dt.timedelta(days=before)
    since = _midnight(begun, viewer)
    # What was noted late, or moved to a near day, has waited since then alone.
    return max(since, row.moment or since), stage


def _months_begun(day: dt.date | None, today: dt.date) -> list[dt.date]:
    """Return the days, of those on which one is reminded of an end, that have come."""
    return [begun for months in MONTHS if day and (begun := _later(day, -months)) <= today]


def _later(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later or earlier, the last one where there is no such day."""
    return dt.date.fromisoformat(dates.after(day.isoformat(), months) or day.isoformat())


def _midnight(day: dt.date, viewer: Viewer) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, time.zone(viewer.timezone))
