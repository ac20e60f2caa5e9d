"""What tests of partners make: through the actions, as people do."""

from exchange.audiences.viewer import Role, Viewer
from exchange.partners import bookkeeping, tokens
from exchange.partners.actions import (
    change_organisation,
    create_api_client,
    create_organisation,
    end_partnership,
    invite,
    show_to_partners,
    suspend_organisation,
)
from exchange.partners.models import ApiClient, Invitation, MailState, Membership, Organisation
from tests.cast import Port, eyes

NEW_PERSON = {
    "full_name": "Nina Ny",
    "password": "seven herrings in a row",
    "language": "sv",
    "timezone": "Europe/Stockholm",
}


def invite_to(
    port: Port, email: str = "nina@example.org", role: Role = Role.CONTRIBUTOR
) -> Invitation:
    """Invite somebody; the letter is due."""
    return invite(
        actor=eyes(port.coordinator), organisation=port.organisation, email=email, role=role
    )


def make_invitation(
    port: Port, email: str = "nina@example.org", role: Role = Role.CONTRIBUTOR
) -> tuple[Invitation, str]:
    """Invite somebody whose letter has arrived; return the token in it, too."""
    invitation = invite_to(port, email, role)
    token = tokens.invitation_token(invitation.pk)
    assert bookkeeping.begin_letter(invitation, token)
    bookkeeping.settle_letter(invitation, MailState.SENT)
    return invitation, token


def make_client(
    port: Port, name: str = "harbour system", may_write: bool = False, days: int = 30
) -> tuple[ApiClient, str]:
    return create_api_client(
        actor=eyes(port.coordinator),
        organisation=port.organisation,
        name=name,
        may_write=may_write,
        days=days,
    )


def make_city(name: str = "City of Ghent", **more: object) -> Organisation:
    return create_organisation(actor=Viewer.system(), name=name, kind="city", **more)  # type: ignore[arg-type]


def describe(port: Port, **said: str) -> Organisation:
    """Have the coordinator of a port say something in its profile."""
    organisation = Organisation.objects.get(pk=port.organisation.pk)
    words = {
        name: getattr(organisation, name) for name in ("about", "website", "timezone", "mailbox")
    }
    return change_organisation(
        actor=eyes(port.coordinator),
        organisation=organisation,
        lock=organisation.lock,
        **{**words, **said},
    )


def show(port: Port, role: str, **said: str) -> Membership:
    """Have somebody of a port agree to be shown to partners."""
    return show_to_partners(
        actor=eyes(getattr(port, role)),
        organisation=port.organisation,
        is_shown=True,
        **{"function": "", "mailbox": "", **said},
    )


def put_aside(organisation: Organisation, way: str = "suspended") -> Organisation:
    """Suspend a partner, or end the partnership ("left")."""
    act = {"suspended": suspend_organisation, "left": end_partnership}[way]
    return act(actor=Viewer.system(), organisation=organisation, reason="The fees are not paid.")


def membership(port: Port, role: str) -> Membership:
    return Membership.objects.get(user=getattr(port, role), organisation=port.organisation)
