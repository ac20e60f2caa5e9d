"""Organisations, their people, invitations and API clients."""

from exchange.partners.models.client import ApiClient
from exchange.partners.models.invitation import Invitation, MailState
from exchange.partners.models.membership import Membership
from exchange.partners.models.organisation import (
    UNLOCODE,
    Organisation,
    OrganisationKind,
    validate_unlocode,
)

__all__ = [
    "UNLOCODE",
    "ApiClient",
    "Invitation",
    "MailState",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "validate_unlocode",
]
