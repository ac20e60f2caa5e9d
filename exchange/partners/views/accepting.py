from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Role
from exchange.common import languages
from exchange.common.errors import Conflict, Forbidden
from exchange.common.methods import page
from exchange.partners import actions
from exchange.partners.forms import NewPersonForm
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Invitation, Membership
from exchange.partners.views._reach import told_in, unstored


@page
def accept(request: ViewedRequest, token: str) -> HttpResponse:
    """Show an invitation and let its addressee join; closed and unknown ones look the same."""
    invitation = actions.invitation_for(token)
    if invitation is None:
        return _closed(request)
    if request.user.is_authenticated:
        return _accept_as_member(request, invitation, token)
    if invitation.has_account:
        return _page(request, "partners/accept_sign_in.html", invitation)
    return _accept_as_new(request, invitation, token)


def _closed(request: ViewedRequest) -> HttpResponse:
    return unstored(render(request, "partners/invitation_closed.html", status=404))


def _page(
    request: ViewedRequest, template: str, invitation: Invitation, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "role": Role(invitation.role).label,
        "here": request.path,
        **more,
    }
    return unstored(render(request, template, context, status=status))


def _accept_as_member(request: ViewedRequest, invitation: Invitation, token: str) -> HttpResponse:
    if request.user.email.lower() != invitation.email:
        return _page(request, "partners/accept_other_address.html", invitation, status=403)
    if request.method != "POST":
        return _page(request, "partners/accept_confirm.html", invitation)
    try:
        membership = actions.accept_invitation(token=token, actor=request.user)
    except (Conflict, Forbidden) as error:
        messages.error(request, str(error.message))
        return redirect("partners:organisation", invitation.organisation_id)
    return _welcome(request, membership)


def _accept_as_new(request: ViewedRequest, invitation: Invitation, token: str) -> HttpResponse:
    if request.method != "POST":
        initial = NewPersonForm.beginning(invitation.organisation, languages.readers_own())
        form = NewPersonForm(initial=initial, email=invitation.email)
        return _new_page(request, invitation, form)
    form = NewPersonForm(request.POST, email=invitation.email)
    membership = None
    if form.is_valid():
        with told_in(form):
            membership = actions.accept_invitation(token=token, **form.cleaned_data)
    if membership is None:
        return _new_page(request, invitation, form)
    login(request, membership.user)
    return _welcome(request, membership)


def _new_page(request: ViewedRequest, invitation: Invitation, form: NewPersonForm) -> HttpResponse:
    return _page(request, "partners/accept_new.html", invitation, form=form)


def _welcome(request: ViewedRequest, membership: Membership) -> HttpResponse:
    user: User = membership.user
    text = _("Welcome, %(name)s. You belong to %(organisation)s now.")
    messages.success(request, text % {"name": user, "organisation": membership.organisation})
    return redirect("home")
