"""What the log tells of lessons, and who is mailed at once."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from exchange.activity.verbs import TargetType, register_target, register_verbs
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.lessons.events.verbs import DRAFT_VERBS, PARTY_VERBS, READER_VERBS
from exchange.lessons.events.whom import HINDRANCES, failed_release
from exchange.lessons.models import Lesson

__all__ = ["HINDRANCES", "failed_release", "register"]


def visible(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Lesson]:
    """Return those of the lessons that the viewer may see now, with what they show."""
    found = Lesson.objects.visible_to(viewer).filter(pk__in=ids).with_shown()
    return found.prefetch_related(None)


def title(lesson: Lesson) -> str:
    return lesson.shown_version.title_here if lesson.shown_version else str(lesson)


def summary(lesson: Lesson) -> str:
    return lesson.shown_version.summary if lesson.shown_version else ""


def languages(lesson: Lesson) -> tuple[str, str]:
    version = lesson.shown_version
    return (version.title_language, version.language) if version else ("", "")


def byline(lesson: Lesson) -> str:
    return str(lesson.organisation)


def audience(lesson: Lesson) -> Audience | None:
    """Return who may read the lesson now, None while that is its home only."""
    return lesson.audience if lesson.is_published else None


def topics(lesson: Lesson) -> list[str]:
    version = lesson.shown_version
    return [topic.code for topic in version.topics.all()] if version else []


def organisations(lesson: Lesson) -> list[UUID]:
    return [lesson.organisation_id]


def register() -> None:
    """Register the kind of thing and its verbs."""
    register_target(
        TargetType(
            name="lesson",
            label=_("lesson"),
            visible=visible,
            title=title,
            summary=summary,
            languages=languages,
            byline=byline,
            audience=audience,
            topics=topics,
            organisations=organisations,
            related=("shown_version__topics",),
        )
    )
    register_verbs(*DRAFT_VERBS, *READER_VERBS, *PARTY_VERBS)
