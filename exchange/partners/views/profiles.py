from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from exchange.common.errors import Stale
from exchange.common.forms import print_of
from exchange.common.methods import page
from exchange.common.once import once
from exchange.partners import actions
from exchange.partners.forms import ProfileForm, ShownForm
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Membership, Organisation
from exchange.partners.views._reach import coordinated, own_organisation, told_in

PROFILE = ("about", "website", "mailbox", "timezone")
SHOWN = ("is_shown", "function", "mailbox")


@login_required
@page
def profile(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have coordinators change what their organisation says of itself."""
    organisation = coordinated(request, pk)
    initial = {name: getattr(organisation, name) for name in (*PROFILE, "lock")}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    saved_meanwhile = False
    if form.is_valid():
        try:
            _change(request, organisation, form)
        except Stale as error:
            saved_meanwhile = True
            form.take_lock(error.current)
    if form.is_bound and form.is_valid() and not saved_meanwhile:
        messages.success(request, _("Saved."))
        return redirect(organisation)
    context = {
        "organisation": organisation,
        "form": form,
        "saved_meanwhile": saved_meanwhile,
    }
    return render(request, "partners/profile.html", context, status=409 if saved_meanwhile else 200)


def _change(request: ViewedRequest, organisation: Organisation, form: ProfileForm) -> None:
    values = {name: form.cleaned_data[name] for name in (*PROFILE, "lock")}
    mark = print_of(request)
    with (
        told_in(form),
        once(owner=request.viewer.owner_key, key=form.key, fingerprint=mark) as claim,
    ):
        if claim.first:
            actions.change_organisation(actor=request.viewer, organisation=organisation, **values)


@login_required
@page
def shown(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have a member say whether and how partners see them."""
    organisation = own_organisation(request, pk)
    rows = Membership.objects.visible_to(request.viewer).filter(organisation=organisation)
    membership = get_object_or_404(rows, user=request.user)
    initial = {name: getattr(membership, name) for name in SHOWN}
    form = ShownForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in SHOWN}
        mark = print_of(request)
        with (
            told_in(form),
            once(owner=request.viewer.owner_key, key=form.key, fingerprint=mark) as claim,
        ):
            if claim.first:
                actions.show_to_partners(actor=request.viewer, organisation=organisation, **values)
    if form.is_bound and form.is_valid():
        said = _("Partners do not see you.")
        if form.cleaned_data["is_shown"]:
            said = _("Partners see you now.")
            if not organisation.takes_part:
                said = _("Partners see you once your organisation takes part again.")
        messages.success(request, said)
        return redirect(organisation)
    context = {"organisation": organisation, "form": form}
    return render(request, "partners/shown.html", context)
