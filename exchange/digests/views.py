"""The page about one's mails, their preview, and the address that ends them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.doorbell import ring
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.common.forms import add_errors, print_of
from exchange.common.mail import parts
from exchange.common.methods import page
from exchange.common.once import once
from exchange.digests import actions
from exchange.digests.compose import compose
from exchange.digests.forms import OnceForm, ScheduleForm
from exchange.digests.letters import digest_context
from exchange.digests.models import Digest, Subscription
from exchange.digests.planning import next_times, trial_window
from exchange.digests.sharing import write_news
from exchange.digests.tasks import send_mail
from exchange.partners.middleware import ViewedRequest

HISTORY = 30
ON_A_PAGE = 500
DEFAULTS = {"cadence": "weekly", "weekday": 1, "hour": 8, "zone": ""}


@login_required
@page
def settings_page(request: ViewedRequest) -> HttpResponse:
    """Show when one's mails come, and change it."""
    subscription = _mine(request)
    form = ScheduleForm(
        request.POST or None, initial=_wish(subscription), own_zone=request.viewer.timezone
    )
    if request.method == "POST" and form.is_valid() and _save(request, form):
        messages.success(request, _("Saved. Below you see when the next mails come."))
        return redirect("digests:settings")
    return render(request, "digests/settings.html", _page(request, form, subscription))


@login_required
@require_POST
def stop(request: ViewedRequest) -> HttpResponse:
    """End one's mails."""
    said = _("You get no more of these mails. For an hour you can undo this below.")
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


@login_required
@require_safe
def preview(request: ViewedRequest) -> HttpResponse:
    """Show what a mail would tell now, in both its forms; nothing is sent."""
    subscription = _mine(request)
    start, end = trial_window(subscription)
    contents = compose(request.viewer, start=start, end=end)
    zone = _zone(request, subscription)
    news = write_news(contents.news, zone)
    context = digest_context(
        news, contents.todos, zone=zone, moment=time.now(), reader=request.user
    )
    mail = parts("digest", context, language=request.viewer.language, zone=zone)
    with timezone.override(zone):
        shown = {"contents": contents, "mail": mail, "once": OnceForm(auto_id=False)}
        is_active = subscription is not None and subscription.active
        return render(request, "digests/preview.html", {**shown, "is_active": is_active})


@login_required
@require_safe
def digest(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show one's digest again, whole, with what one may see now."""
    mine = Digest.objects.for_viewer(request.viewer).select_related("subscription__user")
    row = get_object_or_404(mine, pk=pk)
    window = {"start": row.from_position, "end": row.to_position}
    contents = compose(request.viewer, **window, limit=ON_A_PAGE)
    with timezone.override(row.subscription.zone_name):
        return render(request, "digests/digest.html", {"digest": row, "contents": contents})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def unsubscribe(request: ViewedRequest, token: str) -> HttpResponse:
    """End mails by the token in one: a POST does (RFC 8058), a GET only shows the button.

    Who is signed in does not matter, and a token that nobody has is answered alike.
    """
    done, status = "", 200
    if request.POST.get("List-Unsubscribe") == "One-Click":
        actions.unsubscribe_by_token(actor=Viewer(), token=token)
        done = "ended"
    elif "undo" in request.POST:
        resumed = actions.resume_by_token(actor=Viewer(), token=token)
        done = "resumed" if resumed else "too-late"
    elif request.method == "POST":
        status = 400  # a program is not to believe that it ended anything
    return render(request, "digests/unsubscribe.html", {"done": done}, status=status)


def _mine(request: ViewedRequest) -> Subscription | None:
    return Subscription.objects.for_viewer(request.viewer).select_related("user").first()


def _wish(subscription: Subscription | None) -> dict[str, Any]:
    return {name: getattr(subscription, name, default) for name, default in DEFAULTS.items()}


def _zone(request: ViewedRequest, subscription: Subscription | None) -> str:
    return subscription.zone_name if subscription else time.zone(request.viewer.timezone).key


def _page(
    request: ViewedRequest, form: ScheduleForm, subscription: Subscription | None
) -> dict[str, Any]:
    active = subscription is not None and subscription.active
    return {
        "form": form,
        "subscription": subscription,
        "is_active": active,
        "can_undo": subscription is not None and actions.can_undo(subscription),
        "zone": _zone(request, subscription),
        "times": next_times(subscription, time.now()) if subscription and active else [],
        "history": Digest.objects.for_viewer(request.viewer)[:HISTORY],
        "once": OnceForm(auto_id=False),
        "again": OnceForm(auto_id=False),
    }


def _save(request: ViewedRequest, form: ScheduleForm) -> bool:
    """Subscribe as the form says; False when that was refused, with the reason in the form."""
    try:
        with once(
            owner=request.viewer.owner_key, key=form.key, fingerprint=print_of(request)
        ) as claim:
            if claim.first:
                actions.subscribe(actor=request.viewer, **form.wish)
    except Forbidden as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except Invalid as refusal:
        add_errors(form, refusal.errors)
    return form.is_valid()


def _press(request: ViewedRequest, action: Callable[..., object], said: str) -> HttpResponse:
    """Do what a button is for, once however often it is pressed, and go back to the page."""
    form = OnceForm(request.POST)
    try:
        if not form.is_valid():
            raise Conflict(_("That did not work. Please try again."))
        owner = request.viewer.owner_key
        with once(owner=owner, key=form.key, fingerprint=print_of(request)) as claim:
            if claim.first:
                action(actor=request.viewer)
        messages.success(request, said)
    except (Conflict, Invalid) as refusal:
        messages.warning(request, str(refusal))
    return redirect("digests:settings")
