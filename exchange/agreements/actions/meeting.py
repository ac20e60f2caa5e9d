"""Meetings: calling them, what came of them, calling them off."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.agreements.actions import _steps
from exchange.agreements.choices import MeetingState
from exchange.agreements.models import Agreement, Meeting, Workstream
from exchange.agreements.texts import Text, clean_meeting
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Invalid

CAME_OF_IT = ("attendees", "minutes", "decisions")


@transaction.atomic
def call_meeting(
    *, actor: Viewer, agreement: Agreement, text: Text, workstream: Workstream | None = None
) -> Meeting:
    """Call a meeting of an agreement's parties, or of one workstream of it.

    `starts_at` is an aware moment, `timezone` the zone whose clock it was planned by. Raises
    Forbidden, Conflict, Invalid by field.
    """
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_editor(actor, agreement)
    if workstream and workstream.agreement_id != agreement.pk:
        raise Conflict(_("This belongs to another agreement."))
    meeting = Meeting(
        agreement=agreement,
        workstream=workstream,
        organisation_id=_steps.acting_for(actor, agreement),
    )
    needed = {"title": None, "starts_at": None}
    _steps.put(meeting, clean_meeting({**needed, **text}))
    _reckon(meeting)
    meeting.save(force_insert=True)
    _steps.record_at_home("meeting.called", actor=actor, agreement=agreement, target=meeting)
    return meeting


@transaction.atomic
def revise_meeting(*, actor: Viewer, meeting: Meeting, lock: int, text: Text) -> Meeting:
    """Change what is said of a meeting; what `text` leaves out stays. The same words change nothing.

    Raises Forbidden, Stale, Conflict when the agreement is over, Invalid by field.
    """
    actor, agreement, meeting = _taken(actor, meeting, lock)
    changed = _steps.put(meeting, clean_meeting(text))
    if not changed:
        return meeting
    if meeting.state == MeetingState.HELD and meeting.starts_at > time.now():
        raise Invalid({"starts_at": [_("It was held, so it cannot lie in the future.")]})
    _reckon(meeting)
    _steps.save(meeting, *changed, "ends_at")
    moved = {"starts_at", "minutes_long", "place", "timezone"} & set(changed)
    verb = "meeting.moved" if moved and _is_to_come(meeting) else "meeting.changed"
    _record(verb, actor, agreement, meeting, fields=_steps.named(changed))
    return meeting


@transaction.atomic
def hold_meeting(*, actor: Viewer, meeting: Meeting, lock: int, text: Text) -> Meeting:
    """Say that a meeting was held, and what came of it: attendees, minutes, decisions.

    Raises Forbidden, Stale, Invalid; Conflict when it was called off or lies in the future.
    """
    actor, agreement, meeting = _taken(actor, meeting, lock)
    if meeting.state == MeetingState.CANCELLED:
        raise Conflict(_("This meeting was called off. Call a new one."))
    if meeting.starts_at > time.now():
        raise Conflict(_("This meeting is yet to come. Change its hour if it was held already."))
    was_held = meeting.state == MeetingState.HELD
    fields = clean_meeting(text)
    if not any(fields.get(name, getattr(meeting, name)) for name in CAME_OF_IT):
        raise Invalid({"minutes": [_("Write down who came, or what it came to: a line will do.")]})
    changed = _steps.put(meeting, {**fields, "state": MeetingState.HELD})
    if changed:
        _reckon(meeting)
        _steps.save(meeting, *changed, "ends_at")
        verb = "meeting.changed" if was_held else "meeting.held"
        _record(verb, actor, agreement, meeting)
    return meeting


@transaction.atomic
def cancel_meeting(*, actor: Viewer, meeting: Meeting, lock: int) -> Meeting:
    """Call a meeting off; it stays in calendars as such. Raises Forbidden, Stale, Conflict."""
    actor, agreement, meeting = _taken(actor, meeting, lock)
    if meeting.state == MeetingState.HELD:
        raise Conflict(_("This meeting was held already."))
    if meeting.state == MeetingState.PLANNED:
        meeting.state = MeetingState.CANCELLED
        _steps.save(meeting, "state")
        _record("meeting.cancelled", actor, agreement, meeting)
    return meeting


def _taken(actor: Viewer, meeting: Meeting, lock: int) -> tuple[Viewer, Agreement, Meeting]:
    """Return actor, agreement and meeting as they are now; raise unless the actor may change it."""
    actor, agreement = _steps.locked(actor, meeting.agreement_id)
    meeting = _steps.row_of(Meeting, meeting.pk)
    meeting.agreement = agreement
    _steps.require_editor(actor, agreement)
    _steps.require_lock(meeting, lock)
    return actor, agreement, meeting


def _reckon(meeting: Meeting) -> None:
    try:
        meeting.ends_at = meeting.starts_at + dt.timedelta(minutes=meeting.minutes_long)
    except OverflowError as error:
        raise Invalid(
            {"starts_at": [_("This lies beyond the calendar. Check the year.")]}
        ) from error


def _is_to_come(meeting: Meeting) -> bool:
    return meeting.state == MeetingState.PLANNED and meeting.starts_at > time.now()


def _record(verb: str, actor: Viewer, agreement: Agreement, meeting: Meeting, **data: Any) -> None:
    _steps.record_at_home(verb, actor=actor, agreement=agreement, target=meeting, **data)
