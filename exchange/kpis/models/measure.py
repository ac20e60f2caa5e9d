from typing import ClassVar, Self

from django.db import models

from exchange.agreements.models import Workstream
from exchange.audiences.viewer import Viewer
from exchange.kpis.models.indicator import Indicator


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return by what the workstreams are measured that the viewer may see."""
        return self.filter(workstream__agreement__home_audience__in=viewer.audience_ids)


class Measure(models.Model):
    """That a workstream is to move an indicator: by this the parties see what came of it."""

    workstream = models.ForeignKey(Workstream, on_delete=models.CASCADE, related_name="+")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = MeasureQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["indicator__sort_key", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workstream", "indicator"], name="kpis_measure_once")
        ]

    def __str__(self) -> str:
        return f"{self.workstream}: {self.indicator}"
