"""Choosing the day on which an approved lesson is published, and calling it off."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from exchange.common import time
from exchange.common.methods import page
from exchange.lessons import actions, policies
from exchange.lessons.forms import ReleaseForm, StepForm
from exchange.lessons.models import Lesson
from exchange.lessons.reading import Readers
from exchange.lessons.views._answers import permitted_lesson, take_step
from exchange.partners.middleware import ViewedRequest

SCHEDULED = _(
    "It will be published on %(day)s (%(zone)s). Until then you can change the day or call it off."
)
UNSCHEDULED = _("Called off: it stays approved, and nobody new reads it.")


@login_required
@page
def schedule(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show who will read the lesson, and have it published on the day that is chosen."""
    lesson = permitted_lesson(request, pk, policies.can_publish)
    zone = request.viewer.timezone
    form = ReleaseForm(request.POST or None, initial=_initial(lesson, zone), zone=zone)
    moment = form.cleaned_data["release_at"] if form.is_valid() else None
    day = time.written(moment, zone) if moment else ""
    action = actions.schedule_lesson
    answer = take_step(
        request,
        lesson,
        form,
        ["schedule"],
        action,
        SCHEDULED % {"day": day, "zone": zone},
        release_at=moment,
    )
    context = {
        "form": form,
        "lesson": lesson,
        "version": lesson.latest_version,
        "after": Readers(lesson, [lesson.audience], request.viewer),
    }
    return answer or render(request, "lessons/schedule.html", context)


def _initial(lesson: Lesson, zone: str) -> dict[str, Any]:
    day = lesson.release_at
    chosen = {"release_at": day.astimezone(time.zone(zone)).replace(tzinfo=None)} if day else {}
    return {"lock": lesson.lock, **chosen}


@login_required
@require_POST
def unschedule(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Call off the day that was chosen."""
    lesson = permitted_lesson(request, pk, policies.can_publish)
    form = StepForm(request.POST)
    action = actions.unschedule_lesson
    answer = take_step(request, lesson, form, ["unschedule"], action, UNSCHEDULED)
    return answer or redirect(lesson)
