import datetime as dt
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.agreements.choices import WorkStatus
from exchange.agreements.models.agreement import Agreement
from exchange.agreements.models.meeting import Meeting
from exchange.agreements.models.party import Party
from exchange.agreements.models.titled import Titled
from exchange.agreements.models.workstream import Workstream, is_shown_at
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.partners.models import Membership, Organisation

Work = TypeVar("Work", bound="Task")


class TaskQuerySet(models.QuerySet[Work]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return those of the agreements that the viewer's organisations are party to."""
        return self.filter(agreement__home_audience__in=viewer.audience_ids)

    def open(self) -> Self:
        """Return those that are neither done nor dropped."""
        return self.filter(done_on=None, dropped_at=None)

    def pending(self) -> Self:
        """Return the open ones that are still to be done: nobody has ended or dropped what they are in."""
        dropped = Q(workstream__status=WorkStatus.DROPPED)
        return self.open().filter(agreement__closing="").exclude(dropped)

    def concerning(self, viewer: Viewer) -> Self:
        """Return those in the hands of the viewer's organisations, and those that no party has in hand."""
        owners = Party.objects.confirmed().order_by().filter(agreement=OuterRef("agreement"))
        owned = Exists(owners.filter(organisation=OuterRef("organisation")))
        return self.filter(Q(organisation__in=list(viewer.roles)) | ~owned)

    def overdue(self, today: dt.date) -> Self:
        """Return the open ones whose day has passed."""
        return self.open().filter(due__lt=today)

    def soonest_first(self) -> Self:
        """Return them by their day, those without one last."""
        return self.order_by(models.F("due").asc(nulls_last=True), "pk")

    def with_place(self) -> Self:
        """Load what is shown beside each: whose it is, and where it belongs."""
        return self.select_related("organisation", "workstream", "agreement__home_audience")


class Task(Titled):
    """What milestones and actions have in common: a day, an owner, and whether it is done.

    `workstream` is what it belongs to; an action may be of the agreement as a whole (None).
    `organisation` has it in hand; None: all parties together. `done_on` is the day in the calendar
    of who said so. `set_at` is when its day, or who has it in hand, was set last: it waits since then
    at the earliest. `lock` counts changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="%(class)ss")
    workstream = models.ForeignKey(
        Workstream, on_delete=models.CASCADE, null=True, related_name="%(class)ss"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    due = models.DateField(_("due"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    dropped_at = models.DateTimeField(null=True)
    set_at = models.DateTimeField(null=True)
    lock = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=time.now)
    changed_at = models.DateTimeField(default=time.now)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            *Titled.Meta.constraints,
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(dropped_at=None),
                name="%(app_label)s_%(class)s_done_or_dropped",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.done_on is None and self.dropped_at is None

    @property
    def is_overdue(self) -> bool:
        """Tell whether it is open though its day (UTC) has passed."""
        return self.is_late(time.now().date())

    def is_late(self, today: dt.date) -> bool:
        """Tell whether it is open though its day has passed, where it is that day."""
        return self.is_open and self.due is not None and self.due < today


class MilestoneQuerySet(TaskQuerySet["Milestone"]):
    pass


class Milestone(Task):
    """What a workstream wants to have reached by a day, with a link to what proves it."""

    evidence = models.URLField(
        _("evidence"),
        max_length=2000,
        blank=True,
        help_text=_("Where one sees that it is done: a web address."),
    )

    objects: ClassVar = MilestoneQuerySet.as_manager()

    class Meta(Task.Meta):
        indexes: ClassVar = [
            models.Index(fields=["agreement", "due"], name="agreements_milestones_by_day")
        ]
        constraints: ClassVar = [
            *Task.Meta.constraints,
            models.CheckConstraint(
                condition=Q(workstream__isnull=False), name="agreements_milestone_of_workstream"
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:workstream', args=[self.workstream_id])}#m-{self.pk}"


class ActionQuerySet(TaskQuerySet["Action"]):
    def with_members(self) -> Self:
        """Tell of each whether whom it names is a member of its owner (`at_owner`), or of any party."""
        parties = Party.objects.confirmed().order_by()
        inside = parties.filter(agreement=OuterRef(OuterRef("agreement")))
        members = Membership.objects.active().filter(user=OuterRef("person"))
        return self.annotate(
            at_owner=Exists(members.filter(organisation=OuterRef("organisation"))),
            at_party=Exists(members.filter(organisation__in=inside.values("organisation"))),
        )

    def concerning(self, viewer: Viewer) -> Self:
        return super().concerning(viewer) | self.in_hands_of(viewer)

    def with_people(self) -> Self:
        """Load whom they name, and whether these agreed to be shown to partners."""
        return self.select_related("person").annotate(
            is_shown=is_shown_at("person", "organisation")
        )

    def in_hands_of(self, viewer: Viewer) -> Self:
        """Return those that name the viewer as the person who has them in hand."""
        return self.filter(person=viewer.user_id) if viewer.is_person else self.none()


class Action(Task):
    """Something that a party, or a person of it, has promised to do; often born in a meeting."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.SET_NULL, null=True, related_name="actions"
    )
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar = ActionQuerySet.as_manager()

    class Meta(Task.Meta):
        indexes: ClassVar = [
            models.Index(fields=["agreement", "due"], name="agreements_actions_by_day")
        ]

    def get_absolute_url(self) -> str:
        return f"{reverse('agreements:board', args=[self.agreement_id])}#a-{self.pk}"
