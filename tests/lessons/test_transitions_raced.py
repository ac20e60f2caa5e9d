"""Every pair of steps, in the same moment, from every state: the end is that of one of two orders."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import combinations_with_replacement
from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.audiences.actions import all_partners
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict
from exchange.lessons import actions
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from exchange.lessons.states import TRANSITIONS
from tests.cast import Port, make_cast
from tests.lessons.factories import PATHS, act, make_lesson
from tests.races import DONE, race
from tests.threads import postgres

__all__ = ["postgres"]

# A text alone, and a newer text of a lesson that readers have.
FIRST = {f"{state}": path for state, path in PATHS.items()}
NEWER = {
    f"published, newer text {state}": [*PATHS[State.PUBLISHED], "revise", *path]
    for state, path in PATHS.items()
    if not {"publish", "discard"} & set(path)
}
# States that are a mark beside another one.
MARKED = {
    "scheduled": [*PATHS[State.VALIDATED], "schedule"],
    "superseded": [*PATHS[State.PUBLISHED], "supersede"],
}
BEGINNINGS = FIRST | NEWER | MARKED
# What a day can be chosen for: see `sweep`.
APPROVED = [name for name, path in BEGINNINGS.items() if path[-1:] == ["approve"]]
# What is done to no lesson that is there already, and what leaves a lesson's own row as it is.
APART = {"draft", "link"}


def trace(lesson: Lesson, since: int) -> dict[str, Any]:
    """Return everything that a step leaves behind, and the events after the one with that key."""
    row = Lesson.objects.get(pk=lesson.pk)
    kept = ("state", "lock", "edition", "external_id", "audience_id", "effective_audience_id")
    kept += ("is_scheduled", "is_superseded")
    versions = (row.latest_version, row.published_version, row.shown_version)
    events = Event.objects.filter(target_id=row.pk, pk__gt=since).order_by("pk")
    return {
        **{name: getattr(row, name) for name in kept},
        "has_a_day": row.release_at is not None,
        "roles": [version and version.number for version in versions],
        "versions": list(row.versions.order_by("number").values_list("number", flat=True)),
        "decisions": list(row.reviews.order_by("pk").values_list("decision", flat=True)),
        "events": list(events.values_list("verb", flat=True)),
    }


@contextmanager
def as_it_was(lesson: Lesson) -> Iterator[None]:
    """Put the lesson and what hangs on it back afterwards; its events stay."""
    row = Lesson.objects.get(pk=lesson.pk)
    hanging = [
        relation.related_model._default_manager.filter(**{relation.field.name: row})
        for relation in Lesson._meta.related_objects
        if not isinstance(relation.related_model, str)
    ]
    kept = [list(rows.values_list("pk", flat=True)) for rows in hanging]
    yield
    row.save()
    for rows, keys in zip(hanging, kept, strict=True):
        rows.exclude(pk__in=keys).delete()


def begun(beginning: str, port: Port) -> Lesson:
    """Return a lesson that has come as far as that."""
    lesson = make_lesson(port, audience=all_partners(), state=State.CAPTURED)
    for step in BEGINNINGS[beginning]:
        lesson = act(step, lesson, port)
    return lesson


def steps_with(lesson: Lesson, port: Port) -> dict[str, Callable[[], Any]]:
    """Return every step that a person can take with the lesson."""
    given: dict[str, dict[str, Any]] = {
        "revise": {"text": {"title": "Another title, so that a version is made"}},
        "supersede": {"successor": make_lesson(port, audience=all_partners())},
    }
    return {name: partial(act, name, lesson, port, **given.get(name, {})) for name in TRANSITIONS}


def sweep() -> None:
    """Publish what is due; when that is nothing, say so as people are told."""
    if not actions.release_due(actor=Viewer.system()):
        raise Conflict("Nothing was due.")


def test_every_action_has_its_step() -> None:
    steps = {*TRANSITIONS, "release_due"}
    assert {name.removesuffix("_lesson") for name in actions.__all__} == steps | APART


def test_every_state_is_a_beginning() -> None:
    assert set(PATHS) == set(State)


@pytest.mark.postgres
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_two_steps_at_once_end_like_one_after_the_other(postgres: None, beginning: str) -> None:
    port = make_cast().gothenburg
    lesson = begun(beginning, port)
    steps = steps_with(lesson, port)
    for names in combinations_with_replacement(steps, 2):
        look = partial(trace, lesson, Event.objects.latest("pk").pk)
        with as_it_was(lesson):
            told, after = race(*(steps[name] for name in names), over=port.organisation, look=look)
        assert told.count(DONE) == len(after["events"]) < 2, (names, told, after)


@pytest.mark.postgres
@pytest.mark.parametrize("beginning", APPROVED)
def test_a_release_and_a_step_at_once_end_like_one_after_the_other(
    postgres: None, settings: Any, beginning: str
) -> None:
    port = make_cast().gothenburg
    lesson = act("schedule", begun(beginning, port), port)
    steps = steps_with(lesson, port) | {"release_due": sweep}
    settings.CLOCK_OFFSET += 24 * 3600 + 60
    for name, step in steps.items():
        look = partial(trace, lesson, Event.objects.latest("pk").pk)
        with as_it_was(lesson):
            told, after = race(step, sweep, over=port.organisation, look=look)
        # Both, when what is replaced first has a newer text that is due: it stays replaced.
        assert told.count(DONE) == len(after["events"]) > 0, (name, told, after)
