"""Publishing, withdrawing, widening and narrowing."""

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.activity.log import Whom
from exchange.audiences.choosing import covers
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Invalid
from exchange.lessons import policies
from exchange.lessons.actions import _steps
from exchange.lessons.actions.reviewing import keep_reason
from exchange.lessons.actions.writing import latest_of
from exchange.lessons.choices import Decision
from exchange.lessons.missing import UNLICENSED, may_not_reach, missing_for_publication
from exchange.lessons.models import Lesson, LessonVersion


@transaction.atomic
def publish_lesson(*, actor: Viewer, lesson: Lesson, lock: int) -> Lesson:
    """Give the approved version to the lesson's audience, from now on.

    Raises Forbidden, Stale, Invalid when something lacks, Conflict by state, or when the owner has
    left the group that the lesson is for.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_publish(actor, lesson),
        _("Only a reviewer of its owner who did not write it publishes a lesson."),
    )
    _steps.require_lock(lesson, lock)
    give_to_readers(lesson, actor=actor)
    return lesson


def require_publishable(lesson: Lesson) -> None:
    """Raise Invalid when its latest text lacks something, Conflict when it may not go to its audience."""
    if missing := missing_for_publication(latest_of(lesson), lesson.audience):
        raise Invalid(missing)
    if not _steps.may_reach_now(lesson, lesson.audience):
        raise Conflict(_("Your organisation is not in this group now. Choose another audience."))


def give_to_readers(lesson: Lesson, *, actor: Viewer, behalf: Whom | None = None) -> None:
    """Show the locked lesson's latest version to its audience; the system does it on `behalf` of somebody.

    Raises Conflict by state, and as `require_publishable`; nothing is written then.
    """
    state = _steps.state_after(lesson, "publish")
    require_publishable(lesson)
    version, before = latest_of(lesson), lesson.effective_audience
    lesson.state = state
    _steps.call_off(lesson)
    _show(lesson, version)
    _steps.save(lesson)
    _steps.record_for_readers(
        "lesson.published",
        actor=actor,
        lesson=lesson,
        before=before,
        version=version.number,
        whom=behalf,
        edition=lesson.edition,
    )


@transaction.atomic
def withdraw_lesson(*, actor: Viewer, lesson: Lesson, lock: int, reason: str) -> Lesson:
    """Take the lesson back from its readers at once; the owner keeps it, and the reason.

    A newer text in work stays; a day chosen for it is called off. Raises Forbidden, Stale, Conflict when readers have nothing,
    Invalid without a reason.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_withdraw(actor, lesson), _("Only a reviewer of its owner withdraws a lesson.")
    )
    _steps.require_lock(lesson, lock)
    state = _steps.state_after(lesson, "withdraw")
    version = lesson.published_version
    if version is None:
        raise Conflict(_steps.REFUSED["withdraw"])
    keep_reason(actor, lesson, version, Decision.WITHDRAWN, reason)
    before = lesson.effective_audience
    lesson.state = state
    lesson.published_version = None
    lesson.shown_version = lesson.latest_version
    lesson.effective_audience = lesson.home_audience
    lesson.confirm_by = None
    _steps.call_off(lesson)
    _steps.save(lesson)
    _steps.record_for_readers(
        "lesson.withdrawn",
        actor=actor,
        lesson=lesson,
        before=before,
        version=version.number,
    )
    return lesson


@transaction.atomic
def change_audience(*, actor: Viewer, lesson: Lesson, lock: int, audience: Audience) -> Lesson:
    """Choose whom the lesson is for; of a published one its readers change at once.

    The same audience changes nothing; another calls off a day chosen for publication, as that was
    chosen for other readers. Raises Forbidden, Stale, Invalid when the owner is not in
    the group, or when everybody would read a text without a licence, Conflict when discarded.
    """
    actor, lesson = _steps.locked(actor, lesson)
    _steps.require(
        policies.can_edit(actor, lesson), _("Only contributors of its owner share a lesson.")
    )
    if not _steps.may_reach_now(lesson, audience):
        raise Invalid({"audience": [_("Choose everybody, all partners, or a group you are in.")]})
    _steps.require(
        policies.can_change_audience(actor, lesson, audience),
        _("Only a reviewer changes whom a published lesson is for."),
    )
    _steps.require_lock(lesson, lock)
    _steps.state_after(lesson, "change_audience")
    if audience.pk == lesson.audience_id:
        return lesson
    if may_not_reach(lesson, audience):
        raise Invalid({"audience": [UNLICENSED]})
    before = lesson.effective_audience
    readers = _steps.meant_for(lesson, audience)
    lesson.audience = audience
    _steps.call_off(lesson)
    version = lesson.published_version
    if version is None:
        _steps.save(lesson)
        _steps.record_at_home("lesson.revised", actor=actor, lesson=lesson, **readers)
        return lesson
    lesson.effective_audience = audience
    _steps.save(lesson)
    _steps.record_for_readers(
        _verb_of_change(before, audience),
        actor=actor,
        lesson=lesson,
        before=before,
        version=version.number,
    )
    return lesson


def _verb_of_change(before: Audience, after: Audience) -> str:
    if covers(before, after):
        return "lesson.narrowed"
    # Neither holds the other: some readers lose the lesson, others gain it.
    return "lesson.widened" if covers(after, before) else "lesson.moved"


def _show(lesson: Lesson, version: LessonVersion) -> None:
    themes = {topic.theme_code for topic in version.topics.all()}
    lesson.published_version = lesson.shown_version = version
    lesson.effective_audience = lesson.audience
    lesson.edition += 1
    lesson.published_at = time.now()
    lesson.confirm_by = Lesson.confirm_date(
        lesson.published_at, infrastructure="infrastructure" in themes
    )
