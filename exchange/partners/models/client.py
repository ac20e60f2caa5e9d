from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.common.text import validate_storable
from exchange.partners.models.membership import Membership
from exchange.partners.models.organisation import Organisation


class ApiClientQuerySet(models.QuerySet["ApiClient"]):
    def for_viewer(self, viewer: Viewer) -> Self:
        """Return the clients of organisations that the viewer coordinates."""
        return self.filter(organisation__in=viewer.organisations_as(Role.COORDINATOR))

    def live(self) -> Self:
        """Return the clients whose token works now.

        A token ends with the office of the coordinator who made it: they know it.
        """
        return self.filter(
            Exists(Membership.objects.with_role(Role.COORDINATOR).of_outer("created_by")),
            revoked_at=None,
            expires_at__gt=time.now(),
            organisation__in=Organisation.objects.taking_part(),
        )

    def with_standing(self) -> Self:
        """Return the clients, each with `is_live`: whether its token works now."""
        return self.annotate(is_live=Exists(ApiClient.objects.live().filter(pk=OuterRef("pk"))))

    def vouched_for_by(self, membership: Membership) -> Self:
        """Return the clients whose token ends when this membership does, or is no coordinator's."""
        return self.filter(
            created_by=membership.user_id,
            organisation=membership.organisation_id,
            revoked_at=None,
            expires_at__gt=time.now(),
        )


class EndReason(models.TextChoices):
    """Why a token was ended before its time."""

    REVOKED = "revoked", _("revoked by a coordinator")
    OFFICE = "office", _("whoever made it is no coordinator any more")
    LEFT = "left", _("the organisation left the exchange")


class ApiClient(models.Model):
    """A program of an organisation. It acts as a contributor and never reviews or publishes.

    The token `ipk_<id>_<secret>` is shown once; only its SHA-256 is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="api_clients"
    )
    name = models.CharField(_("name"), max_length=80, validators=[validate_storable])
    may_write = models.BooleanField(_("may write lessons"), default=False)
    token_digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=time.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    # Who ended it; None also for the operator.
    revoked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField(
        max_length=8, choices=EndReason.choices, blank=True, default="", db_default=""
    )
    last_used_at = models.DateTimeField(null=True, blank=True)

    is_live: bool  # filled by `with_standing`

    objects: ClassVar = ApiClientQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= time.now()
