"""The pages that move a lesson on: to review, to its readers, to other readers, and back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from exchange.audiences.viewer import Viewer
from exchange.common.methods import page
from exchange.lessons import actions, policies
from exchange.lessons.forms import AudienceForm, ReasonForm, StepForm
from exchange.lessons.missing import UNLICENSED, may_not_reach
from exchange.lessons.models import Lesson
from exchange.lessons.reading import Readers
from exchange.lessons.views._answers import permitted_lesson, submitted, take_step
from exchange.partners.middleware import ViewedRequest

NOT_SENT = _("Not sent to review: the text still needs what is listed here.")
RECALLED = _("Taken back from review: it is a draft again.")
PUBLISHED = _("Published: its readers have it now.")
WITHDRAWN = _("Withdrawn: only people of your organisation see it now.")
SAME = _("It is for these readers already. Choose others, or cancel.")
SHARED = _("Changed whom this lesson is for.")


@login_required
@require_POST
def submit(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Hand the lesson to the reviewers; what it lacks its page lists, with a link to each field."""
    lesson = permitted_lesson(request, pk, policies.can_submit)
    form = StepForm(request.POST)
    said = submitted(lesson.latest_version.evidence if lesson.latest_version else "")
    answer = take_step(request, lesson, form, ["submit"], actions.submit_lesson, said)
    if answer:
        return answer
    if form.non_field_errors():
        messages.error(request, str(NOT_SENT))
    return redirect(lesson)


@login_required
@require_POST
def recall(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Take the text back from the reviewers."""
    lesson = permitted_lesson(request, pk, policies.can_edit)
    form = StepForm(request.POST)
    answer = take_step(request, lesson, form, ["recall"], actions.recall_lesson, RECALLED)
    return answer or redirect(lesson)


@login_required
@page
def publish(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show which organisations will read the lesson, and give it to them when confirmed."""
    lesson = permitted_lesson(request, pk, policies.can_publish)
    form = StepForm(request.POST or None, initial={"lock": lesson.lock})
    answer = take_step(request, lesson, form, ["publish"], actions.publish_lesson, PUBLISHED)
    context = {
        "form": form,
        "lesson": lesson,
        "version": lesson.latest_version,
        "after": Readers(lesson, [lesson.audience], request.viewer),
    }
    return answer or render(request, "lessons/publish.html", context)


@login_required
@page
def withdraw(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Take the lesson back from its readers, with a reason that stays at home."""
    lesson = permitted_lesson(request, pk, policies.can_withdraw)
    form = ReasonForm(request.POST or None, initial={"lock": lesson.lock})
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    action = actions.withdraw_lesson
    answer = take_step(request, lesson, form, ["withdraw"], action, WITHDRAWN, reason=reason)
    context = {
        "form": form,
        "lesson": lesson,
        "before": Readers(lesson, [lesson.effective_audience], request.viewer),
    }
    return answer or render(request, "lessons/withdraw.html", context)


@login_required
@page
def audience(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Choose whom the lesson is for; who reads it before and after is shown before it is done."""
    lesson = permitted_lesson(request, pk, policies.can_edit)
    form = AudienceForm(request.POST or None, initial={"lock": lesson.lock})
    form.offer(request.viewer, lesson.audience, lesson.home_audience)
    takes_home_only = lesson.is_published and not policies.can_share(request.viewer, lesson)
    if takes_home_only:
        form.leave_home(request.viewer, lesson.audience)
    context: dict[str, Any] = {
        "form": form,
        "lesson": lesson,
        "before": Readers(lesson, [lesson.audience], request.viewer),
        "takes_home_only": takes_home_only,
        "is_at_home": lesson.audience_id == lesson.home_audience_id,
    }
    if lesson.is_published:
        form.fields["audience"].label = _("Who may read it")
        form.fields["audience"].help_text = ""
    if form.is_valid() and not form.is_confirmed and form.changes_nothing(lesson.organisation):
        form.add_error("audience", str(SAME))
    if form.is_valid() and any(
        may_not_reach(lesson, chosen) for chosen in form.chosen(lesson.organisation)
    ):
        form.add_error("audience", str(UNLICENSED))
        context["unlicensed"] = "revise" in policies.allowed_actions(request.viewer, lesson)
    if form.is_valid() and not form.is_confirmed:
        context["after"] = Readers(lesson, form.chosen(lesson.organisation), request.viewer)
        return render(request, "lessons/audience.html", context)
    answer = take_step(request, lesson, form, ["change_audience"], _share, SHARED, chosen=form)
    return answer or render(request, "lessons/audience.html", context)


def _share(*, actor: Viewer, lesson: Lesson, lock: int, chosen: AudienceForm) -> Lesson:
    audience = chosen.chosen_audience(actor, lesson.organisation)
    return actions.change_audience(actor=actor, lesson=lesson, lock=lock, audience=audience)
