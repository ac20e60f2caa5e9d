"""What the pages share: fetching a lesson through the rule, and telling people what came of a step."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid, Message, Stale
from exchange.common.forms import LOST, add_errors, print_of
from exchange.common.once import once
from exchange.lessons.forms import StepForm
from exchange.lessons.missing import NO_EVIDENCE_YET
from exchange.lessons.models import Lesson
from exchange.lessons.policies import allowed_actions, can_withdraw
from exchange.partners.middleware import ViewedRequest
from exchange.partners.policies import why_not

# Steps that are a button on the lesson's page, and no page of their own.
BUTTONS = {"submit", "recall", "restore", "unschedule", "reinstate"}
OWN_TEXT = gettext_lazy(
    "You wrote this text: another reviewer of your organisation has to decide about it."
)
SENT_BEFORE = gettext_lazy("This was sent before. Look at the lesson, then decide anew.")
Policy = Callable[[Viewer, Lesson], bool]


def visible_lesson(request: ViewedRequest, pk: UUID) -> Lesson:
    """Return the lesson with what its page shows; 404 for whoever does not see it."""
    found = Lesson.objects.visible_to(request.viewer).with_shown().with_day()
    # Topics are asked for where one page shows them.
    found = found.prefetch_related(None).select_related(
        "organisation__home_audience",
        "home_audience",
        "effective_audience",
        "latest_version__author",
        "published_version",
    )
    lesson: Lesson = get_object_or_404(found, pk=pk)
    return lesson


def permitted_lesson(request: ViewedRequest, pk: UUID, policy: Policy) -> Lesson:
    """Return the lesson; 404 for whoever does not see it, 403 for whoever may not do this."""
    lesson = visible_lesson(request, pk)
    if not policy(request.viewer, lesson):
        # A reviewer of the owner may all but decide about what they wrote.
        wrote_it = can_withdraw(request.viewer, lesson)
        words = {"otherwise": OWN_TEXT} if wrote_it else {}
        raise PermissionDenied(why_not(request.viewer, lesson.organisation_id, **words))
    return lesson


def take_step(
    request: ViewedRequest,
    lesson: Lesson,
    form: StepForm,
    steps: Collection[str],
    action: Callable[..., Any],
    done: Message,
    **values: Any,
) -> HttpResponse | None:
    """Call `action` once for this form, say `done`, and go to the lesson.

    Returns None when the page is to be shown: before the form is sent, and with its errors after.
    When none of `steps` (names of `states.TRANSITIONS`) is open now, the page is not shown at all.
    """
    if not form.is_bound and not set(steps) & set(allowed_actions(request.viewer, lesson)):
        return cannot_now(request, lesson)
    if not form.is_valid():
        if not _is_button(request):
            return None
        messages.error(request, str(LOST))
        return redirect(lesson)
    try:
        key, mark = form.key, print_of(request)
        with once(owner=request.viewer.owner_key, key=key, fingerprint=mark) as claim:
            if claim.first:
                lock = form.cleaned_data["lock"]
                action(actor=request.viewer, lesson=lesson, lock=lock, **values)
    except Forbidden as error:
        raise PermissionDenied(str(error.message)) from error
    except Stale:
        return changed_meanwhile(request, visible_lesson(request, lesson.pk), steps)
    except Conflict as error:
        messages.error(request, str(error.message))
    except Invalid as error:
        if error.code != "key_reused":
            add_errors(form, error.errors)
            return None
        if not _is_button(request):
            form.renew()
            form.add_error("nonce", str(SENT_BEFORE))
            return None
        messages.error(request, str(SENT_BEFORE))
    else:
        messages.success(request, str(done))
    return redirect(lesson)


def changed_meanwhile(
    request: ViewedRequest, lesson: Lesson, steps: Collection[str]
) -> HttpResponse:
    """Show the page anew, if one of `steps` is still open, with a word on why nothing was done."""
    if not set(steps) & set(allowed_actions(request.viewer, lesson)):
        return cannot_now(request, lesson)
    messages.warning(
        request,
        _("This lesson has changed meanwhile, so nothing was done. Look again, then decide."),
    )
    return redirect(lesson.get_absolute_url() if _is_button(request) else request.path)


def _is_button(request: ViewedRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.url_name in BUTTONS)


def submitted(evidence: str) -> str:
    """Return what is said of a text that went to review, with the evidence that it gives."""
    said = _("Sent to review: it now waits for a reviewer of your organisation.")
    return said if evidence else f"{said} {NO_EVIDENCE_YET}"


def cannot_now(request: ViewedRequest, lesson: Lesson) -> HttpResponse:
    """Go to the lesson, with a word on why its state excludes the page that was asked for."""
    messages.info(
        request,
        _("This lesson is “%(state)s”, so this cannot be done now.")
        % {"state": lesson.get_state_display()},
    )
    return redirect(lesson)
