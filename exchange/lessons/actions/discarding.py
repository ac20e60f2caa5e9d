"""Throwing a draft or a newer text away, and bringing a draft back."""

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict
from exchange.lessons import policies
from exchange.lessons.actions import _steps
from exchange.lessons.actions.writing import bring_back
from exchange.lessons.models import Lesson


@transaction.atomic
def discard_lesson(*, actor: Viewer, lesson: Lesson, lock: int) -> Lesson:
    """Throw away a draft that never was published: no list and no search shows it any more.

    Its page stays with people of the owner, who can restore it. Its external id is free for another
    lesson. Raises Forbidden, Stale, Conflict by state or when it was published once.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_discard(actor, lesson),
        _("Only contributors of its owner discard a draft."),
    )
    _steps.require_lock(lesson, lock)
    state = _steps.state_after(lesson, "discard")
    if lesson.edition:
        raise Conflict(_steps.REFUSED["discard"])
    lesson.state, lesson.external_id = state, None
    _steps.save(lesson)
    _steps.record_at_home("lesson.discarded", actor=actor, lesson=lesson)
    return lesson


@transaction.atomic
def drop_newer(*, actor: Viewer, lesson: Lesson, lock: int) -> Lesson:
    """Throw away the text that is in work beside a published one: the lesson is as its readers see it.

    What they read becomes the latest version once more, so that the history keeps both. Raises
    Forbidden, Stale, Conflict by state or when there is no newer text.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_drop_newer(actor, lesson),
        _("Only people who write for its owner discard a newer text."),
    )
    _steps.require_lock(lesson, lock)
    state = _steps.state_after(lesson, "drop_newer")
    if not lesson.has_working_version:
        raise Conflict(_steps.REFUSED["drop_newer"])
    version = bring_back(lesson)
    lesson.state, lesson.published_version, lesson.shown_version = state, version, version
    _steps.save(lesson)
    _steps.record_at_home("lesson.discarded", actor=actor, lesson=lesson)
    return lesson


@transaction.atomic
def restore_lesson(*, actor: Viewer, lesson: Lesson, lock: int) -> Lesson:
    """Bring a discarded text back as a draft, without an external id; its reviews stand in its history.

    Raises Forbidden, Stale, Conflict by state.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_restore(actor, lesson),
        _("Only people who write for its owner restore a draft."),
    )
    _steps.require_lock(lesson, lock)
    lesson.state = _steps.state_after(lesson, "restore")
    _steps.save(lesson)
    _steps.record_at_home("lesson.restored", actor=actor, lesson=lesson)
    return lesson
