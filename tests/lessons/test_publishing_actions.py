"""Publishing, withdrawing, widening, narrowing: who reads it then, and who hears of it."""

import datetime as dt

import pytest

from exchange.activity.models import Event
from exchange.audiences import actions as audiences
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.lessons.models import Lesson, Review
from exchange.lessons.policies import allowed_actions
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson


def readers(cast: Cast, lesson: Lesson) -> list[bool]:
    """Tell whether Gothenburg, Los Angeles and Tokyo see the lesson."""
    return [
        Lesson.objects.visible_to(eyes(port.reader)).filter(pk=lesson.pk).exists()
        for port in (cast.gothenburg, cast.los_angeles, cast.tokyo)
    ]


def last_event() -> Event:
    event = Event.objects.order_by("pk").last()
    assert event
    return event


@pytest.mark.parametrize(
    "state", ["captured", "in_review", "changes_requested", "validated", "declined", "withdrawn"]
)
def test_what_is_not_published_is_seen_at_home_only(cast: Cast, state: str) -> None:
    lesson = make_lesson(cast, audience=cast.public, state=state)
    assert readers(cast, lesson) == [True, False, False]


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        ("public", [True, True, True]),
        ("partners", [True, True, True]),
        ("agreement", [True, True, False]),
    ],
)
def test_publishing_gives_it_to_its_audience(cast: Cast, audience: str, seen: list[bool]) -> None:
    lesson = make_lesson(cast, audience=getattr(cast, audience))
    assert readers(cast, lesson) == seen


def test_publishing_dates_it_and_says_when_to_confirm(cast: Cast) -> None:
    lesson = make_lesson(cast)
    assert lesson.published_at
    assert lesson.confirm_by == lesson.published_at.date() + dt.timedelta(days=365)


def test_infrastructure_is_confirmed_after_two_years(cast: Cast) -> None:
    lesson = make_lesson(cast, text={"topics": ["infrastructure/rail"]})
    assert lesson.published_at
    assert lesson.confirm_by == lesson.published_at.date() + dt.timedelta(days=730)


def test_a_group_that_the_owner_has_left_gets_nothing_new(cast: Cast) -> None:
    lesson = make_lesson(cast, state="validated")
    audiences.set_group_members(
        actor=Viewer.system(),
        group=cast.agreement,
        members=[cast.los_angeles.home, cast.tokyo.home],
    )
    with pytest.raises(Conflict, match="another audience"):
        act("publish", lesson, cast.gothenburg)


