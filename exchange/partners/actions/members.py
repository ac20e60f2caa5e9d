from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Role, Viewer
from exchange.common.errors import Conflict, Forbidden
from exchange.partners.actions import clients, invitations
from exchange.partners.actions._record import coordinates_now, locked, record_at_home
from exchange.partners.models import ApiClient, EndReason, Invitation, Membership, Organisation


@transaction.atomic
def change_role(*, actor: Viewer, membership: Membership, role: Role) -> Membership:
    """Give a member another role; the one they have changes nothing.

    Of who is no coordinator any more the tokens they made and the invitations they sent end.
    Raises Forbidden, or Conflict for the last coordinator.
    """
    organisation, membership = _locked(membership)
    if not coordinates_now(actor, organisation):
        raise Forbidden(_("Only a coordinator changes roles."))
    if role == membership.role:
        return membership
    if role != Role.COORDINATOR:
        _refuse_for_last_coordinator(membership)
    membership.role = Role(role)
    membership.save(update_fields=["role"])
    record_at_home(
        "organisation.role_changed",
        actor=actor,
        organisation=organisation,
        user=membership.user,
        role=role,
    )
    if role != Role.COORDINATOR:
        _end_what_they_vouched_for(membership, actor=actor, organisation=organisation)
    return membership


@transaction.atomic
def end_membership(*, actor: Viewer, membership: Membership) -> None:
    """End somebody's membership, or one's own: their rights end with the next request.

    The tokens they made end too, for they know them, and the invitations they sent.

    The event's data name the person by id (`user`), for whoever keeps what they leave behind.
    Raises Forbidden, or Conflict for the last coordinator and for who has left already.
    """
    organisation, membership = _locked(membership)
    if membership.user_id != actor.user_id and not coordinates_now(actor, organisation):
        raise Forbidden(_("Only a coordinator ends a colleague's membership."))
    _refuse_for_last_coordinator(membership)
    membership.delete()
    record_at_home(
        "organisation.member_left",
        actor=actor,
        organisation=organisation,
        user=membership.user,
    )
    _end_what_they_vouched_for(membership, actor=actor, organisation=organisation)


def _locked(membership: Membership) -> tuple[Organisation, Membership]:
    organisation = locked(membership.organisation)
    present = Membership.objects.select_for_update().filter(pk=membership.pk).first()
    if present is None:
        raise Conflict(_("This membership has ended already."))
    return organisation, present


def _end_what_they_vouched_for(
    membership: Membership, *, actor: Viewer, organisation: Organisation
) -> None:
    for client in ApiClient.objects.vouched_for_by(membership).select_for_update():
        clients.revoked(client, EndReason.OFFICE, actor=actor, organisation=organisation)
    for invitation in Invitation.objects.vouched_for_by(membership).select_for_update():
        invitations.revoked(invitation, actor=actor, organisation=organisation)


def _refuse_for_last_coordinator(membership: Membership) -> None:
    if Membership.objects.is_last_coordinator(membership):
        raise Conflict(_("An organisation keeps at least one coordinator. Name another one first."))
