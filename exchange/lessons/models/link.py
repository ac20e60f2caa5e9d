from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from exchange.agreements.models import Workstream
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.partners.models import Organisation


class WorkstreamLinkQuerySet(models.QuerySet["WorkstreamLink"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the links of which the viewer may see both ends: the lesson and the workstream."""
        ids = viewer.audience_ids
        lesson = Q(lesson__effective_audience__in=ids) | Q(lesson__home_audience__in=ids)
        return self.filter(lesson, workstream__agreement__home_audience__in=ids)


class WorkstreamLink(models.Model):
    """A lesson belongs to a workstream, as `organisation`, a party to its agreement, said."""

    lesson = models.ForeignKey(
        "lessons.Lesson", on_delete=models.CASCADE, related_name="workstream_links"
    )
    workstream = models.ForeignKey(Workstream, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(default=time.now)

    objects: ClassVar = WorkstreamLinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lesson", "workstream"], name="lessons_linked_once")
        ]

    def __str__(self) -> str:
        return f"{self.lesson} – {self.workstream}"
