"""Lessons in the calendar: when to look again whether they still hold."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from exchange.audiences.viewer import Role, Viewer
from exchange.common.providers import CalendarEntry, register_calendar
from exchange.lessons.models import Lesson

MOST = 500


def entries(viewer: Viewer, since: dt.date, agreement: Any = None) -> Iterator[CalendarEntry]:
    """Return by when the lessons of the viewer's organisations are to be looked at again; one query.

    To who writes for their owner; nothing of it belongs to an agreement.
    """
    if agreement is not None or not viewer.is_person:
        return
    owned = viewer.organisations_as(Role.CONTRIBUTOR)
    lessons = Lesson.objects.visible_to(viewer).published().current()
    due = lessons.filter(organisation__in=owned, confirm_by__gte=since)
    for lesson in due.select_related("shown_version").order_by("confirm_by", "pk")[:MOST]:
        if lesson.confirm_by and lesson.published_at:
            yield CalendarEntry(
                uid=f"lesson-{lesson.pk}@port-exchange",
                title=_("Does it still hold? %(title)s") % {"title": lesson},
                url=lesson.get_absolute_url(),
                starts=lesson.confirm_by,
                sequence=lesson.edition,
                changed_at=lesson.published_at,
            )


def register() -> None:
    """Register the calendar entries."""
    register_calendar(entries)
