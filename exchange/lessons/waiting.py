"""What lessons wait for whom, and what other pages show of lessons."""

from collections.abc import Iterator

from django.db.models import Case, Count, When, Window
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.agreements.models import Agreement, Workstream
from exchange.audiences.viewer import Role, Viewer
from exchange.common.providers import (
    Panel,
    Step,
    Todo,
    register_panel,
    register_step,
    register_todo,
)
from exchange.lessons.choices import State
from exchange.lessons.events import HINDRANCES
from exchange.lessons.models import Lesson, LessonVersion
from exchange.lessons.models.lesson import LessonQuerySet
from exchange.partners.models import Membership, Organisation

PANEL_ROWS = 5
# The kinds of entries that lessons add to what waits for a person.
MEND, REVIEW = "mend", "review"


def todos(viewer: Viewer) -> Iterator[Todo]:
    """Return what waits for the viewer's review or publication, and what they are to change."""
    if not viewer.is_person or not viewer.organisations_as(Role.CONTRIBUTOR):
        return
    lessons = Lesson.objects.visible_to(viewer)
    waiting = lessons.waiting_for_review_by(viewer) | lessons.sent_back_to(viewer)
    for lesson in waiting.with_latest():
        if lesson.state == State.CHANGES_REQUESTED:
            yield _to_mend(lesson, viewer)
        else:
            yield _to_review(lesson)


def _to_mend(lesson: Lesson, viewer: Viewer) -> Todo:
    return Todo(
        kind=MEND,
        heading=_("Changes requested of you"),
        title=str(lesson.latest_version),
        url=lesson.get_absolute_url(),
        since=lesson.changed_at,
        detail=" · ".join(filter(None, [lesson.get_state_display(), _left(lesson, viewer)])),
    )


def _to_review(lesson: Lesson) -> Todo:
    return Todo(
        kind=REVIEW,
        heading=_("Waits for your review or publication"),
        title=str(lesson.latest_version),
        url=reverse("lessons:review", args=[lesson.pk]),
        since=lesson.changed_at,
        detail=" · ".join(filter(None, [lesson.get_state_display(), _in_vain(lesson)])),
    )


def _in_vain(lesson: Lesson) -> str:
    """Return why a lesson waits for others than who chose its day: only then it waits at all."""
    return str(HINDRANCES["right"]) if lesson.is_scheduled else ""


def _left(lesson: Lesson, viewer: Viewer) -> str:
    version = lesson.latest_version
    return version.why_left if version and version.author_id != viewer.user_id else ""


def organisation_panel(viewer: Viewer, organisation: Organisation) -> Panel | None:
    """Return an organisation's latest lessons that the viewer may see; none, no panel."""
    lessons = (
        Lesson.objects.visible_to(viewer)
        .filter(organisation=organisation)
        .published()
        .current()
        .with_shown()
        .order_by("-published_at", "-pk")[:PANEL_ROWS]
    )
    if not lessons:
        return None
    return Panel(
        template="lessons/_organisation_panel.html",
        context={"lessons": lessons, "organisation": organisation},
    )


def agreement_panel(viewer: Viewer, agreement: Agreement) -> Panel | None:
    """Return the latest lessons under an agreement to its parties; to others no panel. One query."""
    if agreement.home_audience_id not in viewer.audience_ids:
        return None
    lessons = Lesson.objects.visible_to(viewer).for_agreement(agreement.pk)
    return _under(lessons, f"agreement={agreement.pk}")


def workstream_panel(viewer: Viewer, workstream: Workstream) -> Panel:
    """Return the latest lessons that belong to a workstream, which the viewer sees. One query."""
    lessons = Lesson.objects.visible_to(viewer).for_workstream(workstream.pk)
    return _under(lessons, f"workstream={workstream.pk}")


def _under(lessons: LessonQuerySet, query: str) -> Panel:
    """Return the latest of the lessons with how many there are; `query` has the library list all."""
    shown = lessons.published().select_related("shown_version", "organisation")
    counted = shown.annotate(total=Window(Count("pk")))
    # Not by the library's index, in whose order PostgreSQL would look through all lessons for few.
    replaced_last = Case(When(superseded_by=None, then=0), default=1)
    rows = counted.order_by(replaced_last, "-published_at", "-pk")[:PANEL_ROWS]
    context = {"lessons": rows, "query": query}
    return Panel(template="lessons/_agreement_panel.html", context=context)


def planned_panel(viewer: Viewer, membership: Membership) -> Panel | None:
    """Return the publications that fail when this membership is no reviewer's any more."""
    planned = Lesson.objects.visible_to(viewer).filter(
        organisation=membership.organisation_id, released_by=membership.user_id
    )
    lessons = planned.with_latest().order_by("release_at", "pk")
    if not lessons:
        return None
    context = {"lessons": lessons, "viewer": viewer}
    return Panel(template="lessons/_planned_panel.html", context=context)


def first_step(viewer: Viewer) -> Step | None:
    """Have who may write begin; done with the first text of theirs, in whatever state."""
    if not viewer.is_person or not viewer.organisations_as(Role.CONTRIBUTOR):
        return None
    own = LessonVersion.objects.visible_to(viewer).filter(author=viewer.user_id)
    return Step(
        title=_("Write down your first lesson"),
        why=_("Three sentences are enough to begin. Failures are welcome."),
        url=reverse("lessons:capture"),
        until=(own,),
    )


def register() -> None:
    """Register what waits, what comes first, and what is shown elsewhere."""
    register_todo(todos)
    register_step(first_step)
    register_panel("organisation")(organisation_panel)
    register_panel("agreement")(agreement_panel)
    register_panel("workstream")(workstream_panel)
    register_panel("end_of_review")(planned_panel)
