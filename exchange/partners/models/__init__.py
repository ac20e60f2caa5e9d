"""Organisations, their people, invitations and API clients."""

from exchange.partners.models.client import ApiClient, EndReason
from exchange.partners.models.invitation import Invitation, MailState
from exchange.partners.models.membership import Membership
from exchange.partners.models.organisation import (
    UNLOCODE,
    Organisation,
    OrganisationKind,
    Standing,
    validate_unlocode,
)

__all__ = [
    "UNLOCODE",
    "ApiClient",
    "EndReason",
    "Invitation",
    "MailState",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "Standing",
    "validate_unlocode",
]
