"""The guided form: a new lesson, the next version of one, and what happens when two people save."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.common.errors import Conflict, Forbidden, Invalid, Stale
from exchange.common.forms import print_of
from exchange.common.methods import page
from exchange.common.once import once
from exchange.lessons import actions, policies
from exchange.lessons.bookkeeping import drop_buffer, keep_buffer
from exchange.lessons.comparing import COMPARED, clashes, text_of
from exchange.lessons.forms import TO_REVIEW, CaptureForm, LessonForm
from exchange.lessons.models import DraftBuffer, Lesson, LessonVersion, Review
from exchange.lessons.models.private import DraftBufferQuerySet
from exchange.lessons.reading import Readers
from exchange.lessons.reviews import that_sent_back, that_withdrew
from exchange.lessons.texts import unlisted
from exchange.lessons.views._answers import (
    cannot_now,
    permitted_lesson,
    submitted,
    visible_lesson,
)
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation
from exchange.partners.policies import why_not

TO_COMPLETE = "complete"
READS_ONLY = gettext_lazy(
    "Readers do not write lessons. Ask a coordinator of your organisation to make you a contributor."
)
AT_HOME_NOWHERE = gettext_lazy(
    "You belong to no organisation now, and a lesson is always one's. Ask a coordinator of yours to invite you."
)


@login_required
@page
def new(request: ViewedRequest) -> HttpResponse:
    """Begin a lesson; what was typed last and not saved is there again."""
    return _begin(request, _typed(request).order_by("-changed_at").first())


@login_required
@page
def go_on(request: ViewedRequest, typed: UUID) -> HttpResponse:
    """Go on with one of several new lessons that were typed and not saved; 404 says what became of it."""
    buffer = _typed(request).filter(form_key=typed).first()
    if buffer is None and not request.POST:
        return render(request, "lessons/nothing_typed.html", status=404)
    return _begin(request, buffer)


@login_required
@page
def capture(request: ViewedRequest) -> HttpResponse:
    """Note a lesson in three fields; its page then says what is missing."""
    typed = filter(CaptureForm.holds, _typed(request).order_by("-changed_at"))
    return _begin(request, next(typed, None), CaptureForm)


def _typed(request: ViewedRequest) -> DraftBufferQuerySet:
    return DraftBuffer.objects.for_viewer(request.viewer).filter(lesson=None)


def _begin(
    request: ViewedRequest, typed: DraftBuffer | None, kind: type[LessonForm] = LessonForm
) -> HttpResponse:
    buffer = None if request.POST else typed
    form = kind(request.POST or None, viewer=request.viewer, buffer=buffer)
    if not form.organisations:
        words = READS_ONLY if request.viewer.roles else AT_HOME_NOWHERE
        raise PermissionDenied(why_not(request.viewer, request.viewer.organisation_id, words))
    return _answer(request, form)


@login_required
@page
def edit(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Write the next version of a lesson; two people who save do not overwrite each other."""
    lesson = permitted_lesson(request, pk, policies.can_edit)
    if not request.POST and "revise" not in policies.allowed_actions(request.viewer, lesson):
        return cannot_now(request, lesson)
    typed = DraftBuffer.objects.for_viewer(request.viewer).filter(form_key=lesson.pk)
    buffer = None if request.POST else typed.first()
    form = LessonForm(request.POST or None, viewer=request.viewer, lesson=lesson, buffer=buffer)
    return _answer(request, form)


def _answer(request: ViewedRequest, form: LessonForm) -> HttpResponse:
    """Save a form that holds, and go to the lesson; else show it, or the comparison, with the text kept."""
    if not form.is_valid():
        return _show(request, form)
    try:
        saved = _save(request, form)
    except Stale:
        return _compare(request, form)
    except Forbidden as error:
        raise PermissionDenied(str(error.message)) from error
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return _show(request, form)
    messages.success(request, _said(request, form))
    if unknown := _new_and_unlisted(form):
        words = _("Our list of ports does not have %(codes)s. Make sure that these are UN/LOCODEs.")
        messages.warning(request, words % {"codes": ", ".join(unknown)})
    if TO_COMPLETE in request.POST:
        return redirect("lessons:edit", saved)
    lesson = visible_lesson(request, saved)
    newer = lesson.latest_version if lesson.has_working_version else None
    # Who writes sees what they wrote, and not what readers keep meanwhile.
    return redirect(lesson.get_absolute_url() + (f"?version={newer.number}" if newer else ""))


