"""Lessons for tests, made by the actions with the right people."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from exchange.audiences.models import Audience
from exchange.common import time
from exchange.lessons import actions
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from exchange.topics.models import Topic
from tests.cast import Cast, Port, eyes

CANARY = "zqcanary"
TOMORROW = dt.timedelta(days=1)


def make_topics() -> None:
    """Make a few topics of the taxonomy; twice does nothing."""
    codes = ["energy", "energy/shore-power", "infrastructure", "infrastructure/rail", "digital"]
    if Topic.objects.filter(code__in=codes).count() == len(codes):
        return
    Topic.objects.bulk_create(
        (
            Topic(
                code=code,
                parent_id=code.partition("/")[0] if "/" in code else None,
                sort=sort,
                label_en=f"{code} en",
                label_sv=f"{code} sv",
                label_es=f"{code} es",
            )
            for sort, code in enumerate(codes, 1)
        ),
        ignore_conflicts=True,
    )


def full_text(**overrides: Any) -> dict[str, Any]:
    """Return a complete LessonText that may be submitted and published; needs `make_topics()`."""
    return {
        "title": "Agree the plug before you order the ship",
        "titles": {"sv": "Enas om kontakten innan fartyget beställs"},
        "summary": "Shore power works when voltage and connector are agreed first.",
        "kind": "good_practice",
        "language": "en",
        "ports": ["SEGOT"],
        "topics": ["energy/shore-power"],
        "tags": ["shore power"],
        "sdgs": [7],
        "situation": "Ships at berth ran their diesel engines.",
        "analysis": "Nobody had agreed on a connector.",
        "practice": "We met the other ports *before* the order.",
        "lesson_text": "Standards come before equipment.",
        "recommendation": "- Port: name one connector\n- Carrier: order it",
        "evidence": "Not measured yet.",
        "evidence_level": "observed",
        "started": "2019-03",
        "ended": "2020",
        "maturity": "operation",
        "cost_band": "under_1m",
        "effort": "two people for a year",
        "preconditions": "none known",
        "obstacles": "The grid was weak.",
        "transfer_advice": "Copy the meeting, adapt the voltage.",
        "suppliers": "None to declare",
        "contact": "shorepower@example.org",
        "sources": "https://example.org/report\nMinutes of the meeting",
        "related": [],
        "licence": "CC-BY-4.0",
        **overrides,
    }


def canary_text() -> dict[str, Any]:
    """Return a complete text with CANARY in every field that a person types freely."""
    text = full_text(tags=[CANARY], titles={"sv": f"{CANARY} titel"})
    free = {name for name, value in text.items() if isinstance(value, str)} - {
        "kind",
        "language",
        "evidence_level",
        "started",
        "ended",
        "maturity",
        "cost_band",
        "licence",
    }
    return {**text, **{name: f"{CANARY} {text[name]}" for name in sorted(free)}}


def make_lesson(
    where: Cast | Port,
    *,
    audience: Audience | None = None,
    state: str = State.PUBLISHED,
    text: Mapping[str, Any] | None = None,
    canary: bool = False,
    external_id: str | None = None,
) -> Lesson:
    """Bring a lesson of a port (of the cast: Gothenburg) into `state`; the reviewer acts where needed.

    `audience` is the port's own unless given; for a Cast it is the agreement.
    """
    make_topics()
    port = where.gothenburg if isinstance(where, Cast) else where
    meant_for = audience or (where.agreement if isinstance(where, Cast) else port.home)
    lesson = actions.draft_lesson(
        actor=eyes(port.contributor),
        organisation=port.organisation,
        audience=meant_for,
        text={**(canary_text() if canary else full_text()), **(text or {})},
        external_id=external_id,
    )
    return bring_to(lesson, port, state)


PATHS: dict[str, list[str]] = {
    State.CAPTURED: [],
    State.IN_REVIEW: ["submit"],
    State.CHANGES_REQUESTED: ["submit", "request_changes"],
    State.DECLINED: ["submit", "decline"],
    State.VALIDATED: ["submit", "approve"],
    State.PUBLISHED: ["submit", "approve", "publish"],
    State.WITHDRAWN: ["submit", "approve", "publish", "withdraw"],
    State.DISCARDED: ["discard"],
}


def bring_to(lesson: Lesson, port: Port, state: str) -> Lesson:
    """Bring a draft into `state`: the contributor submits, the reviewer does the rest."""
    for step in PATHS[State(state)]:
        lesson = act(step, lesson, port)
    return lesson


def act(step: str, lesson: Lesson, port: Port, **arguments: Any) -> Lesson:
    """Take one step as the person whose business it is; `arguments` override what is handed over."""
    writing = ["revise", "submit", "recall", "discard", "restore", "drop_newer"]
    people = dict.fromkeys(writing, port.contributor)
    calls: dict[str, tuple[Any, dict[str, Any]]] = {
        "revise": (actions.revise_lesson, {"text": {"title": "A better title"}}),
        "submit": (actions.submit_lesson, {}),
        "request_changes": (actions.request_changes, {"reason": "Name the voltage."}),
        "decline": (actions.decline_lesson, {"reason": "We have this one."}),
        "approve": (actions.approve_lesson, {}),
        "publish": (actions.publish_lesson, {}),
        "recall": (actions.recall_lesson, {}),
        "discard": (actions.discard_lesson, {}),
        "restore": (actions.restore_lesson, {}),
        "drop_newer": (actions.drop_newer, {}),
        "schedule": (actions.schedule_lesson, {"release_at": time.now() + TOMORROW}),
        "unschedule": (actions.unschedule_lesson, {}),
        "supersede": (actions.supersede_lesson, {}),
        "reinstate": (actions.reinstate_lesson, {}),
        "withdraw": (actions.withdraw_lesson, {"reason": "The figures were wrong."}),
        "change_audience": (actions.change_audience, {"audience": port.home}),
    }
    if step == "supersede" and "successor" not in arguments:
        arguments["successor"] = make_lesson(port, text={"title": "The newer lesson"})
    action, defaults = calls[step]
    actor = eyes(people.get(step, port.reviewer))
    given = {"actor": actor, "lesson": lesson, "lock": lesson.lock, **defaults, **arguments}
    result: Lesson = action(**given)
    return result
