from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Q
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.text import validate_storable
from exchange.partners.models.organisation import Organisation, Standing


def role_at(role: str, standing: str) -> Role:
    """Return as what a member counts in an organisation of that standing: where it rests they read."""
    return Role(role) if standing == Standing.ACTIVE else Role.READER


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_role(self, role: Role) -> Self:
        """Return the memberships whose role may do what `role` may."""
        return self.filter(role__in=[held for held in Role if held.includes(role)])

    def active(self) -> Self:
        """Return the memberships of people whose account works."""
        return self.filter(user__is_active=True)

    def for_eyes(self) -> Self:
        """Return them as viewers are made of, in the order they began: of an organisation little."""
        asked = [f"organisation__{name}" for name in ("home_audience", "is_partner", "standing")]
        rows = self.select_related("organisation").only("user", "role", *asked)
        return rows.order_by("joined_at", "pk")

    def with_organisations(self) -> Self:
        """Load the organisations, without what they say of themselves, in the order of joining."""
        rows = self.select_related("organisation").defer("organisation__about")
        return rows.order_by("joined_at", "pk")

    def of_outer(self, person: str) -> Self:
        """Return what the person in the outer row's field `person` holds in its `organisation`."""
        return self.active().filter(user=OuterRef(person), organisation=OuterRef("organisation"))

    def is_last_coordinator(self, membership: "Membership") -> bool:
        """Tell whether nobody else with a working account coordinates the organisation."""
        others = self.with_role(Role.COORDINATOR).active().exclude(pk=membership.pk)
        same = others.filter(organisation=membership.organisation_id)
        return membership.role == Role.COORDINATOR and not same.exists()

    def visible_to(self, viewer: Viewer) -> Self:
        """Return the memberships of a person's own organisations, and what partners agreed to show.

        The latter to people of organisations that take part; programs see no people.
        """
        own = Q(organisation__in=list(viewer.roles))
        partners = Q(pk__in=Membership.objects.shown().values("pk"))
        if not viewer.is_person:
            return self.none()
        return self.filter(own | partners) if viewer.takes_part else self.filter(own)

    def shown(self) -> Self:
        """Return those whose people agreed to be shown to partners, while their organisation is one."""
        return self.active().filter(
            is_shown=True, organisation__is_partner=True, organisation__standing=Standing.ACTIVE
        )


class Membership(models.Model):
    """A person in an organisation, with a role.

    Only when they agreed (`is_shown`) people of partner organisations see their name, `function`
    and `mailbox` on the organisation's page.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    joined_at = models.DateTimeField(default=time.now)
    is_shown = models.BooleanField(default=False, db_default=False)
    function = models.CharField(
        _("function"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        validators=[validate_storable],
    )
    mailbox = models.EmailField(
        _("contact address"), blank=True, default="", db_default="", validators=[validate_storable]
    )

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "organisation"], name="partners_member_once"),
            models.CheckConstraint(
                condition=Q(is_shown=True) | Q(function="", mailbox=""),
                name="partners_kept_only_while_shown",
            ),
        ]

    @property
    def role_now(self) -> Role:
        """Return the role as it counts now; the organisation must be loaded."""
        return role_at(self.role, self.organisation.standing)

    def __str__(self) -> str:
        return f"{self.user} ({self.role}) at {self.organisation}"
