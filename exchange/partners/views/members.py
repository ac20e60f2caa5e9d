from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.accounts.asking import asks_again
from exchange.audiences.viewer import Role
from exchange.common.forms import print_of
from exchange.common.methods import page
from exchange.common.once import once
from exchange.partners import actions
from exchange.partners.forms import InvitationForm, RoleForm
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import ApiClient, Invitation, Membership, Organisation
from exchange.partners.policies import can_coordinate
from exchange.partners.views._reach import (
    coordinated,
    members_of,
    own_organisation,
    panels,
    told,
    told_in,
)


def _invites_coordinator(request: HttpRequest) -> bool:
    return request.POST.get("role") == Role.COORDINATOR


@login_required
@require_safe
def members(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Show coordinators the members and the open invitations."""
    return _members(request, coordinated(request, pk), InvitationForm())


@login_required
@page
@asks_again(_invites_coordinator)
def invite(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Have an invitation mailed to somebody."""
    organisation = coordinated(request, pk)
    if request.method != "POST":
        return redirect("partners:members", pk)
    form = InvitationForm(request.POST)
    if form.is_valid():
        email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
        mark = print_of(request)
        with (
            told_in(form),
            once(owner=request.viewer.owner_key, key=form.key, fingerprint=mark) as claim,
        ):
            if claim.first:
                actions.invite(
                    actor=request.viewer, organisation=organisation, email=email, role=role
                )
    if not form.is_valid():
        return _members(request, organisation, form)
    messages.success(
        request, _("The invitation will be mailed to %(email)s in a moment.") % {"email": email}
    )
    return redirect("partners:members", pk)


def _members(
    request: ViewedRequest, organisation: Organisation, form: InvitationForm
) -> HttpResponse:
    invitations = Invitation.objects.for_viewer(request.viewer).open()
    context = {
        "organisation": organisation,
        "members": [
            (member, RoleForm(initial={"role": member.role}, auto_id=f"member-{member.pk}-%s"))
            for member in members_of(request, organisation)
        ],
        "invitations": invitations.filter(organisation=organisation),
        "form": form,
    }
    return render(request, "partners/members.html", context)


def _invitation(request: ViewedRequest, organisation: Organisation, pk: UUID) -> Invitation:
    rows = Invitation.objects.for_viewer(request.viewer).filter(organisation=organisation)
    return get_object_or_404(rows, pk=pk)


@login_required
@require_POST
def mail_again(request: ViewedRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    """Send the letter of an invitation once more; pressed twice it is said twice and done once."""
    row = _invitation(request, coordinated(request, pk), invitation)
    done = _(
        "The letter will be mailed to %(email)s again in a moment, with the same link as before."
    )
    with told(request, done=done % {"email": row.email}):
        actions.mail_again(actor=request.viewer, invitation=row)
    return redirect("partners:members", pk)


@login_required
@require_POST
def revoke_invitation(request: ViewedRequest, pk: UUID, invitation: UUID) -> HttpResponse:
    """Take an invitation back."""
    row = _invitation(request, coordinated(request, pk), invitation)
    with told(request, done=_("The invitation of %(email)s is taken back.") % {"email": row.email}):
        actions.revoke_invitation(actor=request.viewer, invitation=row)
    return redirect("partners:members", pk)


def _membership(request: ViewedRequest, organisation: Organisation, member: int) -> Membership:
    rows = Membership.objects.visible_to(request.viewer).filter(organisation=organisation)
    return get_object_or_404(rows.select_related("user"), pk=member)


def _what_ends(
    request: ViewedRequest, membership: Membership, role: Role | None = None
) -> dict[str, Any]:
    """Return what ends when a member leaves, or has that role from now on."""
    viewer = request.viewer
    ends: dict[str, Any] = {}
    if role is None or not role.includes(Role.COORDINATOR):
        ends["ending_clients"] = ApiClient.objects.for_viewer(viewer).vouched_for_by(membership)
        ends["ending_invitations"] = Invitation.objects.for_viewer(viewer).vouched_for_by(
            membership
        )
    if role is None or not role.includes(Role.REVIEWER):
        ends["ending_panels"] = panels(request, "end_of_review", membership)
    return ends


@login_required
@require_POST
@asks_again()
def change_role(request: ViewedRequest, pk: UUID, member: int) -> HttpResponse:
    """Give a member another role; first ask, when something ends by it."""
    membership = _membership(request, coordinated(request, pk), member)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return redirect("partners:members", pk)
    role = Role(form.cleaned_data["role"])
    if role == membership.role:
        said = _("%(name)s is a %(role)s already.")
        messages.info(request, said % {"name": membership.user, "role": role.label})
        return redirect("partners:members", pk)
    ending = _what_ends(request, membership, role)
    # Of the last coordinator nothing ends: that is refused.
    last = Membership.objects.visible_to(request.viewer).is_last_coordinator(membership)
    if any(ending.values()) and not last and "sure" not in request.POST:
        context = {"membership": membership, "organisation": membership.organisation, "role": role}
        return render(request, "partners/change_role.html", {**context, **ending})
    done = _("%(name)s is a %(role)s now.") % {"name": membership.user, "role": role.label}
    with told(request, done=done):
        actions.change_role(actor=request.viewer, membership=membership, role=role)
    return redirect("partners:members", pk)


@login_required
@page
def end_membership(request: ViewedRequest, pk: UUID, member: int) -> HttpResponse:
    """Ask whether to end a colleague's membership, then end it."""
    membership = _membership(request, coordinated(request, pk), member)
    if request.method == "POST":
        done = _("%(name)s is no member any more.") % {"name": membership.user}
        with told(request, done=done):
            actions.end_membership(actor=request.viewer, membership=membership)
        return redirect("partners:organisation", pk)
    if Membership.objects.visible_to(request.viewer).is_last_coordinator(membership):
        return _last_coordinator(request, membership.organisation)
    context = {"membership": membership, "organisation": membership.organisation}
    context |= _what_ends(request, membership)
    return render(request, "partners/end_membership.html", context)


def _last_coordinator(request: ViewedRequest, organisation: Organisation) -> HttpResponse:
    """Tell the last coordinator that they cannot leave yet, and what to do first."""
    can = can_coordinate(request.viewer, organisation)
    context = {"organisation": organisation, "can_coordinate": can}
    return render(request, "partners/last_coordinator.html", context)


@login_required
@page
def leave(request: ViewedRequest, pk: UUID) -> HttpResponse:
    """Ask whether to leave one's organisation, then leave it."""
    organisation = own_organisation(request, pk)
    rows = Membership.objects.visible_to(request.viewer).filter(organisation=organisation)
    membership = get_object_or_404(rows, user=request.user)
    if request.method == "POST":
        done = _("You have left %(organisation)s.") % {"organisation": organisation}
        with told(request, done=done):
            actions.end_membership(actor=request.viewer, membership=membership)
        return redirect("partners:organisation", pk)
    if rows.is_last_coordinator(membership):
        return _last_coordinator(request, organisation)
    context = {"organisation": organisation, **_what_ends(request, membership)}
    return render(request, "partners/leave.html", context)
