"""The steps that the actions on lessons share."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.activity.log import Whom, record
from exchange.audiences import actions as audiences
from exchange.audiences.choosing import covers
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Message, Stale
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from exchange.lessons.states import next_state
from exchange.partners.policies import may_reach
from exchange.partners.viewers import in_office_now

REFUSED: dict[str, Message] = {
    "revise": gettext_lazy(
        "A reviewer has this text now. It is changed once a person takes it back on its page, or they "
        "request changes."
    ),
    "submit": gettext_lazy("This text cannot be submitted. Revise it first."),
    "recall": gettext_lazy("No reviewer has this text now."),
    "request_changes": gettext_lazy("Nothing here waits for a review."),
    "decline": gettext_lazy("Only a lesson in review can be declined."),
    "approve": gettext_lazy("Only a lesson in review can be approved."),
    "publish": gettext_lazy("Only an approved lesson can be published. Have it reviewed first."),
    "schedule": gettext_lazy("Only an approved lesson gets a day. Have it reviewed first."),
    "unschedule": gettext_lazy("No day is chosen on which it would be published."),
    "discard": gettext_lazy(
        "Only a draft that never was published can be discarded. What is in review is taken back first."
    ),
    "restore": gettext_lazy("Only a discarded draft can be restored."),
    "drop_newer": gettext_lazy(
        "Only a newer text that no reviewer has can be discarded. Take it back, or have it sent back."
    ),
    "withdraw": gettext_lazy("Only a published lesson can be withdrawn."),
    "supersede": gettext_lazy("Only a published lesson can be replaced by another."),
    "reinstate": gettext_lazy("It does not count as replaced."),
}
RESTORE_FIRST = gettext_lazy("Restore it first, on its page.")
# What to say instead, where the state is the one that the action leads to, or beyond.
SUBMITTED = gettext_lazy("It was handed to the reviewers before: nothing is left to do.")
ADVICE: dict[tuple[str, str], Message] = {
    ("submit", State.IN_REVIEW): SUBMITTED,
    ("submit", State.VALIDATED): SUBMITTED,
    ("discard", State.DISCARDED): gettext_lazy("Nothing is left to do."),
}


def locked(actor: Viewer, lesson: Lesson) -> tuple[Viewer, Lesson]:
    """Return the lesson as it is now, nobody else's to change until the transaction ends, and the actor.

    The actor too as they are now: they may have lost their office while they waited. What is locked
    is the owner's row: whoever acts on a lesson of that owner, on this or another, takes turns.
    """
    actor = in_office_now(actor, lesson.organisation)
    lesson = Lesson.objects.select_related(
        "organisation",
        "audience",
        "effective_audience",
        "home_audience",
        "latest_version",
        "published_version",
        "shown_version",
    ).get(pk=lesson.pk)
    return actor, lesson


def require(allowed: bool, message: Message) -> None:
    """Raise Forbidden with `message` unless `allowed`."""
    if not allowed:
        raise Forbidden(message)


def require_lock(lesson: Lesson, lock: int) -> None:
    """Raise Stale when the lesson has changed since the caller saw `lock`."""
    if lesson.lock == lock:
        return
    if lock > lesson.lock:
        words = _("There is no version %(asked)s of this lesson yet. It is at %(current)s.")
        words %= {"asked": lock, "current": lesson.lock}
    else:
        words = _("This lesson has changed meanwhile. Read it again and merge the changes.")
    raise Stale(words, current=lesson.lock)


def state_after(lesson: Lesson, action: str) -> State:
    """Return the state that `action` leads to; raise Conflict when the present one excludes it."""
    state = next_state(action, lesson.state)
    if state is None:
        words = {"state": lesson.get_state_display(), "advice": _advice(action, lesson.state)}
        raise Conflict(_("This lesson is “%(state)s”. %(advice)s") % words)
    return state


def _advice(action: str, state: str) -> Message:
    """Return what to do instead of an action that `state` excludes."""
    general = RESTORE_FIRST if state == State.DISCARDED else REFUSED[action]
    return ADVICE.get((action, state), general)


def may_reach_now(lesson: Lesson, audience: Audience) -> bool:
    """Tell whether the locked lesson may go to `audience`; its owner leaves no group meanwhile."""
    audiences.hold_groups(audience)
    return may_reach(lesson.organisation, audience)


def call_off(lesson: Lesson) -> None:
    """Forget the day that was chosen to publish the lesson, if one was."""
    lesson.release_at, lesson.released_by = None, None


def save(lesson: Lesson) -> None:
    """Count the change and write the row."""
    lesson.lock += 1
    lesson.changed_at = time.now()
    lesson.save()


def meant_for(lesson: Lesson, audience: Audience) -> dict[str, Any]:
    """Return what the log says when the unpublished lesson is about to be meant for `audience`."""
    return {"meant_for": audience.pk, "meant_for_before": lesson.audience_id}


def record_at_home(
    verb: str, *, actor: Viewer, lesson: Lesson, whom: Whom | None = None, **data: Any
) -> None:
    """Record what happened to a draft: nobody but the owner ever hears of it."""
    _record(verb, actor, lesson, lesson.home_audience, whom=whom, data=data)


def record_for_readers(
    verb: str,
    *,
    actor: Viewer,
    lesson: Lesson,
    version: int,
    before: Audience | None = None,
    whom: Whom | None = None,
    **data: Any,
) -> None:
    """Record what readers may hear of: for who may see the lesson now, `before` who could.

    `whom`: on whose behalf the system acted.
    """
    _record(
        verb,
        actor,
        lesson,
        lesson.effective_audience,
        audience_before=before,
        version=version,
        whom=whom,
        data=data,
    )


def record_for_parties(verb: str, *, actor: Viewer, lesson: Lesson, parties: Audience) -> None:
    """Record what the parties of an agreement may hear of, when all of them see the lesson now.

    Else its owner alone hears of it.
    """
    seen = covers(lesson.effective_audience, parties)
    version = lesson.published_version or lesson.latest_version
    _record(
        verb,
        actor,
        lesson,
        parties if seen else lesson.home_audience,
        version=version.number if version else 1,
    )


def _record(verb: str, actor: Viewer, lesson: Lesson, audience: Audience, **rest: Any) -> None:
    latest = lesson.latest_version
    record(
        verb,
        actor=actor,
        target=lesson,
        audience=audience,
        home_audience=lesson.home_audience,
        organisation_id=lesson.organisation_id,
        **{"version": latest.number if latest else 1, **rest},
    )
