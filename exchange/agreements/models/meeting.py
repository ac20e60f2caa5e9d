import datetime as dt
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.agreements.choices import MeetingState
from exchange.agreements.models.agreement import LONG, Agreement
from exchange.agreements.models.titled import Titled
from exchange.agreements.models.workstream import Workstream
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.partners.models import Organisation

# A week.
LONGEST_MINUTES = 7 * 24 * 60


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the meetings of the agreements that the viewer's organisations are party to."""
        return self.filter(agreement__home_audience__in=viewer.audience_ids)

    def to_come(self, now: dt.datetime) -> Self:
        """Return those that are planned and not over yet, the next first."""
        coming = self.filter(state=MeetingState.PLANNED, ends_at__gt=now)
        return coming.order_by("starts_at", "pk")

    def with_place(self) -> Self:
        """Load where a meeting belongs."""
        return self.select_related("agreement__home_audience", "workstream")


class Meeting(Titled):
    """A meeting under an agreement, of one workstream or of all.

    `starts_at` is a moment; `timezone` (IANA) is the zone whose clock it was planned by, which keeps
    its hour when clocks change. `attendees` and `decisions` have one entry a line. `lock` counts
    changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="meetings")
    workstream = models.ForeignKey(
        Workstream, on_delete=models.CASCADE, null=True, related_name="meetings"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    starts_at = models.DateTimeField(_("starts"))
    minutes_long = models.PositiveSmallIntegerField(
        _("minutes"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(LONGEST_MINUTES)],
        help_text=_("How long it is planned to last."),
    )
    ends_at = models.DateTimeField(editable=False)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[time.validate_zone]
    )
    place = models.CharField(
        _("place or link"),
        max_length=500,
        blank=True,
        help_text=_("A room, or the address of a video meeting."),
    )
    agenda = models.TextField(_("agenda"), max_length=LONG, blank=True)
    attendees = models.TextField(
        _("attendees"),
        max_length=4000,
        blank=True,
        help_text=_("One a line: name, and whom they come for."),
    )
    minutes = models.TextField(_("minutes"), max_length=LONG, blank=True)
    decisions = models.TextField(
        _("decisions"), max_length=LONG, blank=True, help_text=_("One a line.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    lock = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=time.now)
    changed_at = models.DateTimeField(default=time.now)

    objects: ClassVar = MeetingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["agreement", "starts_at"], name="agreements_meetings_by_day")
        ]
        constraints: ClassVar = [
            *Titled.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="agreements_meeting_in_order"
            ),
        ]

    @property
    def takes_place(self) -> bool:
        """Tell whether it was held, or is to be: it was not called off, nor its agreement ended before."""
        closed = self.agreement.closed_at
        ended = closed is not None and self.starts_at > closed
        return self.state == MeetingState.HELD or (self.state == MeetingState.PLANNED and not ended)

    def get_absolute_url(self) -> str:
        return reverse("agreements:meeting", args=[self.pk])
