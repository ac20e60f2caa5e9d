"""The page of a lesson."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exchange.audiences.choosing import who_reads
from exchange.common.errors import Message
from exchange.lessons.choices import State
from exchange.lessons.comparing import label_of
from exchange.lessons.events import HINDRANCES, failed_release
from exchange.lessons.forms import StepForm
from exchange.lessons.linking import offers
from exchange.lessons.missing import NO_EVIDENCE_YET, missing_for_publication
from exchange.lessons.models import DraftBuffer, Lesson, LessonVersion, Review
from exchange.lessons.policies import allowed_actions, can_link, somebody_can_review
from exchange.lessons.reading import Reading
from exchange.lessons.related import replaced_by
from exchange.lessons.reviews import that_sent_back, that_withdrew
from exchange.lessons.states import next_state
from exchange.lessons.views._answers import visible_lesson
from exchange.partners.middleware import ViewedRequest
from exchange.partners.policies import can_coordinate


@require_safe
def lesson(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show a lesson: readers its published text; its owner's people any version, and the reviews."""
    found = visible_lesson(request, pk)
    version = _version(request, found)
    reading = Reading(found, version, request.viewer)
    context = {
        "lesson": found,
        "version": version,
        "reading": reading,
        "readers": who_reads(found.effective_audience, request.viewer),
        "successor": reading.successor,
        "replaced": replaced_by(found, request.viewer),
        "is_home": found.organisation_id in request.viewer.roles,
    }
    if context["is_home"]:
        texts = [version, found.latest_version] if found.latest_version else [version]
        prefetch_related_objects(texts, "topics")
        context |= _for_home(request, found)
    return render(request, "lessons/lesson.html", context)


def _version(request: ViewedRequest, lesson: Lesson) -> LessonVersion:
    """Return the version asked for by number, else the one that readers see.

    Numbers are known at home only: elsewhere they would tell of drafts between two editions.
    """
    asked = request.GET.get("version", "")
    if not asked and lesson.shown_version:
        return lesson.shown_version
    is_home = lesson.organisation_id in request.viewer.roles
    if not (is_home and asked.isascii() and asked.isdecimal() and len(asked) < 7):
        raise Http404
    versions = LessonVersion.objects.visible_to(request.viewer).prefetch_related("topics")
    version: LessonVersion = get_object_or_404(versions, lesson=lesson, number=int(asked))
    return version


def _missing(lesson: Lesson, actions: Collection[str]) -> list[tuple[str, str, Message]]:
    """Return (field, label, what to do) for all that approval needs, while it can be submitted."""
    version = lesson.latest_version
    if version is None or "submit" not in actions:
        return []
    found = missing_for_publication(version, lesson.audience)
    return [(name, label_of(name), text) for name, texts in found.items() for text in texts]


def _lacks_evidence(lesson: Lesson) -> bool:
    return lesson.latest_version is not None and not lesson.latest_version.evidence


def _left(request: ViewedRequest, lesson: Lesson) -> str:
    """Return why the text is in the coordinators' hands, or nothing."""
    version = lesson.latest_version
    mine = version is not None and version.author_id == request.viewer.user_id
    if version is None or mine or not next_state("submit", lesson.state):
        return ""
    left = Lesson.objects.visible_to(request.viewer).left_behind().filter(pk=lesson.pk)
    return version.why_left if left.exists() else ""


def _for_home(request: ViewedRequest, lesson: Lesson) -> dict[str, Any]:
    actions = allowed_actions(request.viewer, lesson)
    reviews = list(Review.objects.visible_to(request.viewer).of(lesson))
    sent_back = that_sent_back(lesson, reviews)
    missing = _missing(lesson, actions)
    # For a reviewer who is somebody else.
    waits = lesson.state == State.IN_REVIEW and "approve" not in actions
    paused = lesson.organisation_id in request.viewer.paused
    offered = offers(lesson, request.viewer)
    typed = DraftBuffer.objects.for_viewer(request.viewer).filter(form_key=lesson.pk)
    return {
        "typed": typed.first() if "revise" in actions else None,
        "reviews": reviews,
        "sent_back": sent_back,
        "withdrawal": that_withdrew(lesson, reviews),
        "actions": actions,
        "missing": missing,
        # Which of two buttons is the next step.
        "edit_first": bool(sent_back or missing or lesson.state == State.WITHDRAWN),
        "left": _left(request, lesson),
        "waits": waits,
        "no_evidence": NO_EVIDENCE_YET if "recall" in actions and _lacks_evidence(lesson) else "",
        "nobody_reviews": waits and not paused and not somebody_can_review(lesson),
        "may_invite": can_coordinate(request.viewer, lesson.organisation),
        "workstreams": [one.workstream for one in offered if one.is_linked],
        "may_link": bool(offered) and can_link(request.viewer, lesson),
        "failed": failed_release(lesson, request.viewer),
        "why_in_vain": HINDRANCES["right"],
        "step": StepForm(initial={"lock": lesson.lock}),
        "intended": who_reads(lesson.audience, request.viewer),
    }
