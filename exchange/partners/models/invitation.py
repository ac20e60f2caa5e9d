from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Role, Viewer
from exchange.common import languages, time
from exchange.common.ids import uuid7
from exchange.common.text import validate_storable
from exchange.partners import tokens
from exchange.partners.models.membership import Membership
from exchange.partners.models.organisation import Organisation


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_viewer(self, viewer: Viewer) -> Self:
        """Return the invitations into organisations that the viewer coordinates."""
        return self.filter(organisation__in=viewer.organisations_as(Role.COORDINATOR))

    def lapsed(self) -> Self:
        """Return the invitations that can be accepted no more, though nobody closed them."""
        return self.filter(accepted_at=None, revoked_at=None).exclude(
            pk__in=Invitation.objects.open().values("pk")
        )

    def bearing(self, token: str) -> Self:
        """Return the invitation that `token` opens.

        Its `has_account` tells whether somebody with its address is here already.
        """
        return self.filter(token_digest=tokens.digest(token)).annotate(
            has_account=Exists(User.objects.filter(email=OuterRef("email")))
        )

    def vouched_for_by(self, membership: Membership) -> Self:
        """Return the invitations that end when this membership does, or is no coordinator's."""
        return self.filter(
            invited_by=membership.user_id,
            organisation=membership.organisation_id,
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=time.now(),
        )

    def to_mail(self) -> Self:
        """Return the open invitations whose letter is due now."""
        return self.open().filter(mail_state=MailState.DUE, mail_at__lte=time.now())

    def open(self) -> Self:
        """Return the invitations that can still be accepted.

        One ends, too, when the account of who sent it is closed: nobody stands for it then. When
        they only leave office, an action revokes it. While the organisation is suspended none works.
        """
        senders = Membership.objects.with_role(Role.COORDINATOR).of_outer("invited_by")
        return self.filter(
            Q(invited_by=None) | Exists(senders),
            organisation__in=Organisation.objects.taking_part(),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=time.now(),
        )


class MailState(models.TextChoices):
    """How far the letter of an invitation is."""

    NONE = "none", _("not mailed")
    DUE = "due", _("will be mailed")
    SENDING = "sending", _("being mailed")
    SENT = "sent", _("mailed")
    FAILED = "failed", _("could not be mailed")
    UNKNOWN = "unknown", _("perhaps mailed")


class Invitation(models.Model):
    """Lets the owner of one address join one organisation, once, before it expires.

    One token opens it, however often it is mailed. It is worked out when a letter is written, so
    that no secret waits in a table; only its SHA-256 is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"), max_length=254, validators=[validate_storable])
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    language = models.CharField(_("language"), max_length=8, choices=languages.NAMES, default="en")
    token_digest = models.CharField(max_length=64, unique=True)
    # None: the operator. With its sender an invitation ends.
    invited_by = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=time.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    mail_state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.NONE)
    # When the letter is due; once it is being sent, by when that must have ended.
    mail_at = models.DateTimeField(default=time.now)

    has_account: bool  # filled by `bearing`

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="partners_one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"
