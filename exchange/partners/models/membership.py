from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.partners.models.organisation import Organisation


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_role(self, role: Role) -> Self:
        """Return the memberships whose role may do what `role` may."""
        return self.filter(role__in=[held for held in Role if held.includes(role)])

    def active(self) -> Self:
        """Return the memberships of people whose account works."""
        return self.filter(user__is_active=True)

    def of_outer(self, person: str) -> Self:
        """Return what the person in the outer row's field `person` holds in its `organisation`."""
        return self.active().filter(user=OuterRef(person), organisation=OuterRef("organisation"))

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the memberships of a person's own organisations; programs see no people."""
        return self.filter(organisation__in=list(viewer.roles) if viewer.is_person else [])


class Membership(models.Model):
    """A person in an organisation, with a role."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    joined_at = models.DateTimeField(default=time.now)

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organisation"], name="partners_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}) at {self.organisation}"
