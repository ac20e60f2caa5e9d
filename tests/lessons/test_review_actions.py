"""Four eyes: whoever wrote it does not let it through."""

import pytest

from exchange.audiences.viewer import Role, Viewer
from exchange.common.errors import Forbidden, Invalid
from exchange.lessons import actions
from exchange.lessons.choices import Decision
from exchange.lessons.models import Lesson, Review
from exchange.lessons.policies import allowed_actions, can_review
from exchange.partners.actions import create_api_client
from exchange.partners.viewers import viewer_of_client
from tests.cast import Cast, eyes, make_person
from tests.lessons.factories import act, full_text, make_lesson

REVIEWING = ["request_changes", "decline", "approve"]


def program(cast: Cast, *, may_write: bool = True) -> Viewer:
    """Return the eyes of a program of Gothenburg."""
    client, _token = create_api_client(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        name="harbour system",
        may_write=may_write,
    )
    return viewer_of_client(client)


def written_by_the_reviewer(cast: Cast) -> Lesson:
    lesson = make_lesson(cast, state="captured")
    reviewer = eyes(cast.gothenburg.reviewer)
    lesson = act("revise", lesson, cast.gothenburg, actor=reviewer)
    return act("submit", lesson, cast.gothenburg)


@pytest.mark.parametrize("action", REVIEWING)
def test_an_author_never_reviews_what_they_wrote(cast: Cast, action: str) -> None:
    lesson = written_by_the_reviewer(cast)
    with pytest.raises(Forbidden, match="did not write it"):
        act(action, lesson, cast.gothenburg)


def test_an_author_never_publishes_what_they_wrote(cast: Cast) -> None:
    coordinator = eyes(cast.gothenburg.coordinator)
    lesson = act("approve", written_by_the_reviewer(cast), cast.gothenburg, actor=coordinator)
    with pytest.raises(Forbidden, match="did not write it"):
        act("publish", lesson, cast.gothenburg)


def test_an_author_of_an_older_version_that_nobody_let_through_does_not_review(cast: Cast) -> None:
    lesson = written_by_the_reviewer(cast)
    lesson = act(
        "request_changes", lesson, cast.gothenburg, actor=eyes(cast.gothenburg.coordinator)
    )
    lesson = act("revise", lesson, cast.gothenburg, text={"title": "By the contributor now"})
    lesson = act("submit", lesson, cast.gothenburg)
    assert not can_review(eyes(cast.gothenburg.reviewer), lesson)


def test_who_wrote_the_published_version_reviews_the_next_by_somebody_else(cast: Cast) -> None:
    coordinator = eyes(cast.gothenburg.coordinator)
    lesson = written_by_the_reviewer(cast)
    for step in ("approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg, actor=coordinator)
    lesson = act("revise", lesson, cast.gothenburg, text={"title": "The contributor's edition"})
    assert can_review(eyes(cast.gothenburg.reviewer), act("submit", lesson, cast.gothenburg))


def test_a_person_with_two_memberships_reviews_only_where_they_are_reviewer(cast: Cast) -> None:
    lesson = make_lesson(cast, state="in_review")
    assert not can_review(eyes(cast.los_angeles.reviewer), lesson)
    make_person(cast.gothenburg.organisation, Role.REVIEWER, "Nils Ny")
    assert Lesson.objects.waiting_for_review_by(eyes(cast.gothenburg.reviewer)).get() == lesson


def test_what_waits_for_a_reviewer_leaves_out_what_they_wrote(cast: Cast) -> None:
    written_by_the_reviewer(cast)
    waiting = Lesson.objects.waiting_for_review_by
    assert not waiting(eyes(cast.gothenburg.reviewer)).exists()
    assert waiting(eyes(cast.gothenburg.coordinator)).count() == 1


@pytest.mark.parametrize("action", ["request_changes", "decline", "withdraw"])
@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_every_no_needs_a_reason(cast: Cast, action: str, reason: str) -> None:
    lesson = make_lesson(cast, state="published" if action == "withdraw" else "in_review")
    with pytest.raises(Invalid) as refused:
        act(action, lesson, cast.gothenburg, reason=reason)
    assert list(refused.value.errors) == ["reason"]


@pytest.mark.parametrize("reason", ["x" * 4001, "NUL \x00 here", "\ud800"])
def test_a_reason_that_cannot_be_kept_is_refused(cast: Cast, reason: str) -> None:
    with pytest.raises(Invalid):
        act("decline", make_lesson(cast, state="in_review"), cast.gothenburg, reason=reason)


def test_the_decision_stays_with_its_version_and_reviewer(cast: Cast) -> None:
    lesson = make_lesson(cast, state="changes_requested")
    review = Review.objects.get(lesson=lesson)
    assert (review.decision, review.version, review.reviewer) == (
        Decision.CHANGES_REQUESTED,
        lesson.latest_version,
        cast.gothenburg.reviewer,
    )


def test_without_evidence_nothing_is_approved(cast: Cast) -> None:
    lesson = make_lesson(cast, state="in_review", text={"evidence": ""})
    with pytest.raises(Invalid) as refused:
        act("approve", lesson, cast.gothenburg)
    assert list(refused.value.errors) == ["evidence"]
    assert not Review.objects.exists()


def test_a_program_drafts_revises_and_submits(cast: Cast) -> None:
    actor = program(cast)
    lesson = make_lesson(cast, state="captured")
    lesson = act("revise", lesson, cast.gothenburg, actor=actor)
    assert lesson.latest_version
    assert lesson.latest_version.client_id == actor.actor_id
    assert act("submit", lesson, cast.gothenburg, actor=actor).state == "in_review"


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("request_changes", "in_review"),
        ("decline", "in_review"),
        ("approve", "in_review"),
        ("publish", "validated"),
        ("withdraw", "published"),
        ("change_audience", "captured"),
    ],
)
def test_a_program_decides_nothing(cast: Cast, action: str, state: str) -> None:
    lesson = make_lesson(cast, state=state)
    with pytest.raises(Forbidden):
        act(action, lesson, cast.gothenburg, actor=program(cast))


def test_a_program_that_may_not_write_writes_nothing(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.draft_lesson(
            actor=program(cast, may_write=False),
            organisation=cast.gothenburg.organisation,
            audience=cast.gothenburg.home,
            text=full_text(topics=[]),
        )
    lesson = make_lesson(cast, state="captured")
    assert allowed_actions(program(cast, may_write=False), lesson) == []
