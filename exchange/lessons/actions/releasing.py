"""Publishing on a day that was chosen: choosing it, calling it off, and what happens when it comes."""

import datetime as dt
import logging

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.activity.log import Whom
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Invalid
from exchange.lessons import policies
from exchange.lessons.actions import _steps
from exchange.lessons.actions.publishing import give_to_readers, require_publishable
from exchange.lessons.models import Lesson
from exchange.partners.viewers import viewer_of

logger = logging.getLogger(__name__)

FURTHEST = dt.timedelta(days=366)


@transaction.atomic
def schedule_lesson(*, actor: Viewer, lesson: Lesson, lock: int, release_at: dt.datetime) -> Lesson:
    """Have the approved version published at `release_at` (aware), on behalf of the actor.

    A day chosen before is replaced. Raises Forbidden, Stale, Conflict by state, Invalid for a
    moment that is past or more than a year ahead, and what publishing would raise now.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _require_publisher(actor, lesson)
    _steps.require_lock(lesson, lock)
    lesson.state = _steps.state_after(lesson, "schedule")
    if not time.now() < release_at <= time.now() + FURTHEST:
        raise Invalid({"release_at": [_("Choose a day and hour from now on, within a year.")]})
    require_publishable(lesson)
    lesson.release_at, lesson.released_by_id = release_at, actor.user_id
    _steps.save(lesson)
    moment = release_at.astimezone(dt.UTC).isoformat()
    _steps.record_at_home("lesson.scheduled", actor=actor, lesson=lesson, release_at=moment)
    return lesson


@transaction.atomic
def unschedule_lesson(*, actor: Viewer, lesson: Lesson, lock: int) -> Lesson:
    """Call off the day that was chosen; the lesson stays approved.

    Raises Forbidden, Stale, Conflict when no day is chosen.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _require_publisher(actor, lesson)
    _steps.require_lock(lesson, lock)
    lesson.state = _steps.state_after(lesson, "unschedule")
    if not lesson.is_scheduled:
        raise Conflict(_steps.REFUSED["unschedule"])
    approver = _approver(lesson)
    _steps.call_off(lesson)
    _steps.save(lesson)
    _steps.record_at_home("lesson.unscheduled", actor=actor, lesson=lesson, whom=approver)
    return lesson


def release_due(*, actor: Viewer) -> int:
    """Publish every lesson whose day has come, each in a transaction of its own; return how many.

    `actor` is the system. It may run twice, and at once; a lesson that fails is tried again by the
    next sweep, and keeps no other back.
    """
    return sum(_released(actor, lesson) for lesson in list(Lesson.objects.due()))


def _released(actor: Viewer, lesson: Lesson) -> bool:
    try:
        return release_lesson(actor=actor, lesson=lesson)
    except Exception:
        logger.exception("%s could not be published on its day", lesson.pk)
        return False


@transaction.atomic
def release_lesson(*, actor: Viewer, lesson: Lesson) -> bool:
    """Publish one lesson whose day has come, on behalf of who chose the day; tell whether it was.

    Their right and the text are judged as they are now. When one of them is wanting, the day is
    over, and an event at home says why. Raises Forbidden for anybody but the system.
    """
    _steps.require(actor.is_system, _("Only the system publishes on a day that was chosen."))
    _system, lesson = _steps.locked(actor, lesson)
    if lesson.release_at is None or lesson.release_at > time.now():
        return False
    approver = _approver(lesson)
    why = _hindrance(lesson)
    if why is None:
        give_to_readers(lesson, actor=actor, behalf=approver)
        return True
    _steps.call_off(lesson)
    _steps.save(lesson)
    _steps.record_at_home(
        "lesson.release_failed", actor=actor, lesson=lesson, whom=approver, why=why
    )
    return False


def _require_publisher(actor: Viewer, lesson: Lesson) -> None:
    _steps.require(
        policies.can_publish(actor, lesson),
        _("Only a reviewer of its owner who did not write it chooses its day."),
    )


def _approver(lesson: Lesson) -> Whom | None:
    user = lesson.released_by
    return Whom(kind="person", actor_id=user.pk, name=user.full_name) if user else None


def _hindrance(lesson: Lesson) -> str | None:
    """Return why the lesson cannot be published now (a key of `events.HINDRANCES`), or None."""
    if not lesson.organisation.takes_part:
        return "standing"
    user = lesson.released_by
    if user is None or not policies.can_publish(viewer_of(user), lesson):
        return "right"
    try:
        require_publishable(lesson)
    except Invalid:
        return "text"
    except Conflict:
        return "audience"
    return None