def test_the_next_edition_replaces_the_text_that_readers_see(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg)
    for step in ("submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
    assert (str(lesson), lesson.edition) == ("A better title", 2)
    assert (last_event().data, last_event().target_version) == ({"edition": 2}, 2)


def test_a_withdrawn_lesson_is_gone_from_everybody_but_its_owner(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public, state="withdrawn")
    assert readers(cast, lesson) == [True, False, False]
    assert not lesson.is_published


def test_a_reviewer_widens_a_published_lesson(cast: Cast) -> None:
    lesson = act("change_audience", make_lesson(cast), cast.gothenburg, audience=cast.partners)
    assert readers(cast, lesson) == [True, True, True]


def test_a_reviewer_narrows_a_published_lesson(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public)
    lesson = act("change_audience", lesson, cast.gothenburg, audience=cast.agreement)
    assert readers(cast, lesson) == [True, True, False]


def test_an_author_takes_a_published_lesson_home_but_widens_nothing(cast: Cast) -> None:
    lesson = make_lesson(cast)
    author = eyes(cast.gothenburg.contributor)
    with pytest.raises(Forbidden):
        act("change_audience", lesson, cast.gothenburg, actor=author, audience=cast.public)
    lesson = act("change_audience", lesson, cast.gothenburg, actor=author)
    assert readers(cast, lesson) == [True, False, False]


def test_nobody_shares_with_a_group_the_owner_is_not_in(cast: Cast) -> None:
    with pytest.raises(Invalid):
        act("change_audience", make_lesson(cast), cast.gothenburg, audience=cast.tokyo.home)


def test_the_same_audience_changes_nothing(cast: Cast) -> None:
    lesson = make_lesson(cast)
    events = Event.objects.count()
    again = act("change_audience", lesson, cast.gothenburg, audience=cast.agreement)
    assert (again.lock, Event.objects.count()) == (lesson.lock, events)


def test_an_outsider_is_offered_nothing(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public)
    assert allowed_actions(eyes(cast.tokyo.coordinator), lesson) == []


DRAFT_STAGE = [
    ("revise", "captured", "lesson.revised"),
    ("change_audience", "captured", "lesson.revised"),
    ("submit", "captured", "lesson.submitted"),
    ("request_changes", "in_review", "lesson.changes_requested"),
    ("decline", "in_review", "lesson.declined"),
    ("approve", "in_review", "lesson.approved"),
    ("revise", "published", "lesson.revised"),
]


@pytest.mark.parametrize(("action", "state", "verb"), DRAFT_STAGE)
def test_a_draft_is_told_of_at_home_only(cast: Cast, action: str, state: str, verb: str) -> None:
    lesson = make_lesson(cast, audience=cast.public, state=state)
    before = Event.objects.count()
    act(action, lesson, cast.gothenburg)
    event = last_event()
    home = cast.gothenburg.home
    assert (Event.objects.count(), event.verb) == (before + 1, verb)
    assert (event.audience, event.home_audience, event.audience_before) == (home, home, None)


def told(event: Event) -> tuple[str, Audience, Audience | None]:
    return event.verb, event.audience, event.audience_before


def test_publishing_is_told_to_the_audience(cast: Cast) -> None:
    make_lesson(cast)
    assert told(last_event()) == ("lesson.published", cast.agreement, cast.gothenburg.home)


@pytest.mark.parametrize(
    ("start", "goal", "verb"),
    [
        ("agreement", "partners", "lesson.widened"),
        ("partners", "public", "lesson.widened"),
        ("public", "partners", "lesson.narrowed"),
        ("partners", "agreement", "lesson.narrowed"),
    ],
)
def test_widening_and_narrowing_are_told_with_what_was_before(
    cast: Cast, start: str, goal: str, verb: str
) -> None:
    lesson = make_lesson(cast, audience=getattr(cast, start))
    act("change_audience", lesson, cast.gothenburg, audience=getattr(cast, goal))
    assert told(last_event()) == (verb, getattr(cast, goal), getattr(cast, start))


def test_going_from_one_group_to_another_is_neither_widening_nor_narrowing(cast: Cast) -> None:
    other = audiences.make_group(
        actor=Viewer.system(), name="other", members=[cast.gothenburg.home, cast.tokyo.home]
    )
    act("change_audience", make_lesson(cast), cast.gothenburg, audience=other)
    assert told(last_event()) == ("lesson.moved", other, cast.agreement)


def test_withdrawing_is_told_with_who_could_read_it(cast: Cast) -> None:
    make_lesson(cast, state="withdrawn")
    assert told(last_event()) == ("lesson.withdrawn", cast.gothenburg.home, cast.agreement)


def test_no_event_holds_a_reason(cast: Cast) -> None:
    lesson = make_lesson(cast, state="in_review")
    lesson = act("request_changes", lesson, cast.gothenburg, reason="zqcanary reason")
    for step in ("submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
    assert "zqcanary" not in str(list(Event.objects.values_list("data", "target_title")))


def test_reasons_stay_at_home_when_the_lesson_goes_public(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public, state="changes_requested")
    for step in ("submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
    assert not Review.objects.visible_to(eyes(cast.los_angeles.coordinator)).exists()
    assert Review.objects.visible_to(eyes(cast.gothenburg.reader)).count() == 2
