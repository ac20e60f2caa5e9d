"""Builds viewers: what a person, a program or a passer-by may see and do now."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from exchange.accounts.models import User
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.partners.models import ApiClient, Membership, Organisation
from exchange.partners.models.membership import role_at
from exchange.partners.models.organisation import Standing

# From organisations' home audiences to all the audiences of somebody in them.
SeenFrom = Callable[[frozenset[int]], frozenset[int]]


def seen_from(homes: frozenset[int]) -> frozenset[int]:
    """Return the audiences of somebody in organisations that take part, given their homes; one query."""
    found = Audience.objects.seen_from(list(homes), partner=bool(homes))
    return frozenset(found.values_list("pk", flat=True))


def _audience_ids(
    organisations: list[Organisation], seen_from: SeenFrom = seen_from
) -> frozenset[int]:
    """Return the audiences of somebody in `organisations`: of those that take no part, home alone."""
    homes = {one.home_audience_id: one.takes_part for one in organisations if one.home_audience_id}
    taking_part = frozenset(home for home, takes_part in homes.items() if takes_part)
    return seen_from(taking_part) | frozenset(homes)


def anonymous(language: str = "en") -> Viewer:
    """Return the eyes of somebody who has not signed in."""
    return Viewer(audience_ids=_audience_ids([]), language=language)


def viewer_of(
    user: User,
    organisation_id: UUID | None = None,
    *,
    memberships: Iterable[Membership] | None = None,
    seen_from: SeenFrom = seen_from,
) -> Viewer:
    """Return the eyes of a person with all their memberships; two queries.

    `organisation_id` is the one they chose to write for; else the first in which they may write.
    Give `memberships` (the person's own, `for_eyes`) and `seen_from` when the answers are known:
    they are then not asked again.
    A person whose account is closed has the eyes of a passer-by, whoever asks. Of an organisation
    that is suspended or has left they read what is its own and what everybody reads.
    """
    if not user.is_active:
        return anonymous(user.language)
    if memberships is None:
        memberships = Membership.objects.for_eyes().filter(user=user)
    memberships = list(memberships)
    roles = {membership.organisation_id: membership.role_now for membership in memberships}
    organisations = [membership.organisation for membership in memberships]
    writing = [key for key, role in roles.items() if role.includes(Role.CONTRIBUTOR)]
    chosen = organisation_id if organisation_id in roles else next(iter(writing or roles), None)
    return Viewer(
        kind="person",
        actor_id=user.pk,
        name=user.full_name,
        organisation_id=chosen,
        roles=roles,
        paused=frozenset(one.pk for one in organisations if not one.takes_part),
        audience_ids=_audience_ids(organisations, seen_from),
        language=user.language,
        timezone=user.timezone,
    )


def viewer_of_client(client: ApiClient) -> Viewer:
    """Return the eyes of a program: its organisation's audiences, a contributor's rights; two queries.

    A program whose access has ended has the eyes of a passer-by, whoever asks.
    """
    if not ApiClient.objects.live().filter(pk=client.pk).exists():
        return anonymous()
    return Viewer(
        kind="client",
        actor_id=client.pk,
        name=client.name,
        organisation_id=client.organisation_id,
        roles={client.organisation_id: Role.CONTRIBUTOR},
        audience_ids=_audience_ids([client.organisation]),
        may_write=client.may_write,
    )


def in_office_now(viewer: Viewer, organisation: Organisation) -> Viewer:
    """Return the viewer with the role they hold in `organisation` now, asked of the database.

    For actions that have waited for a lock: whoever held it may have ended the office that the
    viewer was made with. The organisation's row is locked as well, so that an action and the
    organisation's suspension come one after the other. Two queries.
    """
    Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=organisation.pk)
    if viewer.kind == "client" and viewer.actor_id:
        live = ApiClient.objects.live().filter(pk=viewer.actor_id, organisation=organisation)
        return viewer.holding(Role.CONTRIBUTOR if live.exists() else None, organisation.pk)
    held = Membership.objects.active().filter(user=viewer.user_id, organisation=organisation)
    row = held.values_list("role", "organisation__standing").first() if viewer.is_person else None
    viewer = viewer.holding(role_at(*row) if row else None, organisation.pk)
    paused = {organisation.pk} if row and row[1] != Standing.ACTIVE else set()
    return replace(viewer, paused=viewer.paused - {organisation.pk} | paused)
