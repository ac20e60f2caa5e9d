import secrets
import zoneinfo
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.digests.periods import Cadence, Schedule
from exchange.partners.models import Organisation
from exchange.topics.models import Topic


def new_token() -> str:
    """Return 128 random bits as 22 characters that fit an address."""
    return secrets.token_urlsafe(16)


class Weekday(models.IntegerChoices):
    """ISO 8601 weekdays."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class Channel(models.TextChoices):
    """Where somebody ended their mails."""

    MAIL_LINK = "mail", _("by the link in a mail")
    SETTINGS = "settings", _("on the settings page")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def for_viewer(self, viewer: Viewer) -> Self:
        """Return the viewer's own subscription."""
        return self.filter(user=viewer.user_id)

    def active(self) -> Self:
        """Return the subscriptions that have not been ended."""
        return self.filter(active=True)


class Subscription(models.Model):
    """What a person wants by mail, and when. One for each person, whatever organisations they are in.

    An empty `zone` means the person's own. `started_position` is where in the log the first mail
    begins. `scheduled_at` is when the wish took its present form: nothing due before that is
    planned. From `paused_from` to `paused_to`, both included, none leaves.

    `everything`: told of all they may read; else only of what fits one of `topics`, `organisations`
    and `kinds` (names of target types). Whatever becomes of those, the choice stays one: nothing
    left in it means nothing. The token ends these mails, or makes them fewer, and does nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    cadence = models.CharField(
        _("how often"), max_length=8, choices=Cadence.choices, default=Cadence.WEEKLY
    )
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"), choices=Weekday.choices, default=Weekday.MONDAY
    )
    hour = models.PositiveSmallIntegerField(
        _("hour"), default=8, validators=[MinValueValidator(0), MaxValueValidator(23)]
    )
    zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[time.validate_zone]
    )
    paused_from = models.DateField(_("pause from"), null=True, blank=True)
    paused_to = models.DateField(_("pause until"), null=True, blank=True)
    everything = models.BooleanField(default=True, db_default=True)
    topics = models.ManyToManyField(Topic, related_name="+", blank=True)
    organisations = models.ManyToManyField(Organisation, related_name="+", blank=True)
    kinds = models.JSONField(default=list, db_default=[])
    started_position = models.BigIntegerField(default=0)
    scheduled_at = models.DateTimeField(default=time.now)
    active = models.BooleanField(default=True)
    token = models.CharField(max_length=22, unique=True, default=new_token, editable=False)
    unsubscribed_at = models.DateTimeField(null=True)
    unsubscribed_via = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    created_at = models.DateTimeField(default=time.now)

    objects: ClassVar = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)), name="digests_weekday_is_iso"
            ),
            models.CheckConstraint(condition=Q(hour__range=(0, 23)), name="digests_hour_of_day"),
            models.CheckConstraint(
                condition=Q(paused_from=None, paused_to=None)
                | Q(paused_from__isnull=False, paused_to__gte=F("paused_from")),
                name="digests_pause_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_cadence_display()}: {self.user}"

    @property
    def zone_name(self) -> str:
        """Return the zone the mail goes by: its own, else the person's; UTC when unknown here."""
        return time.zone(self.zone or self.user.timezone).key

    @property
    def is_pause_over(self) -> bool:
        """Tell whether the last day of the pause has passed where the person lives."""
        today = time.today(self.zone_name)
        return self.paused_to is not None and self.paused_to < today

    @property
    def schedule(self) -> Schedule:
        return Schedule(
            cadence=Cadence(self.cadence),
            weekday=self.weekday,
            hour=self.hour,
            zone=zoneinfo.ZoneInfo(self.zone_name),
            pause=(self.paused_from, self.paused_to)
            if self.paused_from and self.paused_to
            else None,
        )

    @property
    def unsubscribe_url(self) -> str:
        """Return the absolute address that ends these mails."""
        return settings.SITE_URL + reverse("digests:unsubscribe", args=[self.token])
