"""Milestones and actions of an agreement by how they stand."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.agreements.models import Action, Agreement, Milestone, Workstream
from exchange.audiences.viewer import Viewer

SOON = dt.timedelta(days=14)
# So many of a column are shown beside the others, and on a page of its own.
MOST, MOST_ALONE = 15, 60

# Hundreds may be sorted: of each no more is read than what is shown.
SHOWN = (
    "title",
    "due",
    "done_on",
    "dropped_at",
    "agreement",
    "workstream",
    "organisation__name",
)

STATES = {
    "overdue": _("Overdue"),
    "soon": _("Within 14 days"),
    "later": _("Later, or without a day"),
    "done": _("Done"),
    "dropped": _("Dropped"),
}


@dataclass
class Column:
    """One state, and what stands so; `more` says how many there are besides."""

    name: str
    label: str | Promise
    tasks: list[Milestone | Action] = field(default_factory=list)
    more: int = 0


def tasks_of(
    agreement: Agreement,
    workstreams: Iterable[Workstream],
    viewer: Viewer,
    chosen: Mapping[str, str],
) -> list[Milestone | Action]:
    """Return the milestones and actions that `chosen` leaves, each with its place; two queries.

    `workstreams`: all of the agreement.
    """
    filters = {
        path: chosen[name]
        for name, path in (("workstream", "workstream"), ("party", "organisation"))
        if name in chosen
    }
    rows: dict[str, Any] = {
        "milestone": Milestone.objects.visible_to(viewer)
        .select_related("organisation")
        .only(*SHOWN, "evidence"),
        "action": Action.objects.visible_to(viewer)
        .select_related("organisation")
        .with_people()
        .only(*SHOWN, "person__full_name", "person__email"),
    }
    wanted = [rows[chosen["kind"]]] if "kind" in chosen else list(rows.values())
    found = list(chain.from_iterable(one.filter(agreement=agreement, **filters) for one in wanted))
    at_hand: dict[Any, Workstream | None] = {None: None} | {one.pk: one for one in workstreams}
    # What was planned since the workstreams were read is on the next board.
    known = [task for task in found if task.workstream_id in at_hand]
    for task in known:
        # What may be done is asked of the agreement that is at hand, with its parties.
        task.agreement, task.workstream = agreement, at_hand[task.workstream_id]
    return known


def columns(tasks: Iterable[Milestone | Action], today: dt.date, state: str = "") -> list[Column]:
    """Return the tasks by how they stand on that day, the soonest first; what is over newest first.

    With a `state` that column alone, and more of it.
    """
    found = {name: Column(name, label) for name, label in STATES.items()}
    for task in tasks:
        found[_stands(task, today)].tasks.append(task)
    for column in found.values():
        over = column.name in {"done", "dropped"}
        column.tasks.sort(key=_when_over if over else _when_due, reverse=over)
        most = MOST_ALONE if state else MOST
        column.more = max(0, len(column.tasks) - most)
        column.tasks = column.tasks[:most]
    if state:
        return [found[state]]
    return [one for one in found.values() if one.tasks or one.name != "dropped"]


def _stands(task: Milestone | Action, today: dt.date) -> str:
    if task.done_on:
        return "done"
    if task.dropped_at:
        return "dropped"
    if task.due and task.due < today:
        return "overdue"
    return "soon" if task.due and task.due <= today + SOON else "later"


def _when_due(task: Milestone | Action) -> tuple[bool, dt.date, str]:
    return (task.due is None, task.due or dt.date.max, str(task.pk))


def _when_over(task: Milestone | Action) -> tuple[dt.date, str]:
    dropped = task.dropped_at.date() if task.dropped_at else dt.date.min
    return (task.done_on or dropped, str(task.pk))
