"""Lists of lessons."""

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.audiences.viewer import Role
from exchange.common.pages import page_of
from exchange.common.providers import grouped, todos_for
from exchange.lessons.choices import State
from exchange.lessons.forms import LibraryForm
from exchange.lessons.library import counts, narrowed, on_the_shelf
from exchange.lessons.models import DraftBuffer, Lesson
from exchange.lessons.waiting import MEND, REVIEW
from exchange.partners.middleware import ViewedRequest

PAGE_SIZE = 20


@require_safe
def library(request: ViewedRequest) -> HttpResponse:
    """List the lessons that the reader may see, filtered and sorted as the address says."""
    form = LibraryForm(request.GET, viewer=request.viewer)
    chosen = form.chosen
    shelf = on_the_shelf(request.viewer, chosen)
    found = counts(shelf, chosen)
    form.show_counts(found)
    number, count = request.GET.get("page"), found[""][""]
    context = {
        "form": form,
        "chosen": chosen,
        "page": page_of(narrowed(shelf, chosen).with_day(), number, size=PAGE_SIZE, count=count),
        "can_write": bool(request.viewer.organisations_as(Role.CONTRIBUTOR)),
    }
    return render(request, "lessons/library.html", context)


@login_required
@require_safe
def waiting(request: ViewedRequest) -> HttpResponse:
    """Show what waits for the person: reviews, publications, and their own unfinished texts."""
    viewer = request.viewer
    lessons = (
        Lesson.objects.visible_to(viewer)
        .with_day()
        .select_related("organisation", "latest_version__author", "latest_version__client")
    )
    mine = list(lessons.being_written_by(viewer).order_by("-changed_at"))
    to_mend = [lesson for lesson in mine if lesson.state == State.CHANGES_REQUESTED]
    typed = DraftBuffer.objects.for_viewer(viewer).prefetch_related(Prefetch("lesson", lessons))
    context = {
        "others": grouped(todo for todo in todos_for(viewer) if todo.kind not in {MEND, REVIEW}),
        "to_mend": to_mend,
        "reviews": bool(viewer.organisations_as(Role.REVIEWER)),
        "to_review": lessons.waiting_for_review_by(viewer).order_by("submitted_at"),
        "mine": [lesson for lesson in mine if lesson not in to_mend],
        "typed": typed.order_by("-changed_at"),
        "can_write": bool(viewer.organisations_as(Role.CONTRIBUTOR)),
    }
    return render(request, "lessons/waiting.html", context)
