from typing import ClassVar, Self

from django.db import models

from exchange.audiences.viewer import Viewer
from exchange.common.languages import readers_own


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return every topic: the taxonomy is public."""
        del viewer
        return self.all()


class Topic(models.Model):
    """A theme ("energy") or a topic under one ("energy/shore-power"), labelled in three languages.

    `sdgs` are numbers of the UN Sustainable Development Goals, 1 to 17.
    """

    code = models.CharField(max_length=60, primary_key=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    sort = models.PositiveSmallIntegerField()
    label_en = models.CharField(max_length=120)
    label_sv = models.CharField(max_length=120)
    label_es = models.CharField(max_length=120)
    sdgs = models.JSONField(default=list)

    objects: ClassVar = TopicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sort"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return the label in the reader's language, else in English."""
        return {"sv": self.label_sv, "es": self.label_es}.get(readers_own(), self.label_en)

    @property
    def theme_code(self) -> str:
        """Return the code of the first level: its own or its parent's."""
        return self.code.partition("/")[0]
