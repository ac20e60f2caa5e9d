"""What waits for people: figures that are due, values to approve, questions about imports."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, DateField, DateTimeField, Min, Q, UUIDField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange.agreements.models import Workstream
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.providers import (
    CalendarEntry,
    Concerned,
    Panel,
    Todo,
    register_calendar,
    register_panel,
    register_todo,
)
from exchange.kpis.models import Import, Observation, Series
from exchange.kpis.models.batch import KEPT
from exchange.kpis.periods import Period, PeriodKind, label_of, latest_ended
from exchange.partners.models import Organisation

DUE = gettext_lazy("KPI figures that are due")
REVIEW = gettext_lazy("KPI values to approve")
IMPORTS = gettext_lazy("Imports to decide on")
# What is due soon is told so many days before.
SOON = dt.timedelta(days=14)
PANEL_ROWS = 12


class Row(NamedTuple):
    """What the one query gives: a series with one of its values of late, or (no series) what waits.

    `name` is the KPI's, or that of the organisation at which `number` values wait since `moment`, or
    that of the file whose import, `batch`, waits for its sender.
    """

    series: UUID | None
    name: str
    organisation: str
    owner: UUID | None
    rhythm: str
    year_start: str
    number: int
    first: dt.date | None
    last: dt.date | None
    moment: dt.datetime | None
    batch: UUID | None


class Lacking(NamedTuple):
    """A period of a series that the viewer answers for, of which nothing is said yet, and its day."""

    series: UUID
    name: str
    organisation: str
    url: str
    label: str
    period: Period
    due: dt.date


def todos(viewer: Viewer) -> Iterator[Todo]:
    """Return what waits for the viewer; one query."""
    if not viewer.is_person or not viewer.organisations_as(Role.CONTRIBUTOR):
        return
    today = time.today(viewer.timezone)
    rows = _rows(_reported(viewer, today), _to_approve(viewer), _to_decide(viewer))
    for row in sorted((row for row in rows if row.series is None), key=lambda row: row.name):
        since = row.moment or time.now()
        if row.batch:
            yield Todo(
                kind="kpi_import",
                heading=IMPORTS,
                title=_("Decide on the import %(file)s") % {"file": row.name},
                url=reverse("kpis:import", args=[row.batch]),
                since=since,
                due=(since + KEPT).date(),
            )
            continue
        words = ngettext("%(number)s value", "%(number)s values", row.number)
        yield Todo(
            kind="kpi_review",
            heading=REVIEW,
            title=f"{row.name}: {words % {'number': row.number}}",
            url=reverse("kpis:review"),
            since=since,
        )
    for one in _lacking(rows, today):
        if today >= min(one.due - SOON, one.period.last + SOON):
            yield Todo(
                kind="kpi_due",
                heading=DUE,
                title=f"{one.name}, {one.label}",
                url=one.url,
                since=dt.datetime.combine(one.period.last, dt.time.min, dt.UTC),
                due=one.due,
                detail=one.organisation,
            )


def lacking(viewer: Viewer, today: dt.date) -> list[Lacking]:
    """Return the series that the viewer answers for whose latest ended period has no value.

    That is whom a series names, and where it names nobody, whoever enters values. One query.
    """
    return _lacking(_rows(_reported(viewer, today)), today)


def _rows(*queries: Any) -> list[Row]:
    first, *others = queries
    return [Row(*row) for row in (first.union(*others, all=True) if others else first)]


def _reported(viewer: Viewer, today: dt.date) -> Any:
    """Return the series that the viewer answers for, each with what may be its last value due."""
    rows = (
        Series.objects.visible_to(viewer)
        .running()
        .filter(organisation__in=viewer.organisations_as(Role.CONTRIBUTOR))
        .filter(Q(responsible=None) | Q(responsible=viewer.user_id))
        .exclude(rhythm="")
        .with_known_lately(today)
    )
    return rows.order_by().values_list(
        "pk",
        "definition__name",
        "organisation__name",
        "organisation",
        "rhythm",
        "year_start",
        "due_days",
        "known_first",
        "known_last",
        Cast(Value(None), DateTimeField()),
        Cast(Value(None), UUIDField()),
    )


def _to_approve(viewer: Viewer) -> Any:
    """Return how many values of others wait at each organisation whose reviewer the viewer is."""
    rows = (
        Observation.objects.visible_to(viewer)
        .waiting()
        .filter(series__organisation__in=viewer.organisations_as(Role.REVIEWER))
        .exclude(submitted_by=viewer.user_id)
        .order_by()
        .values("series__organisation__name")
        .annotate(number=Count("pk"), since=Min("submitted_at"))
    )
    return rows.values_list(
        Cast(Value(None), UUIDField()),
        "series__organisation__name",
        Value(""),
        Cast(Value(None), UUIDField()),
        Value(""),
        Value(""),
        "number",
        Cast(Value(None), DateField()),
        Cast(Value(None), DateField()),
        "since",
        Cast(Value(None), UUIDField()),
    )


def _to_decide(viewer: Viewer) -> Any:
    """Return the imports that wait for the viewer, who sent them, to answer or to decide."""
    rows = Import.objects.visible_to(viewer).undecided().filter(user=viewer.user_id)
    return rows.order_by().values_list(
        Cast(Value(None), UUIDField()),
        "file_name",
        Value(""),
        Cast(Value(None), UUIDField()),
        Value(""),
        Value(""),
        Value(0),
        Cast(Value(None), DateField()),
        Cast(Value(None), DateField()),
        "made_at",
        "pk",
    )


def _lacking(rows: Iterable[Row], today: dt.date) -> list[Lacking]:
    known: dict[UUID, set[tuple[dt.date | None, dt.date | None]]] = defaultdict(set)
    series: dict[UUID, Row] = {}
    for row in rows:
        if row.series is not None:
            known[row.series].add((row.first, row.last))
            series[row.series] = row
    found = []
    for key, row in sorted(series.items(), key=lambda pair: pair[1].name):
        period = latest_ended(PeriodKind(row.rhythm), today, row.year_start)
        if (period.first, period.last) not in known[key]:
            due = period.last + dt.timedelta(days=row.number)
            label = label_of(period, row.year_start)
            asked = urlencode({"organisation": str(row.owner), "kind": row.rhythm})
            url = f"{reverse('kpis:enter')}?{asked}"
            found.append(Lacking(key, row.name, row.organisation, url, label, period, due))
    return found


def concerned() -> Concerned:
    """Read whom anything may wait for: who has series that are due, values or imports that wait.

    One query.
    """
    due = Series.objects.running().exclude(rhythm="").order_by()
    waiting = Observation.objects.waiting().order_by()
    undecided = Import.objects.undecided().order_by()
    concerned_ones = set(
        due.values_list("organisation").union(
            waiting.values_list("series__organisation"), undecided.values_list("organisation")
        )
    )

    def is_concerned(viewer: Viewer) -> bool:
        return any((pk,) in concerned_ones for pk in viewer.roles)

    return is_concerned


def calendar(viewer: Viewer, since: dt.date, thing: Any) -> Iterable[CalendarEntry]:
    """Return the days by which figures are due that the viewer answers for; none of an agreement's."""
    if thing is not None or not viewer.is_person:
        return
    for one in lacking(viewer, time.today(viewer.timezone)):
        if one.due >= since:
            named = {"kpi": one.name, "who": one.organisation, "period": one.label}
            yield CalendarEntry(
                uid=f"kpi-{one.series}-{one.period.first}-{one.period.last}",
                title=_("Due: %(kpi)s, %(who)s, %(period)s") % named,
                url=one.url,
                starts=one.due,
                changed_at=dt.datetime.combine(one.period.last, dt.time.min, dt.UTC),
            )


def organisation_panel(viewer: Viewer, organisation: Organisation) -> Panel | None:
    """Return the KPIs of an organisation that the viewer may see; none, no panel."""
    found = list(Series.objects.visible_to(viewer).of(organisation).with_place()[: PANEL_ROWS + 1])
    if not found:
        return None
    context = {
        "organisation": organisation,
        "series": found[:PANEL_ROWS],
        "more": len(found) > PANEL_ROWS,
    }
    return Panel(template="kpis/_organisation_panel.html", context=context)


def workstream_panel(viewer: Viewer, workstream: Workstream) -> Panel:
    """Return the place on its page into which its KPIs are fetched; without a query."""
    del viewer
    return Panel(template="kpis/_workstream_panel.html", context={"workstream": workstream})


def register() -> None:
    """Register what waits, the calendar and the panels."""
    register_todo(todos, concerned=concerned)
    register_calendar(calendar)
    register_panel("organisation")(organisation_panel)
    register_panel("workstream")(workstream_panel)
