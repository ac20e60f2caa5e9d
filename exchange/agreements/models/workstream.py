import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.agreements.choices import Health, WorkStatus
from exchange.agreements.models.agreement import LONG, Agreement
from exchange.agreements.models.titled import Titled
from exchange.audiences.viewer import Viewer
from exchange.common import dates, time
from exchange.common.dates import PartialDateField
from exchange.common.ids import uuid7
from exchange.partners.models import Membership, Organisation
from exchange.topics.models import Topic

# How long a workstream may go without an update.
QUARTER = dt.timedelta(days=92)


class WorkstreamQuerySet(models.QuerySet["Workstream"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the workstreams of the agreements that the viewer's organisations are party to."""
        return self.filter(agreement__home_audience__in=viewer.audience_ids)

    def under_way(self) -> Self:
        """Return those that are planned, active or paused."""
        return self.exclude(status__in=[WorkStatus.DONE, WorkStatus.DROPPED])

    def counted(self, today: dt.date) -> Self:
        """Count their milestones: `open_milestones`, `met_milestones`, `late_milestones`."""
        counts = {
            "open_milestones": Q(milestones__done_on=None, milestones__dropped_at=None),
            "met_milestones": Q(milestones__done_on__isnull=False),
            "late_milestones": Q(
                milestones__done_on=None, milestones__dropped_at=None, milestones__due__lt=today
            ),
        }
        return self.annotate(
            **{name: Count("milestones", filter=which) for name, which in counts.items()}
        )

    def awaiting(self, *, silent_since: dt.datetime | None = None) -> Self:
        """Return the active ones that updates are expected of, with `heard`; or the silent of them.

        That is when it was last told how one stands, or when it became active; a quarter later it is
        time for an update.
        """
        told = Coalesce("reported_at", "created_at")
        begun = Coalesce("status_at", "created_at")
        active = self.filter(status=WorkStatus.ACTIVE, agreement__closing="")
        found = active.annotate(heard=Greatest(told, begun))
        return found.filter(heard__lte=silent_since) if silent_since else found

    def with_agreement(self) -> Self:
        """Load what events and lists tell of where a workstream belongs."""
        return self.select_related("agreement__home_audience")


class Workstream(Titled):
    """A line of work under an agreement; its parties alone see it, and all that is in it.

    `starts` and `ends` are as exact as they are known. `health` and `health_reason` are those of the
    latest progress update. `lock` counts changes of its own text.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="workstreams")
    number = models.PositiveSmallIntegerField()
    objective = models.TextField(
        _("objective"),
        max_length=LONG,
        blank=True,
        help_text=_("What will be different when it is done, and how one will know."),
    )
    topics = models.ManyToManyField(Topic, related_name="+", blank=True)
    starts = PartialDateField(_("starts"))
    ends = PartialDateField(_("ends"))
    status = models.CharField(
        _("status"), max_length=10, choices=WorkStatus.choices, default=WorkStatus.PLANNED
    )
    health = models.CharField(_("health"), max_length=10, choices=Health.choices, blank=True)
    health_reason = models.TextField(max_length=2000, blank=True)
    reported_at = models.DateTimeField(null=True)
    status_at = models.DateTimeField(null=True)
    lock = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=time.now)
    changed_at = models.DateTimeField(default=time.now)

    # As `awaiting` gives it.
    heard: dt.datetime

    objects: ClassVar = WorkstreamQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="agreements_workstream_number"
            ),
            *Titled.Meta.constraints,
            models.CheckConstraint(
                condition=Q(health="") | Q(reported_at__isnull=False),
                name="agreements_health_is_reported",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("agreements:workstream", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Tell whether it is done or dropped."""
        return self.status in {WorkStatus.DONE, WorkStatus.DROPPED}


def is_shown_at(person: str, organisation: str) -> Exists:
    """Tell of a row whether the person it names agreed that partners see them, as one of that party."""
    shown = Membership.objects.shown()
    return Exists(shown.filter(user=OuterRef(person), organisation=OuterRef(organisation)))


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the leads of the workstreams that the viewer may see."""
        return self.filter(workstream__agreement__home_audience__in=viewer.audience_ids)

    def with_people(self) -> Self:
        """Load whom they name, and whether these agreed to be shown to partners."""
        return self.select_related("organisation", "person").annotate(
            is_shown=is_shown_at("person", "organisation")
        )


class Lead(models.Model):
    """Who leads a workstream for one party: a person of it, a function, or both."""

    workstream = models.ForeignKey(Workstream, on_delete=models.CASCADE, related_name="leads")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    function = models.CharField(_("function"), max_length=120, blank=True)

    objects: ClassVar = LeadQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["organisation__sort_key"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workstream", "organisation"], name="agreements_one_lead_a_party"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.function} ({self.organisation})"


class ProgressUpdateQuerySet(models.QuerySet["ProgressUpdate"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the updates of the workstreams that the viewer may see."""
        return self.filter(workstream__agreement__home_audience__in=viewer.audience_ids)


class ProgressUpdate(models.Model):
    """What was done on a workstream in a period, how it stands, what is next.

    Who said so may correct it: `lock` counts that, `changed_at` is when it was done last. `period` is a year, a quarter or a month: "2026", "2026-Q4", "2026-11" (SDMX writes them so).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workstream = models.ForeignKey(Workstream, on_delete=models.CASCADE, related_name="updates")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    period = models.CharField(
        _("period"),
        max_length=7,
        help_text=_("A year, a quarter or a month: 2026, 2026-Q4 or 2026-11."),
    )
    health = models.CharField(_("health"), max_length=10, choices=Health.choices)
    reason = models.TextField(
        _("why"),
        max_length=2000,
        blank=True,
        help_text=_("Needed unless it is on track."),
    )
    done = models.TextField(_("what was done"), max_length=LONG)
    next = models.TextField(_("what is next"), max_length=LONG, blank=True)
    help_wanted = models.TextField(
        _("help wanted"),
        max_length=LONG,
        blank=True,
        help_text=_("What another party could do for it."),
    )
    made_at = models.DateTimeField(default=time.now)
    # The release before writes rows without it.
    lock = models.PositiveIntegerField(default=1, db_default=1)
    changed_at = models.DateTimeField(null=True)

    objects: ClassVar = ProgressUpdateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(health=Health.ON_TRACK) | ~Q(reason=""),
                name="agreements_health_has_a_reason",
                violation_error_message=_("Say why it is not on track."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workstream} {self.period}"

    @property
    def as_of(self) -> dt.date:
        """Return the latest day (UTC) that it can speak of: its period's last, or that on which it was made."""
        made = self.made_at.date()
        return min(dates.last_of_period(self.period) or made, made)

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:workstream', args=[self.workstream_id])}#u-{self.pk}"
