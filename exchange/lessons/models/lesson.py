import datetime as dt
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.agreements.models import Agreement
from exchange.audiences.models import (
    AudienceInclusion,
    AudienceKind,
    Publishable,
    PublishableQuerySet,
)
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.lessons.choices import Decision, State
from exchange.lessons.models.link import WorkstreamLink
from exchange.lessons.models.review import Review
from exchange.lessons.models.version import LessonVersion
from exchange.lessons.states import TRANSITIONS
from exchange.partners.models import Membership, Organisation

NOTE_LENGTH = 500
# What another lesson replaces comes last, in every order. Without a parameter, so that the index of
# this very expression is used.
REPLACED = ExpressionWrapper(Q(superseded_by__isnull=False), output_field=models.BooleanField())


def _left_behind() -> Q:
    writing = Membership.objects.with_role(Role.CONTRIBUTOR)
    return (
        ~Exists(writing.of_outer("latest_version__author"))
        & Q(state__in=list(TRANSITIONS["submit"]))
        & ~Q(state=State.CAPTURED, latest_version__client__isnull=False)
    )


def _planned_in_vain() -> Q:
    reviewing = Membership.objects.with_role(Role.REVIEWER)
    return ~Exists(reviewing.of_outer("released_by")) & Q(release_at__isnull=False)


class LessonQuerySet(PublishableQuerySet["Lesson"]):
    def published(self) -> Self:
        """Return the lessons that readers can read now."""
        return self.filter(published_version__isnull=False)

    def kept(self) -> Self:
        """Leave out the drafts that were thrown away, as every list and the search do."""
        return self.exclude(state=State.DISCARDED)

    def due(self) -> Self:
        """Return the approved lessons whose day of release has come, the longest due first."""
        return self.filter(release_at__lte=time.now()).order_by("release_at", "pk")

    def with_day(self) -> Self:
        """Tell as `in_vain` whether who chose the day of a lesson is no reviewer of its owner now."""
        return self.annotate(in_vain=_planned_in_vain())

    def may_replace(self, lesson: "Lesson") -> Self:
        """Return the published lessons of the same owner, without `lesson` itself."""
        return self.published().filter(organisation=lesson.organisation_id).exclude(pk=lesson.pk)

    def for_workstream(self, workstream_id: UUID) -> Self:
        """Return the lessons that belong to a workstream; who sees that, `WorkstreamLink` says."""
        links = WorkstreamLink.objects.filter(workstream=workstream_id)
        return self.filter(pk__in=links.values("lesson"))

    def for_agreement(self, agreement_id: UUID) -> Self:
        """Return the lessons that belong to its workstreams, or are meant for its parties.

        For them too when they are meant for the parties of several agreements.
        """
        links = WorkstreamLink.objects.filter(workstream__agreement=agreement_id)
        home = Agreement.objects.filter(pk=agreement_id).order_by().values("home_audience")
        unions = AudienceInclusion.objects.filter(part__in=home, whole__kind=AudienceKind.UNION)
        meant = self.model.objects.filter(audience__in=home.union(unions.values("whole")))
        # One list of them: from several PostgreSQL expects half of all lessons, and reads every text.
        return self.filter(pk__in=links.values("lesson").union(meant.order_by().values("pk")))

    def with_shown(self) -> Self:
        """Load what lists and pages show, without a query for each row."""
        return self.select_related("shown_version", "organisation", "audience").prefetch_related(
            "shown_version__topics"
        )

    def current(self) -> Self:
        """Return those that no other lesson replaces, whatever became of that one since."""
        return self.filter(superseded_by=None)

    def with_latest(self) -> Self:
        """Load the latest version and its owner: what those who work on a lesson look at."""
        return self.select_related("latest_version", "organisation", "audience")

    def sent_back_to(self, viewer: Viewer) -> Self:
        """Return what a reviewer sent back and the viewer is to mend."""
        return self.in_hands_of(viewer).filter(state=State.CHANGES_REQUESTED)

    def being_written_by(self, viewer: Viewer) -> Self:
        """Return the texts in the viewer's hands on their way, until they are published or declined.

        When readers lose a lesson, a newer text of it is on its way all the same.
        """
        ending = Review.objects.filter(
            version=OuterRef("latest_version"),
            decision__in=[Decision.WITHDRAWN, Decision.DECLINED],
        )
        ended = Q(state__in=[State.PUBLISHED, State.DECLINED, State.DISCARDED]) | Exists(
            ending
        ) & Q(state=State.WITHDRAWN)
        return self.in_hands_of(viewer).exclude(ended)

    def in_hands_of(self, viewer: Viewer) -> Self:
        """Return the lessons whose latest version the viewer wrote, where they still write.

        What somebody wrote who writes there no longer is in the hands of the coordinators when it
        is to be mended or submitted. So is what a program wrote, which tends its own drafts.
        """
        if not viewer.is_person:
            return self.none()
        own = Q(
            latest_version__author=viewer.user_id,
            organisation__in=viewer.organisations_as(Role.CONTRIBUTOR),
        )
        coordinated = Q(organisation__in=viewer.organisations_as(Role.COORDINATOR))
        return self.filter(own | _left_behind() & coordinated)

    def left_behind(self) -> Self:
        """Return the texts to be mended or submitted whose author tends them no longer."""
        return self.filter(_left_behind())

    def waiting_for_review_by(self, viewer: Viewer) -> Self:
        """Return what the viewer may review or publish, without what they wrote themselves.

        What has a day of its own waits for nobody, as long as who chose the day may publish it.
        """
        own = LessonVersion.objects.in_work().filter(lesson=OuterRef("pk"), author=viewer.user_id)
        return self.filter(
            ~Exists(own),
            Q(release_at=None) | _planned_in_vain(),
            organisation__in=viewer.organisations_as(Role.REVIEWER) if viewer.is_person else [],
            state__in=[State.IN_REVIEW, State.VALIDATED],
        )