def _new_and_unlisted(form: LessonForm) -> list[str]:
    """Return the ports that our list does not have, without what stood there or is one's own."""
    known = {*form.initial.get("ports", []), *(own.unlocode for own in form.organisations.values())}
    return [code for code in unlisted(form.text.get("ports", [])) if code not in known]


def _save(request: ViewedRequest, form: LessonForm) -> UUID:
    """Save the text, send it to review when asked to, and forget the typing: all of it, and once."""
    viewer = request.viewer
    with once(owner=viewer.owner_key, key=form.key, fingerprint=print_of(request)) as claim:
        if not claim.first:
            return UUID(claim.outcome)
        lesson = _revise(request, form, form.lesson) if form.lesson else _draft(request, form)
        if TO_REVIEW in request.POST:
            actions.submit_lesson(actor=viewer, lesson=lesson, lock=lesson.lock)
        drop_buffer(viewer, form.form_key)
        claim.keep(str(lesson.pk))
    return lesson.pk


def _draft(request: ViewedRequest, form: LessonForm) -> Lesson:
    owner = form.chosen_organisation
    audience = form.chosen_audience(request.viewer, owner)
    return actions.draft_lesson(
        actor=request.viewer, organisation=owner, audience=audience, text=form.text
    )


def _revise(request: ViewedRequest, form: LessonForm, lesson: Lesson) -> Lesson:
    chooses = "audience" in form.fields and not form.takes_theirs("audience")
    return actions.revise_lesson(
        actor=request.viewer,
        lesson=lesson,
        text=form.text,
        lock=form.cleaned_data["lock"],
        audience=form.chosen_audience(request.viewer, lesson.organisation) if chooses else None,
    )


def _said(request: ViewedRequest, form: LessonForm) -> str:
    if TO_REVIEW in request.POST:
        return submitted(form.text["evidence"])
    if form.lesson and form.lesson.is_published:
        return _("Saved. Readers keep the published text until this one is published.")
    return _("Draft saved. Only people of your organisation see it.")


def _show(request: ViewedRequest, form: LessonForm) -> HttpResponse:
    ports = Organisation.objects.visible_to(request.viewer).exclude(unlocode=None)
    lesson, reviews = form.lesson, Review.objects.visible_to(request.viewer)
    context: dict[str, Any] = {"form": form, "lesson": lesson, "known_ports": ports}
    if lesson:
        context["sent_back"] = that_sent_back(lesson, reviews.of(lesson))
        context["withdrawal"] = that_withdrew(lesson, reviews.of(lesson))
    return render(request, form.template, context)


def _compare(request: ViewedRequest, form: LessonForm) -> HttpResponse:
    """Show both texts side by side; the person's own stays in the page, and in their buffer."""
    viewer, lesson = request.viewer, visible_lesson(request, form.form_key)
    typed = form.typed_in(request.POST)
    keep_buffer(viewer, lesson.pk, lesson.pk, form.cleaned_data["lock"], typed)
    versions = LessonVersion.objects.visible_to(viewer).filter(lesson=lesson)
    base = versions.filter(number=form.cleaned_data["base"] or 0).first()
    latest = lesson.latest_version
    theirs = text_of(latest, viewer) if latest else {}
    found = clashes(text_of(base, viewer) if base else {}, theirs, form.text, viewer)
    asked = {clash.name for clash in found}
    context = {
        "lesson": lesson,
        "latest": latest,
        "went_on": bool(latest and latest.number == form.cleaned_data["base"]),
        "is_own": bool(latest and latest.author_id and latest.author_id == viewer.user_id),
        "clashes": found,
        "audiences": _audiences(request, form, lesson),
        # Chosen in a comparison before this one: it holds, though there is nothing to ask now.
        "settled": [name for name in COMPARED if form.takes_theirs(name) and name not in asked],
        "typed": [(name, value) for name, values in typed.items() for value in values],
        "nonce": form.key,
        "to_review": TO_REVIEW if TO_REVIEW in request.POST else "",
    }
    return render(request, "lessons/conflict.html", context)


def _audiences(request: ViewedRequest, form: LessonForm, lesson: Lesson) -> dict[str, str]:
    """Return in words whom theirs and mine are for, when that differs."""
    if "audience" not in form.fields:
        return {}
    theirs = Readers(lesson, [lesson.audience], request.viewer).words
    mine = Readers(lesson, form.chosen(lesson.organisation), request.viewer).words
    return {"theirs": theirs, "mine": mine} if theirs != mine else {}
