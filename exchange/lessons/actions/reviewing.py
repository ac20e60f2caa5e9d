"""Reviewing: sending back, declining, approving."""

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common.errors import Invalid
from exchange.lessons import policies
from exchange.lessons.actions import _steps
from exchange.lessons.actions.writing import latest_of
from exchange.lessons.choices import Decision
from exchange.lessons.missing import missing_for_publication
from exchange.lessons.models import Lesson, LessonVersion, Review
from exchange.lessons.texts import clean_reason


@transaction.atomic
def request_changes(*, actor: Viewer, lesson: Lesson, lock: int, reason: str) -> Lesson:
    """Ask the author for changes with a reason, also when it was approved: its day is called off.

    Raises Forbidden, Stale, Conflict by state, Invalid without a reason.
    """
    lesson = _decide(actor, lesson, lock, "request_changes", Decision.CHANGES_REQUESTED, reason)
    _steps.record_at_home("lesson.changes_requested", actor=actor, lesson=lesson)
    return lesson


@transaction.atomic
def decline_lesson(*, actor: Viewer, lesson: Lesson, lock: int, reason: str) -> Lesson:
    """Decline the version in review, with a reason; a published version stays with its readers.

    Raises Forbidden, Stale, Conflict by state, Invalid without a reason.
    """
    lesson = _decide(actor, lesson, lock, "decline", Decision.DECLINED, reason)
    _steps.record_at_home("lesson.declined", actor=actor, lesson=lesson)
    return lesson


@transaction.atomic
def approve_lesson(*, actor: Viewer, lesson: Lesson, lock: int, reason: str = "") -> Lesson:
    """Approve the version in review; it can be published then.

    Raises Forbidden, Stale, Conflict by state, and Invalid when evidence or another field lacks.
    """
    lesson = _decide(actor, lesson, lock, "approve", Decision.APPROVED, reason)
    if missing := missing_for_publication(latest_of(lesson), lesson.audience):
        raise Invalid(missing)
    _steps.record_at_home("lesson.approved", actor=actor, lesson=lesson)
    return lesson


def _decide(
    actor: Viewer, lesson: Lesson, lock: int, action: str, decision: Decision, reason: str
) -> Lesson:
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_review(actor, lesson),
        _("Only a reviewer of its owner who did not write it reviews a lesson."),
    )
    _steps.require_lock(lesson, lock)
    lesson.state = _steps.state_after(lesson, action)
    keep_reason(actor, lesson, latest_of(lesson), decision, reason)
    _steps.call_off(lesson)
    _steps.save(lesson)
    return lesson


def keep_reason(
    actor: Viewer, lesson: Lesson, version: LessonVersion, decision: Decision, reason: str
) -> None:
    """Write the decision on a version; every one but an approval needs a reason. Raises Invalid."""
    reason = clean_reason(reason)
    if not reason and decision != Decision.APPROVED:
        raise Invalid({"reason": [_("Say why, so that the author can mend it.")]})
    Review.objects.create(
        lesson=lesson,
        version=version,
        reviewer_id=actor.user_id,
        decision=decision,
        reason=reason,
    )