class Lesson(Publishable):
    """A lesson learned or good practice, owned by the organisation that vouches for it.

    `state` tells of the latest version; readers see `shown_version`: the published one, or, while
    there is none, the latest (at home only). Withdrawing takes `published_version` away. `edition`
    counts how often it was published; told at home only, as it counts what others read, too.
    `lock` counts every change and guards against lost updates.

    An approved one may have a day: at `release_at` it is published on behalf of `released_by`, who
    chose it. `superseded_by` is the lesson that replaces it; `superseded_note` tells readers why.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=State.choices, default=State.CAPTURED)
    lock = models.PositiveIntegerField(default=1)
    edition = models.PositiveIntegerField(default=0)
    latest_version = models.ForeignKey(
        "lessons.LessonVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_version = models.ForeignKey(
        "lessons.LessonVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    shown_version = models.ForeignKey(
        "lessons.LessonVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=time.now)
    changed_at = models.DateTimeField(default=time.now)
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    confirm_by = models.DateField(null=True)
    release_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    superseded_by = models.ForeignKey(
        "lessons.Lesson", on_delete=models.PROTECT, null=True, related_name="+"
    )
    superseded_note = models.TextField(blank=True, max_length=NOTE_LENGTH, db_default="")
    external_id = models.CharField(max_length=100, null=True, blank=True)

    objects: ClassVar = LessonQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-published_at", "-id"], name="lessons_by_publication"),
            models.Index(
                REPLACED, F("published_at").desc(), F("id").desc(), name="lessons_on_the_shelf"
            ),
            models.Index(fields=["organisation", "state"], name="lessons_by_state"),
            models.Index(
                fields=["release_at"],
                condition=Q(release_at__isnull=False),
                name="lessons_to_release",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"], name="lessons_external_id"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED)
                | Q(published_version__isnull=False, published_at__isnull=False),
                name="lessons_published_has_version",
            ),
            models.CheckConstraint(
                condition=Q(published_version__isnull=False)
                | Q(effective_audience=models.F("home_audience")),
                name="lessons_unpublished_stays_home",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | Q(published_version=None),
                name="lessons_withdrawn_is_unpublished",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DISCARDED) | Q(edition=0),
                name="lessons_discarded_never_published",
            ),
            models.CheckConstraint(
                condition=Q(release_at=None) | Q(state=State.VALIDATED),
                name="lessons_scheduled_is_approved",
            ),
            # Who chose the day may be gone by then; a name without a day says nothing.
            models.CheckConstraint(
                condition=Q(released_by=None) | Q(release_at__isnull=False),
                name="lessons_released_by_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(superseded_by=models.F("id")), name="lessons_not_replaced_by_itself"
            ),
            models.CheckConstraint(
                condition=Q(superseded_note="") | Q(superseded_by__isnull=False),
                name="lessons_note_has_a_successor",
            ),
        ]

    def __str__(self) -> str:
        return str(self.shown_version or _("Untitled lesson"))

    def get_absolute_url(self) -> str:
        return reverse("lessons:lesson", args=[self.pk])

    @property
    def is_published(self) -> bool:
        """Tell whether readers beyond the owner can read it now."""
        return self.published_version_id is not None

    @property
    def has_working_version(self) -> bool:
        """Tell whether a newer text is being worked on while readers keep the published one."""
        return self.is_published and self.latest_version_id != self.published_version_id

    @property
    def is_scheduled(self) -> bool:
        """Tell whether its latest version is to be published on a day that was chosen."""
        return self.release_at is not None

    @property
    def is_superseded(self) -> bool:
        """Tell whether its owner said that another lesson replaces it."""
        return self.superseded_by_id is not None

    @staticmethod
    def confirm_date(published: dt.datetime, *, infrastructure: bool) -> dt.date:
        """Return by when to look whether it still holds: 12 months on, 24 for infrastructure."""
        return published.date() + dt.timedelta(days=730 if infrastructure else 365)
