"""The only writers of organisations and what belongs to them."""

from exchange.partners.actions.accepting import accept_invitation
from exchange.partners.actions.clients import create_api_client, revoke_api_client
from exchange.partners.actions.invitations import (
    invitation_for,
    invite,
    invite_by_hand,
    mail_again,
    revoke_invitation,
)
from exchange.partners.actions.members import change_role, end_membership
from exchange.partners.actions.organisations import create_organisation
from exchange.partners.actions.profiles import change_organisation, show_to_partners
from exchange.partners.actions.standing import (
    end_partnership,
    resume_organisation,
    suspend_organisation,
)

__all__ = [
    "accept_invitation",
    "change_organisation",
    "change_role",
    "create_api_client",
    "create_organisation",
    "end_membership",
    "end_partnership",
    "invitation_for",
    "invite",
    "invite_by_hand",
    "mail_again",
    "resume_organisation",
    "revoke_api_client",
    "revoke_invitation",
    "show_to_partners",
    "suspend_organisation",
]
