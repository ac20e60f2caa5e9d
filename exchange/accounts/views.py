"""A person's own pages; signing in and passwords are allauth's."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from allauth.account.forms import UserTokenForm
from allauth.account.utils import user_pk_to_url_str
from allauth.account.views import INTERNAL_RESET_SESSION_KEY as HELD_KEY
from allauth.account.views import EmailView, PasswordResetFromKeyView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.accounts import actions
from exchange.accounts.forms import PreferencesForm
from exchange.accounts.models import SecurityEntry, User
from exchange.accounts.standing import standing_of, visits_of
from exchange.common import time
from exchange.common.buttons import press
from exchange.common.forms import OnceForm
from exchange.common.methods import page as answers_as_page

PAGE_SIZE = 50


@login_required
@answers_as_page
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and change one's name, language and time zone."""
    user = cast(User, request.user)
    form = PreferencesForm(request.POST or None, initial=_present(user))
    if request.method == "POST" and _changed(form, user):
        messages.success(request, _("Saved."))
        return redirect("accounts:preferences")
    here = time.now().astimezone(time.zone(user.timezone))
    context = {
        "form": form,
        "here": f"{here:%H:%M}",
        "standing": standing_of(user),
    }
    return render(request, "accounts/preferences.html", context)


class AddressView(EmailView):  # type: ignore[misc]
    """Ask for another e-mail address; that no letter went is told, which allauth passes over."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().post(request, *args, **kwargs)
        asked = not {"action_add", "action_send"}.isdisjoint(request.POST)
        if (
            asked
            and answer.status_code == 302
            and not cast(BaseStorage, messages.get_messages(request)).added_new
        ):
            messages.warning(
                request,
                _(
                    "No letter was sent: at most one goes to an address in three minutes. "
                    "Look among the unwanted mail, or ask again soon."
                ),
            )
        return answer


class NewPasswordView(PasswordResetFromKeyView):  # type: ignore[misc]
    """Set a new password by a mailed link; who is signed in as somebody else is asked first.

    allauth signs them out at once, so that anybody could do that to them by sending them a link.
    """

    def dispatch(
        self, request: HttpRequest, uidb36: str, key: str, **kwargs: Any
    ) -> HttpResponseBase:
        user = request.user
        of_another = user.is_authenticated and uidb36 != user_pk_to_url_str(user)
        # Signing out takes the key away that the form's own address has left in the session.
        held = request.session.get(HELD_KEY, "") if key == self.reset_url_key else key
        if of_another and UserTokenForm(data={"uidb36": uidb36, "key": held}).is_valid():
            link = reverse("account_reset_password_from_key", args=[uidb36, held])
            return render(request, "account/password_reset_other.html", {"link": link})
        answer: HttpResponseBase = super().dispatch(request, uidb36, key, **kwargs)
        return answer


@login_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where one is signed in."""
    context = {"visits": visits_of(request), "once": OnceForm(auto_id=False)}
    return render(request, "accounts/sessions.html", context)


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End another session of one's own; one that is not there any more has ended."""
    end = partial(actions.end_session, request=request, session_id=pk)
    return _press(request, end, _("The session has ended."))


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    end = partial(actions.end_other_sessions, request=request)
    return _press(request, end, _("You are signed in here only."))


def _press(request: HttpRequest, action: Callable[[], None], said: str) -> HttpResponse:
    owner = cast(Any, request).viewer.owner_key
    press(request, OnceForm(request.POST), action, said, owner=owner)
    return redirect("accounts:sessions")


@login_required
@require_safe
def security_log(request: HttpRequest) -> HttpResponse:
    """Show what happened to one's account within a year."""
    entries = SecurityEntry.objects.for_viewer(cast(Any, request).viewer)
    page = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/security_log.html", {"page": page})


def _present(user: User) -> dict[str, Any]:
    return {"full_name": user.full_name, "language": user.language, "timezone": user.timezone}


def _changed(form: PreferencesForm, user: User) -> bool:
    if not form.is_valid():
        return False
    try:
        actions.change_preferences(actor=user, **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return form.is_valid()
