import datetime as dt
from typing import ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.common import time
from exchange.common.ids import uuid7


class State(models.TextChoices):
    """Where a mail stands; `exchange.digests.bookkeeping` knows the ways between."""

    PLANNED = "planned", _("planned")
    CLAIMED = "claimed", _("being written")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNKNOWN = "unknown", _("perhaps sent")
    EMPTY = "empty", _("not needed")
    FOLDED = "folded", _("joined with the next")
    SUPPRESSED = "suppressed", _("not sent")
    FAILED = "failed", _("failed")


OPEN = (State.PLANNED, State.CLAIMED, State.SENDING)


class Reason(models.TextChoices):
    """Why a mail was not sent, in words for the person it was meant for."""

    NOTHING_NEW = "nothing_new", _("There was nothing new that you follow and may read.")
    LATER_PERIOD = "later_period", _("The next mail was due already and tells of this time too.")
    UNSUBSCRIBED = "unsubscribed", _("You had ended these mails.")
    PAUSED = "paused", _("You had paused these mails. The next one tells of this time too.")
    INACTIVE = "inactive", _("The account was closed.")
    NO_ADDRESS = "no_address", _("There was no confirmed e-mail address.")
    NO_MEMBERSHIP = "no_membership", _("You belonged to no organisation.")
    NOT_TAKING_PART = "not_taking_part", _("Your organisation took no part at the time.")
    NOT_VISIBLE = "not_visible", _("You could no longer see what it was about.")
    REFUSED = "refused", _("Your mail server refused it. The next mail tells of this time too.")
    GAVE_UP = "gave_up", _("No mail server took it for a day. The next mail catches up.")
    UNWRITABLE = "unwritable", _("An error kept us from writing it. The next mail catches up.")
    LOST_TRACK = "lost_track", _("We were cut off while sending. It may have arrived.")


Row = TypeVar("Row", bound="Delivery")


class DeliveryQuerySet(models.QuerySet[Row]):
    def open(self) -> Self:
        """Return the mails that are still under way."""
        return self.filter(state__in=OPEN)

    def waiting(self, now: dt.datetime) -> Self:
        """Return what a sender may claim, what is due longest first.

        That is: planned and not backing off, or claimed by a sender that has been silent too long.
        """
        rested = Q(state=State.PLANNED, lease_until=None)
        expired = Q(state__in=[State.PLANNED, State.CLAIMED], lease_until__lte=now)
        return self.filter(rested | expired).order_by("due_at", "pk")

    def free(self, now: dt.datetime) -> Self:
        """Return the mails under way that no sender is at work on, also those that rest."""
        expired = Q(state=State.CLAIMED, lease_until__lte=now)
        return self.filter(Q(state=State.PLANNED) | expired)

    def lost(self, now: dt.datetime) -> Self:
        """Return the mails whose sender died around SMTP: nobody knows whether they left."""
        return self.filter(state=State.SENDING, lease_until__lte=now)


class Delivery(models.Model):
    """One mail to one person and how it fares.

    `attempts` counts the claims; each holds until `lease_until` and proves itself by that number.
    A planned row with a lease waits that long before the next try. `errors` counts the times it
    could not be written, `tried_at` is when it was first offered to a server.
    """

    KIND: ClassVar = "mail"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    due_at = models.DateTimeField(default=time.now)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    errors = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    smtp_code = models.PositiveSmallIntegerField(null=True)
    smtp_answer = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    text_size = models.PositiveIntegerField(default=0)
    html_size = models.PositiveIntegerField(default=0)
    composed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=time.now)

    objects: ClassVar = DeliveryQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def message_id(self) -> str:
        """Return the Message-ID: the same at every attempt, so that a server can drop a double."""
        return f"<{self.KIND}.{self.pk}@{settings.SITE_HOST}>"
