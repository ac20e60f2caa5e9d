"""What waits for people: figures that are due, values to approve, questions about imports."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
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
from exchange.kpis.models import Observation, Series
from exchange.kpis.periods import Period, PeriodKind, label_of, latest_ended
from exchange.partners.models import Organisation

DUE = gettext_lazy("KPI figures that are due")
REVIEW = gettext_lazy("KPI values to approve")
# What is due soon is told so many days before.
SOON = dt.timedelta(days=14)
# A period that ended last has ended within a year.
A_YEAR = dt.timedelta(days=367)
PANEL_ROWS = 12


def todos(viewer: Viewer) -> Iterator[Todo]:
    """Return what waits for the viewer; two queries at most."""
    if viewer.is_person:
        yield from _to_approve(viewer)
        yield from _due(viewer)


def _to_approve(viewer: Viewer) -> Iterator[Todo]:
    reviewed = viewer.organisations_as(Role.REVIEWER)
    if not reviewed:
        return
    rows = (
        Observation.objects.visible_to(viewer)
        .waiting()
        .filter(series__organisation__in=reviewed)
        .exclude(submitted_by=viewer.user_id)
    )
    counted = rows.values("series__organisation__name").order_by("series__organisation__sort_key")
    for row in counted.annotate(number=Count("pk"), since=Min("submitted_at")):
        words = ngettext("%(number)s value", "%(number)s values", row["number"])
        yield Todo(
            kind="kpi_review",
            heading=REVIEW,
            title=f"{row['series__organisation__name']}: {words % {'number': row['number']}}",
            url=reverse("kpis:review"),
            since=row["since"],
        )


def _due(viewer: Viewer) -> Iterator[Todo]:
    today = time.today(viewer.timezone)
    for series, period in lacking(viewer, today):
        due = period.last + dt.timedelta(days=series.due_days)
        if today >= min(due - SOON, period.last + SOON):
            yield Todo(
                kind="kpi_due",
                heading=DUE,
                title=f"{series.definition.name}, {label_of(period, series.year_start)}",
                url=reverse("kpis:enter"),
                since=dt.datetime.combine(period.last, dt.time.min, dt.UTC),
                due=due,
                detail=str(series.organisation),
            )


def lacking(viewer: Viewer, today: dt.date) -> list[tuple[Series, Period]]:
    """Return the series that the viewer answers for whose latest ended period has no value.

    That is whom a series names, and where it names nobody, whoever enters values. One query.
    """
    rows = (
        Series.objects.visible_to(viewer)
        .running()
        .filter(organisation__in=viewer.organisations_as(Role.CONTRIBUTOR))
        .filter(Q(responsible=None) | Q(responsible=viewer.user_id))
        .exclude(rhythm="")
        .with_known_since(today - A_YEAR)
        .with_place()
    )
    asked: dict[Series, set[tuple[dt.date | None, dt.date | None]]] = defaultdict(set)
    for one in rows:
        asked[one].add((one.known_first, one.known_last))
    found = [
        (one, latest_ended(PeriodKind(one.rhythm), today, one.year_start), known)
        for one, known in asked.items()
    ]
    return [(one, last) for one, last, known in found if (last.first, last.last) not in known]


def concerned() -> Concerned:
    """Read whom anything may wait for: who has series that are due, or waiting values; one query."""
    due = Series.objects.running().exclude(rhythm="").order_by()
    waiting = Observation.objects.waiting().order_by()
    concerned_ones = set(
        due.values_list("organisation").union(waiting.values_list("series__organisation"))
    )

    def is_concerned(viewer: Viewer) -> bool:
        return any((pk,) in concerned_ones for pk in viewer.roles)

    return is_concerned


def calendar(viewer: Viewer, since: dt.date, thing: Any) -> Iterable[CalendarEntry]:
    """Return the days by which figures are due that the viewer answers for; none of an agreement's."""
    if thing is not None or not viewer.is_person:
        return
    for series, period in lacking(viewer, time.today(viewer.timezone)):
        due = period.last + dt.timedelta(days=series.due_days)
        if due >= since:
            label = label_of(period, series.year_start)
            yield CalendarEntry(
                uid=f"kpi-{series.pk}-{period.first}-{period.last}",
                title=_("Due: %(kpi)s, %(period)s") % {"kpi": series, "period": label},
                url=reverse("kpis:enter"),
                starts=due,
                sequence=series.lock,
                changed_at=series.changed_at,
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
