"""What became of a lesson, and what two of its versions have not in common."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchange.activity.feed import entries
from exchange.audiences.viewer import Viewer
from exchange.common.pages import page_of
from exchange.lessons.comparing import Difference, differences, text_of
from exchange.lessons.forms import VersionsForm
from exchange.lessons.history import publications, told_of
from exchange.lessons.models import Lesson, LessonVersion
from exchange.lessons.models.version import LessonVersionQuerySet
from exchange.lessons.views._answers import visible_lesson
from exchange.partners.middleware import ViewedRequest

PAGE_SIZE = 20


@require_safe
def history(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """List at home every version and what came of it, and to other readers the editions."""
    lesson = visible_lesson(request, pk)
    if lesson.organisation_id in request.viewer.roles:
        return render(request, "lessons/history.html", _versions(request, lesson))
    pages = Paginator(publications(lesson, request.viewer), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {"lesson": lesson, "page": page, "entries": entries(page.object_list, request.viewer)}
    return render(request, "lessons/editions.html", context)


def _versions(request: ViewedRequest, lesson: Lesson) -> dict[str, Any]:
    versions = _all_of(lesson, request.viewer)
    named = list(_named(versions))
    page = page_of(versions, request.GET.get("page"), size=PAGE_SIZE, count=len(named))
    start = (page.number - 1) * PAGE_SIZE
    # One more, so that the last one shown has something to be compared with.
    rows = list(versions[start : start + PAGE_SIZE + 1])
    told = told_of(rows, lesson, request.viewer)[:PAGE_SIZE]
    last = lesson.latest_version.number if lesson.latest_version else 1
    form = VersionsForm(initial={"older": max(last - 1, 1), "newer": last}, versions=named)
    return {"lesson": lesson, "page": page, "told": told, "form": form}


@login_required
@require_safe
def compare(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show people of the owner what differs between two versions; to others the page does not exist."""
    lesson = visible_lesson(request, pk)
    if lesson.organisation_id not in request.viewer.roles:
        raise Http404
    versions = _all_of(lesson, request.viewer)
    form = VersionsForm(request.GET, versions=_named(versions))
    context: dict[str, Any] = {"lesson": lesson, "form": form}
    if form.is_valid():
        texts = {one.number: one for one in versions.filter(number__in=form.numbers)}
        older, newer = (texts[number] for number in form.numbers)
        context |= {"older": older, "newer": newer}
        context["changes"] = _changes(older, newer, request.viewer)
    return render(request, "lessons/compare.html", context)


def _all_of(lesson: Lesson, viewer: Viewer) -> LessonVersionQuerySet:
    versions = LessonVersion.objects.visible_to(viewer).filter(lesson=lesson)
    return (
        versions.select_related("author", "client").prefetch_related("topics").order_by("-number")
    )


def _named(versions: LessonVersionQuerySet) -> LessonVersionQuerySet:
    """Return no more of the versions than tells them apart; one query."""
    return versions.select_related(None).prefetch_related(None).only("number", "created_at")


def _changes(older: LessonVersion, newer: LessonVersion, viewer: Viewer) -> list[Difference]:
    return differences(text_of(older, viewer), text_of(newer, viewer), viewer)
