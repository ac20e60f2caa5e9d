"""A person's own pages; signing in and passwords are allauth's."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from exchange.accounts.actions import change_preferences
from exchange.accounts.forms import PreferencesForm
from exchange.accounts.models import User
from exchange.common import time
from exchange.common.methods import page


@login_required
@page
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and change one's name, language and time zone."""
    user = cast(User, request.user)
    form = PreferencesForm(request.POST or None, initial=_present(user))
    if request.method == "POST" and _changed(form, user):
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Saved."))
        return redirect("accounts:preferences")
    here = time.now().astimezone(time.zone(user.timezone))
    context = {"form": form, "zones": time.zone_names(), "here": f"{here:%H:%M}"}
    return render(request, "accounts/preferences.html", context)


def closed(request: HttpRequest) -> HttpResponse:
    """Answer 404: addresses are changed by an invitation, not on a page of allauth's."""
    raise Http404


def _present(user: User) -> dict[str, Any]:
    return {"full_name": user.full_name, "language": user.language, "timezone": user.timezone}


def _changed(form: PreferencesForm, user: User) -> bool:
    if not form.is_valid():
        return False
    try:
        change_preferences(actor=user, **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return form.is_valid()
