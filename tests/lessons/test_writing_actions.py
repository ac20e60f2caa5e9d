"""Drafting, revising, submitting; two people at one text."""

import pytest

from exchange.activity.models import Event
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid, Stale
from exchange.lessons import actions
from exchange.lessons.choices import State
from exchange.lessons.missing import REQUIRED
from exchange.lessons.models import Lesson, LessonVersion
from tests.cast import Cast, eyes
from tests.lessons.factories import act, full_text, make_lesson, make_topics


def draft(cast: Cast, **arguments: object) -> Lesson:
    given = {
        "actor": eyes(cast.gothenburg.contributor),
        "organisation": cast.gothenburg.organisation,
        "audience": cast.agreement,
        "text": {},
        **arguments,
    }
    return actions.draft_lesson(**given)  # type: ignore[arg-type]


def test_a_draft_needs_nothing_and_stays_at_home(cast: Cast) -> None:
    lesson = draft(cast)
    assert (lesson.state, lesson.lock, str(lesson)) == ("captured", 1, "Untitled lesson")
    assert (lesson.effective_audience, lesson.audience) == (cast.gothenburg.home, cast.agreement)


def test_a_draft_keeps_every_field(cast: Cast) -> None:
    make_topics()
    version = draft(cast, text=full_text()).latest_version
    assert version
    kept = {name: getattr(version, name) for name in full_text() if name != "topics"}
    assert kept | {"topics": [topic.pk for topic in version.topics.all()]} == full_text()


def test_a_reader_drafts_nothing(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        draft(cast, actor=eyes(cast.gothenburg.reader))


def test_nobody_drafts_for_another_organisation(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        draft(cast, actor=eyes(cast.los_angeles.coordinator))


def test_a_lesson_goes_only_to_a_group_the_owner_is_in(cast: Cast) -> None:
    foreign = audiences.make_group(
        actor=Viewer.system(), name="others", members=[cast.los_angeles.home, cast.tokyo.home]
    )
    with pytest.raises(Invalid) as refused:
        draft(cast, audience=foreign)
    assert list(refused.value.errors) == ["audience"]


def test_an_external_id_is_used_once_in_an_organisation(cast: Cast) -> None:
    draft(cast, external_id="L01")
    with pytest.raises(Conflict, match="external id"):
        draft(cast, external_id=" L01 ")
    assert Lesson.objects.count() == 1


def test_a_revision_is_a_new_version_and_the_old_one_stays(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast, state="captured"), cast.gothenburg)
    titles = LessonVersion.objects.filter(lesson=lesson).order_by("number")
    assert list(titles.values_list("number", "title")) == [
        (1, "Agree the plug before you order the ship"),
        (2, "A better title"),
    ]


def test_what_a_revision_leaves_out_stays(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast, state="captured"), cast.gothenburg)
    assert lesson.latest_version
    assert lesson.latest_version.situation == full_text()["situation"]
    assert [topic.pk for topic in lesson.latest_version.topics.all()] == ["energy/shore-power"]


def test_the_same_text_again_changes_nothing(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    events = Event.objects.count()
    again = act("revise", lesson, cast.gothenburg, text=full_text(ports=["segot "]))
    assert (again.lock, again.latest_version, Event.objects.count()) == (
        lesson.lock,
        lesson.latest_version,
        events,
    )


def test_other_topics_alone_make_a_new_version(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    assert act("revise", lesson, cast.gothenburg, text={"topics": ["energy"]}).lock == 2


def test_the_second_of_two_who_save_is_told(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    first = act("revise", lesson, cast.gothenburg)
    with pytest.raises(Stale) as refused:
        act("revise", lesson, cast.gothenburg, text={"title": "Mine"})
    assert refused.value.current == first.lock
    assert str(Lesson.objects.get(pk=lesson.pk)) == "A better title"


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("submit", "captured"),
        ("request_changes", "in_review"),
        ("decline", "in_review"),
        ("approve", "in_review"),
        ("publish", "validated"),
        ("withdraw", "published"),
        ("change_audience", "published"),
    ],
)
def test_every_action_notices_that_somebody_was_faster(cast: Cast, action: str, state: str) -> None:
    lesson = make_lesson(cast, state=state)
    with pytest.raises(Stale):
        act(action, lesson, cast.gothenburg, lock=lesson.lock - 1)


@pytest.mark.parametrize("field", sorted(REQUIRED.keys() - {"language"}))
def test_submitting_names_the_field_that_lacks(cast: Cast, field: str) -> None:
    empty: object = [] if field in {"ports", "topics"} else ""
    lesson = make_lesson(cast, state="captured", text={field: empty})
    with pytest.raises(Invalid) as refused:
        act("submit", lesson, cast.gothenburg)
    assert list(refused.value.errors) == [field]


def test_a_lesson_from_a_problem_says_why_it_happened(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured", text={"kind": "problem", "analysis": ""})
    with pytest.raises(Invalid) as refused:
        act("submit", lesson, cast.gothenburg)
    assert list(refused.value.errors) == ["analysis"]


def test_evidence_may_come_after_submitting(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured", text={"evidence": ""})
    assert act("submit", lesson, cast.gothenburg).state == State.IN_REVIEW


def test_the_audience_of_a_draft_is_chosen_while_writing(cast: Cast) -> None:
    lesson = make_lesson(cast, state="captured")
    lesson = act("revise", lesson, cast.gothenburg, text={}, audience=cast.public)
    assert (lesson.audience, lesson.effective_audience) == (cast.public, cast.gothenburg.home)


def test_a_revision_does_not_move_a_published_lesson(cast: Cast) -> None:
    lesson = make_lesson(cast)
    with pytest.raises(Conflict):
        act("revise", lesson, cast.gothenburg, audience=cast.public)


def test_readers_keep_the_published_version_while_a_newer_one_is_in_work(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg)
    assert lesson.has_working_version
    assert str(Lesson.objects.get(pk=lesson.pk)) == "Agree the plug before you order the ship"


def test_the_newer_version_is_nobody_elses(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast, audience=cast.public), cast.gothenburg)
    versions = LessonVersion.objects.visible_to(eyes(cast.los_angeles.reader))
    assert [version.number for version in versions.filter(lesson=lesson)] == [1]
    at_home = LessonVersion.objects.visible_to(eyes(cast.gothenburg.reader))
    assert at_home.filter(lesson=lesson).count() == 2
