"""The sample world's people: invented, at example.org, which is nobody's."""

from typing import Any

from exchange.accounts.models import User
from exchange.audiences.viewer import Role, Viewer
from exchange.home.sample import SAMPLE_PASSWORD, facts
from exchange.partners.actions import accept_invitation, invite_by_hand
from exchange.partners.models import Membership, Organisation
from exchange.partners.viewers import viewer_of


def addresses() -> list[str]:
    """Return the addresses of all sample people."""
    return [
        address_of(name, partner["mail"])
        for partner in facts.world()["partners"]
        for name, _role in partner["people"]
    ]


def address_of(name: str, domain: str) -> str:
    """Return the address of a sample person: first name at the organisation's domain."""
    return f"{name.split()[0].lower()}@{domain}"


def have_join(organisation: Organisation, partner: dict[str, Any]) -> None:
    """Have a partner's people join it, but for those who are here already."""
    for name, role in partner["people"]:
        email = address_of(name, partner["mail"])
        if User.objects.filter(email=email).exists():
            continue
        _, token = invite_by_hand(
            actor=Viewer.system(), organisation=organisation, email=email, role=Role(role)
        )
        accept_invitation(
            token=token,
            full_name=name,
            password=SAMPLE_PASSWORD,
            timezone=organisation.timezone,
        )


def first_of(organisation: Organisation, role: Role) -> Viewer:
    """Return the eyes of the organisation's first sample person with exactly that role."""
    member = (
        Membership.objects.filter(
            organisation=organisation, role=role, user__email__endswith=".example.org"
        )
        .select_related("user")
        .earliest("joined_at", "pk")
    )
    return viewer_of(member.user, organisation.pk)
