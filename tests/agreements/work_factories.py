"""Work under an agreement for tests, made by the actions with the right people."""

import datetime as dt
from typing import Any

from exchange.agreements import actions
from exchange.agreements.models import Action, Agreement, Meeting, Milestone, Workstream
from exchange.common import time
from tests.architecture.routes import CANARY
from tests.cast import Cast, Port, eyes

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def marked(text: str, canary: bool) -> str:
    """Return a text, with CANARY before it if asked for."""
    return f"{CANARY} {text}" if canary else text


def make_workstream(
    cast: Cast, agreement: Agreement, *, canary: bool = False, **text: Any
) -> Workstream:
    """Have Gothenburg plan a workstream."""
    words = {
        "title": marked("Shore power", canary),
        "objective": marked("Every *quay* has a plug.", canary),
        "topics": ["energy/shore-power"],
        "starts": "2023",
        **text,
    }
    by = eyes(cast.gothenburg.coordinator)
    return actions.plan_workstream(actor=by, agreement=agreement, text=words)


def make_milestone(
    cast: Cast,
    workstream: Workstream,
    *,
    owner: Port | None = None,
    canary: bool = False,
    **text: Any,
) -> Milestone:
    """Have Gothenburg set a milestone in the hands of `owner`, or of all parties."""
    evidence = f"https://example.org/{CANARY if canary else 'plug'}"
    return actions.plan_milestone(
        actor=eyes(cast.gothenburg.coordinator),
        workstream=workstream,
        organisation=owner.organisation if owner else None,
        text={
            "title": marked("The first plug", canary),
            "due": "2099-12-31",
            "evidence": evidence,
            **text,
        },
    )


def make_action(
    cast: Cast,
    agreement: Agreement,
    *,
    owner: Port | None = None,
    person: Any = None,
    canary: bool = False,
    **text: Any,
) -> Action:
    """Have Gothenburg note an action in the hands of `owner`, or of all parties."""
    return actions.agree_action(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        organisation=owner.organisation if owner else None,
        person=person,
        text={"title": marked("Send the drawings", canary), "due": "2099-12-31", **text},
    )


def make_meeting(cast: Cast, agreement: Agreement, *, canary: bool = False, **text: Any) -> Meeting:
    """Have Gothenburg call a meeting for tomorrow."""
    names = ("title", "place", "agenda", "attendees", "minutes", "decisions")
    return actions.call_meeting(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        text={
            **{name: marked(f"The {name}", canary) for name in names},
            "starts_at": time.now() + DAY,
            "timezone": "Europe/Stockholm",
            **text,
        },
    )


def report(cast: Cast, workstream: Workstream, *, canary: bool = False, **text: Any) -> Any:
    """Have Gothenburg say how a workstream stands."""
    words = {
        "period": "2026-Q3",
        "health": "at_risk",
        **{name: marked(name, canary) for name in ("reason", "done", "next", "help_wanted")},
        **text,
    }
    return actions.report_progress(
        actor=eyes(cast.gothenburg.coordinator), workstream=workstream, update=words
    )


def drop(cast: Cast, task: Milestone | Action) -> Milestone | Action:
    """Have Gothenburg say that something will not be done."""
    return actions.drop_task(actor=eyes(cast.gothenburg.coordinator), task=task)
