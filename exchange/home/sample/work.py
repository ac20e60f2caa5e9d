"""The work under the Los Angeles–Gothenburg agreement: its real workstreams, and what we invented.

Nothing invented passes as real: each such text says what it is.
"""

import datetime as dt
from collections import defaultdict
from typing import Any
from uuid import UUID

from exchange.agreements import actions
from exchange.agreements.models import Agreement, Workstream
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.home.sample import facts
from exchange.home.sample.people import first_of
from exchange.kpis.actions import measure_workstream
from exchange.kpis.models import Indicator
from exchange.lessons.actions import link_lesson
from exchange.lessons.models import Lesson
from exchange.lessons.models.lesson import LessonQuerySet
from exchange.partners.models import Organisation
from exchange.topics.models import Topic

OPERATOR = Viewer.system()
ABOUT_A_MEETING = ("title", "minutes_long", "place", "agenda")
CAME_OF_IT = ("attendees", "minutes", "decisions")
# By whose clock the invented meetings were called.
ZONE = "Europe/Stockholm"


def plan(agreement: Agreement) -> None:
    """Plan the workstreams that the text names, link lessons, add what is invented; once, when it is new.

    The lessons are there already.
    """
    streams = _workstreams(agreement)
    ports = {party.organisation.unlocode: party.organisation for party in agreement.standing}
    invented = facts.work()
    for milestone in invented["milestones"]:
        actions.plan_milestone(
            actor=_speaker(ports, milestone),
            workstream=streams[milestone["workstream"]],
            text={"title": milestone["title"], "due": _day(milestone["days"])},
            organisation=ports[milestone["port"]],
        )
    _measure(streams, invented["measured"])
    _link_lessons(list(streams.values()), ports)
    _held_meeting(agreement, streams, ports)
    _report(streams, ports, invented["update"])
    _call(agreement, ports, invented["to_come"], None)


def _workstreams(agreement: Agreement) -> dict[str, Workstream]:
    """Plan the workstreams; that any is under way no text says."""
    found = next(one for one in facts.agreements() if one["id"] == agreement.external_id)
    return {
        stream["code"]: actions.plan_workstream(
            actor=OPERATOR,
            agreement=agreement,
            text={
                "title": stream["title"],
                "objective": stream["scope"],
                "topics": stream["topic_codes"],
            },
        )
        for stream in found["workstreams"]
    }


def _measure(streams: dict[str, Workstream], invented: dict[str, Any]) -> None:
    """Have a workstream be measured by KPIs; its update says that this is invented."""
    measure_workstream(
        actor=OPERATOR,
        workstream=streams[invented["workstream"]],
        indicators=[Indicator.objects.get(code=code) for code in invented["by"]],
    )


def _link_lessons(streams: list[Workstream], ports: dict[str | None, Organisation]) -> None:
    """Have the lessons that all parties read belong to the workstreams whose topics they share."""
    belongs: dict[UUID, list[Workstream]] = defaultdict(list)
    lessons = {lesson.pk: lesson for lesson in _read_by_all(ports)}
    for stream in streams:
        for lesson in _about(stream, list(lessons.values())):
            belongs[lesson.pk].append(stream)
    for pk, chosen in belongs.items():
        writer = first_of(lessons[pk].organisation, Role.CONTRIBUTOR)
        link_lesson(actor=writer, lesson=lessons[pk], workstreams=chosen)


def _read_by_all(ports: dict[str | None, Organisation]) -> LessonQuerySet:
    """Return the parties' own published lessons that people of each of them can read."""
    lessons = Lesson.objects.published().filter(organisation__in=ports.values())
    for port in ports.values():
        lessons = lessons.visible_to(first_of(port, Role.READER))
    return lessons.with_shown().order_by("pk")


def _about(stream: Workstream, lessons: list[Lesson]) -> list[Lesson]:
    """Return the lessons with a topic of the workstream, else those with one of its themes."""
    topics = set(stream.topics.all())
    exact = [one for one in lessons if topics & _topics_of(one)]
    themes = {topic.theme_code for topic in topics}
    return exact or [one for one in lessons if themes & {t.theme_code for t in _topics_of(one)}]


def _topics_of(lesson: Lesson) -> set[Topic]:
    return set(lesson.shown_version.topics.all()) if lesson.shown_version else set()


def _held_meeting(
    agreement: Agreement, streams: dict[str, Workstream], ports: dict[str | None, Organisation]
) -> None:
    """Call a meeting that lies behind us, hold it, and note the action that came of it."""
    invented, promised = facts.work()["held"], facts.work()["action"]
    meeting = _call(agreement, ports, invented, streams[invented["workstream"]])
    meeting = actions.hold_meeting(
        actor=_speaker(ports, invented),
        meeting=meeting,
        lock=meeting.lock,
        text={name: invented[name] for name in CAME_OF_IT},
    )
    actions.agree_action(
        actor=_speaker(ports, promised),
        agreement=agreement,
        meeting=meeting,
        organisation=ports[promised["port"]],
        text={"title": promised["title"], "due": _day(promised["days"])},
    )


def _call(
    agreement: Agreement,
    ports: dict[str | None, Organisation],
    invented: dict[str, Any],
    workstream: Workstream | None,
) -> Any:
    hour = dt.time(invented["hour"], tzinfo=time.zone(ZONE))
    return actions.call_meeting(
        actor=_speaker(ports, invented),
        agreement=agreement,
        workstream=workstream,
        text={
            **{name: invented[name] for name in ABOUT_A_MEETING},
            "starts_at": dt.datetime.combine(_day(invented["days"]), hour),
            "timezone": ZONE,
        },
    )


def _report(
    streams: dict[str, Workstream],
    ports: dict[str | None, Organisation],
    invented: dict[str, Any],
) -> None:
    today = _day(0)
    actions.report_progress(
        actor=_speaker(ports, invented),
        workstream=streams[invented["workstream"]],
        update={
            **{name: invented[name] for name in ("health", "done", "next")},
            "period": f"{today.year}-Q{(today.month + 2) // 3}",
        },
    )


def _speaker(ports: dict[str | None, Organisation], invented: dict[str, Any]) -> Viewer:
    """Return the eyes of who coordinates the port that an invented thing is of."""
    return first_of(ports[invented["port"]], Role.COORDINATOR)


def _day(days: int) -> dt.date:
    """Return the day that lies so many days ahead."""
    return time.now().date() + dt.timedelta(days=days)
