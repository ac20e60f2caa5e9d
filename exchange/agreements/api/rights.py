"""What a viewer may do now with a thing under an agreement: the words of `allowed_actions`."""

from exchange.agreements import policies
from exchange.agreements.choices import MeetingState
from exchange.agreements.models import Meeting, ProgressUpdate, Task, Workstream
from exchange.audiences.viewer import Viewer
from exchange.common import time


def allowed_actions(
    viewer: Viewer, thing: Workstream | ProgressUpdate | Task | Meeting
) -> list[str]:
    """Return the steps that are possible; without a query for a program, once its parties are loaded."""
    if isinstance(thing, Workstream):
        steps = ["revise", "report", "plan_milestone"]
        return steps if policies.can_report(viewer, thing) else []
    if isinstance(thing, ProgressUpdate):
        return ["revise"] if policies.can_correct(viewer, thing) else []
    if isinstance(thing, Meeting):
        return _of_meeting(thing) if policies.can_edit(viewer, thing.agreement) else []
    steps = ["revise", "finish", "drop"] if thing.is_open else ["revise", "reopen"]
    return steps if policies.can_tend(viewer, thing) else []


def _of_meeting(meeting: Meeting) -> list[str]:
    begun = meeting.starts_at <= time.now()
    steps = {
        "revise": True,
        "hold": begun and meeting.state != MeetingState.CANCELLED,
        "cancel": meeting.state == MeetingState.PLANNED,
    }
    return [step for step, possible in steps.items() if possible]
