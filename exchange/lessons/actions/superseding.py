"""One lesson replaces another: readers of the older are told."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Invalid
from exchange.lessons import policies
from exchange.lessons.actions import _steps
from exchange.lessons.models import Lesson
from exchange.lessons.texts import clean_note


@transaction.atomic
def supersede_lesson(
    *, actor: Viewer, lesson: Lesson, lock: int, successor: Lesson, note: str = ""
) -> Lesson:
    """Say that `successor`, a published lesson of the same owner, replaces this published one.

    `note` tells its readers why. Raises Forbidden, Stale, Conflict when readers have nothing,
    Invalid for another owner's successor, an unpublished one, and one that this lesson replaces.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _require_right(actor, lesson)
    _steps.require_lock(lesson, lock)
    lesson.state = _steps.state_after(lesson, "supersede")
    version = lesson.published_version
    if version is None:
        raise Conflict(_steps.REFUSED["supersede"])
    lesson.superseded_by = _fit(actor, lesson, successor)
    lesson.superseded_note = clean_note(note)
    _steps.save(lesson)
    _steps.record_for_readers(
        "lesson.superseded", actor=actor, lesson=lesson, version=version.number
    )
    return lesson


@transaction.atomic
def reinstate_lesson(*, actor: Viewer, lesson: Lesson, lock: int) -> Lesson:
    """Say that the lesson is not replaced after all. Raises Forbidden, Stale, Conflict."""
    actor, lesson = _steps.locked(actor, lesson)
    _require_right(actor, lesson)
    _steps.require_lock(lesson, lock)
    lesson.state = _steps.state_after(lesson, "reinstate")
    if not lesson.is_superseded:
        raise Conflict(_steps.REFUSED["reinstate"])
    lesson.superseded_by, lesson.superseded_note = None, ""
    _steps.save(lesson)
    version = lesson.published_version or lesson.latest_version
    _steps.record_for_readers(
        "lesson.reinstated", actor=actor, lesson=lesson, version=version.number if version else 1
    )
    return lesson


def _require_right(actor: Viewer, lesson: Lesson) -> None:
    _steps.require(
        policies.can_supersede(actor, lesson),
        _("Only a reviewer of its owner says what replaces a lesson."),
    )


def _fit(actor: Viewer, lesson: Lesson, successor: Lesson) -> Lesson:
    """Return the successor as it is; all who act for its owner take turns, so no circle closes."""
    offered = Lesson.objects.visible_to(actor).may_replace(lesson)
    found: Lesson | None = offered.filter(pk=successor.pk).first()
    if found is None:
        raise Invalid({"successor": [_("Choose another published lesson of the same owner.")]})
    replaced = Lesson.objects.filter(organisation=lesson.organisation_id).exclude(
        superseded_by=None
    )
    following = dict(replaced.values_list("pk", "superseded_by"))
    step: UUID | None = found.pk
    while step:
        step = following.get(step)
        if step == lesson.pk:
            raise Invalid({"successor": [_("This lesson replaces that one. Choose another.")]})
    return found
