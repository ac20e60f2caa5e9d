"""Builds viewers: what a person, a program or a passer-by may see and do now."""

from uuid import UUID

from exchange.accounts.models import User
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.partners.models import ApiClient, Membership, Organisation


def _audience_ids(home_ids: list[int]) -> frozenset[int]:
    found = Audience.objects.seen_from(home_ids, partner=bool(home_ids))
    return frozenset(found.values_list("pk", flat=True))


def anonymous(language: str = "en") -> Viewer:
    """Return the eyes of somebody who has not signed in."""
    return Viewer(audience_ids=_audience_ids([]), language=language)


def viewer_of(user: User, organisation_id: UUID | None = None) -> Viewer:
    """Return the eyes of a person with all their memberships; two queries.

    `organisation_id` is the one they chose to write for; else the first in which they may write.
    A person whose account is closed has the eyes of a passer-by, whoever asks.
    """
    if not user.is_active:
        return anonymous(user.language)
    memberships = list(
        Membership.objects.filter(user=user)
        .select_related("organisation")
        .order_by("joined_at", "pk")
    )
    roles = {membership.organisation_id: Role(membership.role) for membership in memberships}
    homes = [
        audience_id
        for membership in memberships
        if (audience_id := membership.organisation.home_audience_id)
    ]
    writing = [key for key, role in roles.items() if role.includes(Role.CONTRIBUTOR)]
    chosen = organisation_id if organisation_id in roles else next(iter(writing or roles), None)
    return Viewer(
        kind="person",
        actor_id=user.pk,
        name=user.full_name,
        organisation_id=chosen,
        roles=roles,
        audience_ids=_audience_ids(homes),
        language=user.language,
        timezone=user.timezone,
    )


def viewer_of_client(client: ApiClient) -> Viewer:
    """Return the eyes of a program: its organisation's audiences, a contributor's rights; two queries.

    A program whose access has ended has the eyes of a passer-by, whoever asks.
    """
    if not ApiClient.objects.live().filter(pk=client.pk).exists():
        return anonymous()
    home = client.organisation.home_audience_id
    return Viewer(
        kind="client",
        actor_id=client.pk,
        name=client.name,
        organisation_id=client.organisation_id,
        roles={client.organisation_id: Role.CONTRIBUTOR},
        audience_ids=_audience_ids([home] if home else []),
        may_write=client.may_write,
    )


def in_office_now(viewer: Viewer, organisation: Organisation) -> Viewer:
    """Return the viewer with the role they hold in `organisation` now, asked of the database.

    For actions that have waited for a lock: whoever held it may have ended the office that the
    viewer was made with. One query.
    """
    if viewer.kind == "client" and viewer.actor_id:
        live = ApiClient.objects.live().filter(pk=viewer.actor_id, organisation=organisation)
        return viewer.holding(Role.CONTRIBUTOR if live.exists() else None, organisation.pk)
    held = Membership.objects.active().filter(user=viewer.user_id, organisation=organisation)
    role = held.values_list("role", flat=True).first() if viewer.is_person else None
    return viewer.holding(Role(role) if role else None, organisation.pk)
