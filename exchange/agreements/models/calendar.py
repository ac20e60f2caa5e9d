from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from exchange.accounts.models import User
from exchange.agreements.models.agreement import Agreement
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def for_viewer(self, viewer: Viewer) -> Self:
        """Return the addresses of the viewer's own calendars."""
        return self.filter(user=viewer.user_id)

    def of(self, agreement: Agreement | None) -> Self:
        """Return those of one agreement's calendar, or (None) of everything of a person."""
        return self.filter(agreement=agreement)


class CalendarAddress(models.Model):
    """The private address of a person's calendar: of one agreement, or (None) of all that is theirs.

    The token in it is shown once; only its SHA-256 is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, null=True, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=time.now)

    objects: ClassVar = CalendarAddressQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "agreement"], name="agreements_calendar_once"),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(agreement=None),
                name="agreements_own_calendar_once",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.user}"
