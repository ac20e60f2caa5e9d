"""The page on which a lesson's workstreams are chosen."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.common.forms import add_errors, print_of
from exchange.common.methods import page
from exchange.common.once import once
from exchange.lessons import actions, policies
from exchange.lessons.forms import LinkForm
from exchange.lessons.linking import offers
from exchange.lessons.models import Lesson
from exchange.lessons.views._answers import SENT_BEFORE, permitted_lesson
from exchange.partners.middleware import ViewedRequest

LINKED = _("Changed to which workstreams this lesson belongs.")


@login_required
@page
def workstreams(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Choose to which workstreams of its owner's agreements the lesson belongs."""
    lesson = permitted_lesson(request, pk, policies.can_link)
    form = LinkForm(request.POST or None)
    offered = offers(lesson, request.viewer)
    form.offer(offered)
    if form.is_valid() and _linked(request, lesson, form):
        return redirect(lesson)
    context = {"form": form, "lesson": lesson, "offered": offered}
    return render(request, "lessons/workstreams.html", context)


def _linked(request: ViewedRequest, lesson: Lesson, form: LinkForm) -> bool:
    """Link the lesson, once for this form; tell whether the page is done with."""
    key, mark = form.key, print_of(request)
    try:
        with once(owner=request.viewer.owner_key, key=key, fingerprint=mark) as claim:
            if claim.first:
                actions.link_lesson(
                    actor=request.viewer, lesson=lesson, workstreams=form.chosen, seen=form.seen
                )
    except Forbidden as error:
        raise PermissionDenied(str(error.message)) from error
    except Conflict as error:
        messages.error(request, str(error.message))
    except Invalid as error:
        if error.code == "key_reused":
            form.renew()
            form.add_error("nonce", str(SENT_BEFORE))
        else:
            add_errors(form, error.errors)
        return False
    else:
        messages.success(request, str(LINKED))
    return True
