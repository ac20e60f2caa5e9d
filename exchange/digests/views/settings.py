"""The page about one's mails: when they come, what they tell, what became of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.buttons import press
from exchange.common.doorbell import ring
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.common.forms import NonceMixin, OnceForm, add_errors, print_of
from exchange.common.methods import page
from exchange.common.once import once
from exchange.digests import actions
from exchange.digests.choice import choice_of
from exchange.digests.forms import WISH, ChoiceForm, ScheduleForm
from exchange.digests.models import Digest, Subscription
from exchange.digests.planning import next_times
from exchange.digests.tasks import send_mail
from exchange.digests.views._mine import mine, when_next, zone_of
from exchange.partners.middleware import ViewedRequest

HISTORY = 30
DEFAULTS = {"cadence": "weekly", "weekday": 1, "hour": 8, "zone": ""}


@login_required
@page
def settings_page(request: ViewedRequest) -> HttpResponse:
    """Show when one's mails come, and change it."""
    subscription = mine(request)
    form = ScheduleForm(
        request.POST or None, initial=_wish(subscription), own_zone=request.viewer.timezone
    )
    if request.method == "POST" and form.is_valid() and _save_wish(request, form):
        saved = Subscription.objects.for_viewer(request.viewer).get()
        messages.success(request, _("Saved. %(next)s") % {"next": when_next(saved)})
        return redirect("digests:settings")
    return render(request, "digests/settings.html", _page(request, form, subscription))


@login_required
@page
def choice(request: ViewedRequest) -> HttpResponse:
    """Show what one's mails tell of, and change it."""
    subscription = mine(request)
    if subscription is None or not subscription.active:
        messages.warning(request, _("Choose first when you want mails."))
        return redirect("digests:settings")
    form = ChoiceForm(
        request.POST or None, initial=_chosen(subscription, request.viewer), viewer=request.viewer
    )
    if request.method == "POST" and form.is_valid() and _save_choice(request, form):
        said = _("Saved. It holds from the next mail on.")
        if form.choice["everything"] and form.is_narrowed:
            said = _("Saved: everything, from the next mail on. What you had ticked is not kept.")
        messages.success(request, said)
        return redirect("digests:settings")
    return render(request, "digests/choice.html", {"form": form})


@login_required
@require_POST
def stop(request: ViewedRequest) -> HttpResponse:
    """End one's mails."""
    said = _("You get no more of these mails. For an hour you can undo this here.")
    return _press(request, actions.unsubscribe, said)


@login_required
@require_POST
def resume(request: ViewedRequest) -> HttpResponse:
    """Undo the end of one's mails."""
    return _press(request, actions.resume, _("Your mails come as before."))


@login_required
@require_POST
def send_now(request: ViewedRequest) -> HttpResponse:
    """Send a digest now, beside the regular ones."""
    response = _press(request, actions.send_now, _("Your mail is on its way."))
    ring(send_mail)
    return response


def _wish(subscription: Subscription | None) -> dict[str, Any]:
    wish = {name: getattr(subscription, name, DEFAULTS.get(name)) for name in WISH}
    if subscription and subscription.is_pause_over:
        wish |= {"paused_from": None, "paused_to": None}
    return wish


def _chosen(subscription: Subscription, viewer: Viewer) -> dict[str, Any]:
    chosen = choice_of(subscription, viewer)
    return {
        "everything": "yes" if chosen.everything else "no",
        "topics": [topic.code for topic in chosen.topics],
        "organisations": [str(own.pk) for own in chosen.organisations],
        "kinds": chosen.kinds,
    }


def _page(
    request: ViewedRequest, form: ScheduleForm, subscription: Subscription | None
) -> dict[str, Any]:
    active = subscription is not None and subscription.active
    return {
        "form": form,
        "subscription": subscription,
        "is_active": active,
        "can_undo": subscription is not None and actions.can_undo(subscription),
        "choice": choice_of(subscription, request.viewer),
        "zone": zone_of(request, subscription),
        "times": next_times(subscription, time.now()) if subscription and active else [],
        "history": Digest.objects.for_viewer(request.viewer)[:HISTORY],
        "once": OnceForm(auto_id=False),
        "again": OnceForm(auto_id=False),
    }


def _save_wish(request: ViewedRequest, form: ScheduleForm) -> bool:
    return _save(request, form, lambda: actions.subscribe(actor=request.viewer, **form.wish))


def _save_choice(request: ViewedRequest, form: ChoiceForm) -> bool:
    return _save(request, form, lambda: actions.choose(actor=request.viewer, **form.choice))


def _save(request: ViewedRequest, form: NonceMixin, action: Callable[[], object]) -> bool:
    """Do once what a form says; False when that was refused, with the reason in the form."""
    try:
        owner = request.viewer.owner_key
        with once(owner=owner, key=form.key, fingerprint=print_of(request)) as claim:
            if claim.first:
                action()
    except Forbidden as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except Conflict as refusal:
        form.add_error(None, str(refusal.message))
    except Invalid as refusal:
        add_errors(form, refusal.errors)
    return form.is_valid()


def _press(request: ViewedRequest, action: Callable[..., object], said: str) -> HttpResponse:
    act = partial(action, actor=request.viewer)
    press(request, OnceForm(request.POST), act, said, owner=request.viewer.owner_key)
    return redirect("digests:settings")
