"""Saying that another lesson replaces this one, and that it does not after all."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from exchange.audiences.choosing import covers
from exchange.common.methods import page
from exchange.lessons import actions, policies
from exchange.lessons.forms import StepForm, SuccessorForm
from exchange.lessons.models import Lesson
from exchange.lessons.related import address_of, ids_at
from exchange.lessons.views._answers import permitted_lesson, take_step
from exchange.partners.middleware import ViewedRequest

SUPERSEDED = _("Its readers are told that another lesson replaces it.")
FOR_SOME = _(
    "Its readers are told that another lesson replaces it. Some of them may not read that one; these "
    "get no link to it."
)
REINSTATED = _("It does not count as replaced any more.")
NOWHERE = _("Choose another published lesson of your organisation, or copy its address.")
ITSELF = _("This is the lesson itself. Choose the one that replaces it.")
# So many are offered by title; any other is named by its address.
OFFERED = 50


@login_required
@page
def supersede(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Choose the lesson that replaces this one."""
    lesson = permitted_lesson(request, pk, policies.can_supersede)
    successor = lesson.superseded_by_id
    initial = {
        "lock": lesson.lock,
        "successor": address_of(str(successor)) if successor else "",
        "note": lesson.superseded_note,
    }
    form = SuccessorForm(request.POST or None, initial=initial)
    chosen = {"successor": _chosen(request, form, lesson)} if form.is_valid() else {}
    note = form.cleaned_data.get("note", "") if form.is_bound else ""
    action = actions.supersede_lesson
    said = FOR_SOME if _loses_readers(lesson, chosen.get("successor")) else SUPERSEDED
    answer = take_step(request, lesson, form, ["supersede"], action, said, note=note, **chosen)
    offered = Lesson.objects.visible_to(request.viewer).may_replace(lesson)
    context = {
        "form": form,
        "lesson": lesson,
        "offered": [
            (address_of(str(other.pk)), other)
            for other in offered.with_shown().order_by("-published_at", "-pk")[:OFFERED]
        ],
    }
    return answer or render(request, "lessons/supersede.html", context)


def _chosen(request: ViewedRequest, form: SuccessorForm, lesson: Lesson) -> Lesson | None:
    """Return the lesson at the address that was given; without one, the form says why."""
    entry = form.cleaned_data["successor"]
    try:
        (key,) = ids_at([entry], request.viewer, itself=None, standing=())
    except ValidationError:
        form.add_error("successor", str(NOWHERE))
        return None
    if key == str(lesson.pk):
        form.add_error("successor", str(ITSELF))
        return None
    return Lesson.objects.visible_to(request.viewer).filter(pk=key).first()


def _loses_readers(lesson: Lesson, successor: Lesson | None) -> bool:
    """Tell whether somebody who reads the lesson may not read the one that replaces it."""
    if successor is None:
        return False
    return not covers(successor.effective_audience, lesson.effective_audience)


@login_required
@require_POST
def reinstate(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Say that the lesson is not replaced after all."""
    lesson = permitted_lesson(request, pk, policies.can_supersede)
    form = StepForm(request.POST)
    action = actions.reinstate_lesson
    answer = take_step(request, lesson, form, ["reinstate"], action, REINSTATED)
    return answer or redirect(lesson)
