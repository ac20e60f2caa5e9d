"""What lessons add to the report of an agreement."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from exchange.agreements.models import Agreement
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.providers import Counted, Figure, register_figures
from exchange.lessons.models import Lesson

TITLES = ("title", "titles", "language")


def figures(
    viewer: Viewer, agreement: Agreement, first: dt.date, last: dt.date
) -> Iterator[Figure]:
    """Return the lessons under an agreement that were published (UTC) in the period; one query.

    To its parties alone: whether a lesson belongs to an agreement is nobody else's to know.
    """
    if agreement.home_audience_id not in viewer.audience_ids:
        return
    lessons = Lesson.objects.visible_to(viewer).published().for_agreement(agreement.pk)
    shared = lessons.filter(published_at__range=time.span(first, last))
    # Hundreds may be counted: of each no more is read than what is told.
    told = shared.select_related("shown_version", "organisation").only(
        "published_at", "organisation__name", *(f"shown_version__{name}" for name in TITLES)
    )
    rows = told.order_by("published_at", "pk")
    yield Figure(
        name="lessons-shared",
        label=_("Lessons shared"),
        rows=tuple(
            Counted(
                thing=lesson,
                day=lesson.published_at.date(),
                owner=lesson.organisation_id,
                note=str(lesson.organisation),
            )
            for lesson in rows
            if lesson.published_at
        ),
    )


def register() -> None:
    """Register the figures."""
    register_figures(figures)
