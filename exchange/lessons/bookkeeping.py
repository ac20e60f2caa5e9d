"""What nobody needs to hear of: draft buffers (typed and not saved), and the words of titles."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Forbidden, Invalid
from exchange.common.text import find_unstorable
from exchange.lessons.models import DraftBuffer, Lesson, LessonVersion, TitleWord
from exchange.lessons.titles import title_words

LARGEST = 1_000_000
KEPT = dt.timedelta(days=90)


def keep_buffer(
    viewer: Viewer, form_key: UUID, lesson_id: UUID | None, lock: int, data: Mapping[str, Any]
) -> DraftBuffer:
    """Keep what the viewer has typed into the form `form_key`, in place of what was kept before.

    `lesson_id` is the lesson that is edited, `lock` its counter when typing began. Raises Forbidden
    for a program or a lesson out of sight, Invalid for more than 1 MB or text no database takes.
    """
    if viewer.user_id is None:
        raise Forbidden(_("Only people have a draft buffer."))
    if lesson_id and not Lesson.objects.visible_to(viewer).filter(pk=lesson_id).exists():
        raise Forbidden(_("This lesson is not yours to edit."))
    if find_unstorable(data):
        raise Invalid({"data": [_("This holds a character that cannot be stored.")]})
    if len(json.dumps(data, ensure_ascii=False).encode()) > LARGEST:
        raise Invalid({"data": [_("This is too long to be kept as a draft. Save it instead.")]})
    buffer, _made = DraftBuffer.objects.update_or_create(
        user_id=viewer.user_id,
        form_key=form_key,
        defaults={
            "lesson_id": lesson_id,
            "lock": lock,
            "data": dict(data),
            "changed_at": time.now(),
        },
    )
    return buffer


def drop_buffer(viewer: Viewer, form_key: UUID) -> None:
    """Forget what the viewer has typed into that form; they saved it or threw it away."""
    DraftBuffer.objects.for_viewer(viewer).filter(form_key=form_key).delete()


def forget_old_buffers() -> int:
    """Delete buffers that nobody touched for 90 days; return how many."""
    return DraftBuffer.objects.filter(changed_at__lt=time.now() - KEPT).delete()[0]


def note_title_words(versions: Iterable[LessonVersion]) -> None:
    """Write the words of the versions' titles; those that are there already stay."""
    TitleWord.objects.bulk_create(
        (
            TitleWord(version=version, word=word)
            for version in versions
            for word in sorted(title_words(version.title, version.titles))
        ),
        ignore_conflicts=True,
    )


def note_missing_title_words() -> None:
    """Do so for versions that have none: those written by a release that knew no such words."""
    without = LessonVersion.objects.filter(title_words=None).exclude(title="", titles={})
    note_title_words(without.only("title", "titles").iterator())
