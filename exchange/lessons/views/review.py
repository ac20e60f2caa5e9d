"""Reviewing a lesson."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer
from exchange.common.methods import page
from exchange.lessons import actions, policies
from exchange.lessons.choices import Decision
from exchange.lessons.comparing import Difference, differences, text_of
from exchange.lessons.forms import ReviewForm
from exchange.lessons.missing import missing_for_publication
from exchange.lessons.models import Lesson, LessonVersion, Review
from exchange.lessons.reading import Readers, Reading
from exchange.lessons.reviews import that_asked
from exchange.lessons.texts import unlisted
from exchange.lessons.views._answers import permitted_lesson, take_step
from exchange.partners.middleware import ViewedRequest

DECIDE = {
    Decision.APPROVED: actions.approve_lesson,
    Decision.CHANGES_REQUESTED: actions.request_changes,
    Decision.DECLINED: actions.decline_lesson,
}
SAID = {
    Decision.APPROVED: _("Approved. Publish it when you like."),
    Decision.CHANGES_REQUESTED: _(
        "Changes requested: who wrote or coordinates it has your reason."
    ),
    Decision.DECLINED: _("Declined, with your reason."),
}
STEPS = ["approve", "request_changes", "decline"]


@login_required
@page
def review(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show the text as readers will see it and what changed in it; take the decision."""
    lesson = permitted_lesson(request, pk, policies.can_review)
    form = ReviewForm(request.POST or None, initial={"lock": lesson.lock})
    values = form.cleaned_data if form.is_valid() else {}
    decision = Decision(values.get("decision") or Decision.APPROVED)
    action, said = DECIDE[decision], SAID[decision]
    reason = values.get("reason", "")
    answer = take_step(request, lesson, form, STEPS, action, said, reason=reason)
    if answer:
        return answer
    context = _context(request, lesson, form)
    # What still lacks something cannot be approved; the page says what that is.
    form.offer(set(context["actions"]) - ({"approve"} if context["missing"] else set()))
    return render(request, "lessons/review.html", context)


def _context(request: ViewedRequest, lesson: Lesson, form: ReviewForm) -> dict[str, Any]:
    version = lesson.latest_version
    if version is None:
        raise Http404
    viewer = request.viewer
    reviews = list(Review.objects.visible_to(viewer).of(lesson))
    earlier = _earlier(lesson, version, reviews)
    prefetch_related_objects([version, earlier] if earlier else [version], "topics")
    missing = missing_for_publication(version, lesson.audience)
    own = lesson.organisation.unlocode
    return {
        "form": form,
        "lesson": lesson,
        "version": version,
        "reading": Reading(lesson, version, viewer),
        "unlisted": [code for code in unlisted(version.ports) if code != own],
        "earlier": earlier,
        "asked": that_asked(reviews),
        "changes": _changes(earlier, version, viewer) if earlier else [],
        "after": Readers(lesson, [lesson.audience], viewer),
        "missing": [text for texts in missing.values() for text in texts],
        "actions": policies.allowed_actions(viewer, lesson),
    }


def _changes(earlier: LessonVersion, version: LessonVersion, viewer: Viewer) -> list[Difference]:
    return differences(text_of(earlier, viewer), text_of(version, viewer), viewer)


def _earlier(
    lesson: Lesson, version: LessonVersion, reviews: Iterable[Review]
) -> LessonVersion | None:
    """Return the version that the reviewer, or the readers, know: reviewed or published last."""
    known = [lesson.published_version, *(review.version for review in reviews)]
    before = [other for other in known if other and other.number < version.number]
    return max(before, key=lambda other: other.number, default=None)
