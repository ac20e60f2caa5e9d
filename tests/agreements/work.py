"""Workstreams, milestones, actions and meetings for tests, made by the actions with the right people."""

import datetime as dt
from typing import Any

from exchange.accounts.models import User
from exchange.agreements import actions
from exchange.agreements.models import (
    Action,
    Agreement,
    Meeting,
    Milestone,
    ProgressUpdate,
    Workstream,
)
from exchange.common import time
from tests.agreements.factories import make_agreement
from tests.architecture.routes import CANARY
from tests.cast import Cast, Port, eyes

HOUR = dt.timedelta(hours=1)


def _mark(canary: bool) -> str:
    return f"{CANARY} " if canary else ""


def plan(
    cast: Cast, agreement: Agreement | None = None, *, canary: bool = False, **text: Any
) -> Workstream:
    """Have Gothenburg plan a workstream of the agreement, or of a new one."""
    mark = _mark(canary)
    return actions.plan_workstream(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement or make_agreement(cast, canary=canary),
        text={
            "title": f"{mark}Shore power",
            "objective": f"{mark}Every berth has a plug.",
            "topics": ["energy/shore-power"],
            "starts": "2026",
            "status": "active",
            **text,
        },
    )


def name_lead(workstream: Workstream, port: Port, person: User) -> None:
    """Have the port's coordinator say that a person leads the workstream for it."""
    actions.name_lead(
        actor=eyes(port.coordinator),
        workstream=workstream,
        lock=Workstream.objects.get(pk=workstream.pk).lock,
        organisation=port.organisation,
        person=person,
    )


def milestone(
    cast: Cast,
    workstream: Workstream | None = None,
    *,
    owner: Port | None = None,
    canary: bool = False,
    **text: Any,
) -> Milestone:
    """Have Gothenburg set a milestone, in the hands of `owner` (all together unless given)."""
    mark = _mark(canary)
    return actions.plan_milestone(
        actor=eyes(cast.gothenburg.coordinator),
        workstream=workstream or plan(cast, canary=canary),
        text={
            "title": f"{mark}Ten plugs",
            "evidence": f"https://example.org/{mark.strip() or 'plugs'}",
            **text,
        },
        organisation=owner.organisation if owner else None,
    )


def action(
    cast: Cast,
    agreement: Agreement | None = None,
    *,
    owner: Port | None = None,
    canary: bool = False,
    **rest: Any,
) -> Action:
    """Have Gothenburg note an action, in the hands of `owner` (all together unless given)."""
    text = {"title": f"{_mark(canary)}Send the drawings", **rest.pop("text", {})}
    return actions.agree_action(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement or make_agreement(cast, canary=canary),
        text=text,
        organisation=owner.organisation if owner else None,
        **rest,
    )


def meeting(
    cast: Cast,
    agreement: Agreement | None = None,
    *,
    canary: bool = False,
    workstream: Workstream | None = None,
    **text: Any,
) -> Meeting:
    """Have Gothenburg call a meeting, for yesterday unless told otherwise."""
    mark = _mark(canary)
    return actions.call_meeting(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement or make_agreement(cast, canary=canary),
        workstream=workstream,
        text={
            "title": f"{mark}Steering group",
            "starts_at": time.now().replace(microsecond=0) - 24 * HOUR,
            "timezone": "Europe/Stockholm",
            "place": f"{mark}Room 2",
            "agenda": f"{mark}Plugs",
            **text,
        },
    )


def held(cast: Cast, agreement: Agreement | None = None, *, canary: bool = False) -> Meeting:
    """Have a meeting held, with its minutes."""
    mark, called = _mark(canary), meeting(cast, agreement, canary=canary)
    text = {
        "attendees": f"{mark}Siv",
        "minutes": f"{mark}We met.",
        "decisions": f"{mark}One plug.",
    }
    siv = eyes(cast.gothenburg.coordinator)
    return actions.hold_meeting(actor=siv, meeting=called, lock=called.lock, text=text)


def report(cast: Cast, workstream: Workstream, **update: Any) -> ProgressUpdate:
    """Have Gothenburg say how a workstream stands."""
    return actions.report_progress(
        actor=eyes(cast.gothenburg.coordinator),
        workstream=workstream,
        update={"period": "2026-Q4", "health": "on_track", "done": "A plug.", **update},
    )
