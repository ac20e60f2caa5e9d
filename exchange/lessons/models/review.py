from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.lessons.choices import Decision

if TYPE_CHECKING:
    from exchange.lessons.models.lesson import Lesson

REASON_LENGTH = 4000


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the reviews of lessons at home: reasons never reach other readers."""
        return self.filter(lesson__home_audience__in=viewer.audience_ids)

    def of(self, lesson: "Lesson") -> Self:
        """Return those of a lesson, with whose they are and on which version."""
        return self.filter(lesson=lesson).select_related("reviewer", "version")


class Review(models.Model):
    """A reviewer's decision on a version, with a reason for every "no"; never by its author."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lesson = models.ForeignKey("lessons.Lesson", on_delete=models.CASCADE, related_name="reviews")
    version = models.ForeignKey(
        "lessons.LessonVersion", on_delete=models.CASCADE, related_name="reviews"
    )
    reviewer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decision = models.CharField(max_length=20, choices=Decision.choices)
    reason = models.TextField(blank=True, max_length=REASON_LENGTH)
    decided_at = models.DateTimeField(default=time.now)

    objects: ClassVar = ReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-decided_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decision=Decision.APPROVED) | ~Q(reason=""),
                name="lessons_no_has_a_reason",
                violation_error_message=_("Say why, so that the author can mend it."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision} by {self.reviewer}"
