"""What an agreement came to in a period: milestones met and missed, meetings held, actions done."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.agreements.choices import MeetingState
from exchange.agreements.models import Action, Agreement, Meeting, Milestone
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.providers import Counted, Figure

LABELS = {
    "milestones-met": gettext_lazy("Milestones met"),
    "milestones-missed": gettext_lazy("Milestones missed"),
    "actions-done": gettext_lazy("Actions done"),
    "meetings-held": gettext_lazy("Meetings held"),
}

# Hundreds may be counted: of each no more is read than what is told.
OF_TASK = (
    "title",
    "due",
    "done_on",
    "dropped_at",
    "organisation",
    "agreement",
    "workstream__title",
)


def figures(
    viewer: Viewer, agreement: Agreement, first: dt.date, last: dt.date
) -> Iterator[Figure]:
    """Return the figures of the work under an agreement, both days included; three queries.

    A milestone is met in the period when it was done then, and missed when its day lies in it and it
    was neither done by then nor dropped; one whose day has not passed yet is not missed. A meeting
    counts on the day (UTC) on which it began.
    """
    today = time.now().date()
    span = (first, last)
    milestones = Milestone.objects.visible_to(viewer).filter(agreement=agreement)
    rows = milestones.filter(Q(done_on__range=span) | Q(due__range=span)).select_related(
        "workstream"
    )
    found = list(rows.only(*OF_TASK).order_by("due", "pk"))
    met = [one for one in found if one.done_on and first <= one.done_on <= last]
    missed = [one for one in found if _is_missed(one, first, min(last, today))]
    yield _figure("milestones-met", [_of_task(one, one.done_on) for one in met])
    yield _figure("milestones-missed", [_of_task(one, one.due) for one in missed])
    actions = Action.objects.visible_to(viewer).filter(agreement=agreement, done_on__range=span)
    done = actions.select_related("workstream").only(*OF_TASK).order_by("done_on", "pk")
    yield _figure("actions-done", [_of_task(one, one.done_on) for one in done])
    meetings = Meeting.objects.visible_to(viewer).filter(
        agreement=agreement, state=MeetingState.HELD, starts_at__range=time.span(first, last)
    )
    held = meetings.select_related("workstream").order_by("starts_at", "pk")
    rows_held = tuple(_of_meeting(one) for one in held)
    label = LABELS["meetings-held"]
    yield Figure(name="meetings-held", label=label, rows=rows_held, is_shared=True)


def _is_missed(milestone: Milestone, first: dt.date, last: dt.date) -> bool:
    """Tell whether its day lies in the period and has passed, and it was neither done by then nor dropped."""
    due, done = milestone.due, milestone.done_on
    if due is None or milestone.dropped_at is not None or not first <= due <= last:
        return False
    return done > due if done else due < time.now().date()


def _figure(name: str, rows: list[Counted]) -> Figure:
    return Figure(name=name, label=LABELS[name], rows=tuple(rows))


def _of_task(task: Milestone | Action, day: dt.date | None) -> Counted:
    late = task.due and task.done_on and task.done_on > task.due
    return Counted(
        thing=task,
        day=day or dt.date.min,
        owner=task.organisation_id,
        note=_("late") if late else str(task.workstream or ""),
    )


def _of_meeting(meeting: Meeting) -> Counted:
    return Counted(
        thing=meeting,
        day=meeting.starts_at.date(),
        note=str(meeting.workstream or ""),
    )
