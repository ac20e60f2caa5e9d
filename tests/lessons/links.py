"""Workstreams for tests, and lessons that belong to them, as the right people say."""

from typing import Any

from exchange.agreements.actions import plan_workstream
from exchange.agreements.models import Agreement, Workstream
from exchange.audiences.viewer import Viewer
from exchange.lessons import actions
from exchange.lessons.models import Lesson
from tests.cast import Port, eyes


def make_workstream(agreement: Agreement, title: str = "Shore power", **text: Any) -> Workstream:
    """Plan a workstream of an agreement."""
    return plan_workstream(
        actor=Viewer.system(), agreement=agreement, text={"title": title, **text}
    )


def link(lesson: Lesson, port: Port, *workstreams: Workstream, **arguments: Any) -> Lesson:
    """Have the port's contributor say that a lesson belongs to these workstreams."""
    given = {"actor": eyes(port.contributor), "lesson": lesson, "workstreams": workstreams}
    return actions.link_lesson(**{**given, **arguments})
