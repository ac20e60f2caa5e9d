"""Throwing a draft or a newer text away, and bringing a draft back."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from exchange.common.methods import page
from exchange.lessons import actions, policies
from exchange.lessons.forms import StepForm
from exchange.lessons.views._answers import permitted_lesson, take_step
from exchange.partners.middleware import ViewedRequest

DISCARDED = _("Discarded. You can restore it here.")
DROPPED = _("Discarded: the lesson is as its readers see it. The history keeps the newer text.")
RESTORED = _("Restored: it is a draft again.")


@login_required
@page
def discard(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Ask whether the draft, or the text newer than the published one, is to go; then do so."""
    lesson = permitted_lesson(request, pk, policies.can_discard)
    form = StepForm(request.POST or None, initial={"lock": lesson.lock})
    step, action, said = "discard", actions.discard_lesson, DISCARDED
    if lesson.is_published:
        step, action, said = "drop_newer", actions.drop_newer, DROPPED
    answer = take_step(request, lesson, form, [step], action, said)
    return answer or render(request, "lessons/discard.html", {"form": form, "lesson": lesson})


@login_required
@require_POST
def restore(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Bring a discarded draft back."""
    lesson = permitted_lesson(request, pk, policies.can_restore)
    form = StepForm(request.POST)
    answer = take_step(request, lesson, form, ["restore"], actions.restore_lesson, RESTORED)
    return answer or redirect(lesson)
