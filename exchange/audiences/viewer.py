"""Whose eyes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do in an organisation; each role may do what those before it may."""

    READER = "reader", _("reader")
    CONTRIBUTOR = "contributor", _("contributor")
    REVIEWER = "reviewer", _("reviewer")
    COORDINATOR = "coordinator", _("coordinator")

    def includes(self, other: "Role") -> bool:
        """Tell whether this role may do what `other` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Anonymous, a person, an API client, or the system; carries the ids of its audiences.

    `roles` maps organisation ids to roles; `paused` are those of them that take no part now, whose
    people read what is their own. `organisation_id` is the organisation written for.
    `actor_id` is the id of the person or the client. Built by `exchange.partners.viewers`.
    """

    kind: Literal["anonymous", "person", "client", "system"] = "anonymous"
    actor_id: UUID | None = None
    name: str = ""
    organisation_id: UUID | None = None
    roles: Mapping[UUID, Role] = field(default_factory=dict)
    paused: frozenset[UUID] = frozenset()
    audience_ids: frozenset[int] = frozenset()
    language: str = "en"
    timezone: str = "UTC"
    may_write: bool = True

    @classmethod
    def system(cls) -> Self:
        """Return the actor of sweeps and of the operator's commands: no audience, hence no eyes."""
        return cls(kind="system", name="Port Exchange")

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def user_id(self) -> UUID | None:
        """Return the person's id; None for a client, the system and the anonymous."""
        return self.actor_id if self.is_person else None

    @property
    def owner_key(self) -> str:
        """Return what private keys (nonces, idempotency keys) are kept under."""
        return f"{self.kind}:{self.actor_id}"

    @property
    def takes_part(self) -> bool:
        """Tell whether the viewer belongs to an organisation that takes part now."""
        return bool(set(self.roles) - self.paused)

    def role_in(self, organisation_id: UUID | None) -> Role | None:
        """Return the viewer's role in that organisation, or None."""
        return self.roles.get(organisation_id) if organisation_id else None

    def acts_as(self, role: Role, organisation_id: UUID | None) -> bool:
        """Tell whether the viewer may do in that organisation what `role` may."""
        held = self.role_in(organisation_id)
        return held is not None and held.includes(role)

    def holding(self, role: Role | None, organisation_id: UUID) -> Self:
        """Return the same viewer with that role in that organisation, or with none there."""
        others = {key: held for key, held in self.roles.items() if key != organisation_id}
        return replace(self, roles={**others, organisation_id: role} if role else others)

    def organisations_as(self, role: Role) -> list[UUID]:
        """Return the organisations in which the viewer may do what `role` may."""
        return [key for key, held in self.roles.items() if held.includes(role)]
