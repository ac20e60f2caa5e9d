from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.audiences.viewer import Viewer
from exchange.digests.models.delivery import OPEN, Delivery, DeliveryQuerySet, State
from exchange.digests.models.subscription import Subscription

# What has told of its window, or had nothing to tell, or may have told: it is not told again.
TOLD = (State.SENT, State.UNKNOWN, State.EMPTY)


class DigestQuerySet(DeliveryQuerySet["Digest"]):
    def for_viewer(self, viewer: Viewer) -> Self:
        """Return the viewer's own digests."""
        return self.filter(subscription__user=viewer.user_id)

    def regular(self) -> Self:
        """Return the digests of periods, without those sent on request."""
        return self.filter(on_request=False)

    def told(self) -> Self:
        """Return the regular digests that a later window begins after."""
        return self.regular().filter(state__in=TOLD)


class Digest(Delivery):
    """The one mail of a subscription for a period, and the part of the log it tells of.

    The window is `(from_position, to_position]`. A row `on_request` ("send it to me now") has the
    key "now-<its id>" and stands apart: regular windows neither wait for it nor begin after it, so
    that trying things out never takes anything out of the mail that a person relies on. `items`
    holds the ids of the events the mail told of.
    """

    KIND = "digest"

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="digests")
    period_key = models.CharField(max_length=40)
    on_request = models.BooleanField(default=False)
    from_position = models.BigIntegerField()
    to_position = models.BigIntegerField()
    items = models.JSONField(default=list)

    objects: ClassVar = DigestQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-due_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN), name="digests_open")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscription", "period_key"], name="digests_once_per_period"
            ),
            models.UniqueConstraint(
                fields=["subscription", "on_request"],
                condition=Q(state__in=OPEN),
                name="digests_one_open",
            ),
            models.CheckConstraint(
                condition=Q(to_position__gte=F("from_position")), name="digests_window_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_key}: {self.get_state_display()}"


class NoticeQuerySet(DeliveryQuerySet["Notice"]):
    def for_viewer(self, viewer: Viewer) -> Self:
        """Return the viewer's own notices."""
        return self.filter(user=viewer.user_id)


class Notice(Delivery):
    """A mail at once about one event, to one person whom the event's verb names."""

    KIND = "notice"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-due_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN), name="digests_notice_open")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "user"], name="digests_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.event.verb} to {self.user}: {self.get_state_display()}"
