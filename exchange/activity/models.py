from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time


class LogHead(models.Model):
    """Counter and lock of the sequencer: one row, pk 1."""

    last_position = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="activity_one_head")
        ]

    def __str__(self) -> str:
        return f"log head at {self.last_position}"


class ActorLabel(models.Model):
    """The name of somebody who did something, or to whom it was done.

    Erased (empty, for good) when they ask for it; events stay.
    """

    kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "actor_id"], name="activity_one_label_per_actor"
            ),
            # The system and passers-by have no id; in a unique constraint NULLs are not equal.
            models.UniqueConstraint(
                fields=["kind"], condition=Q(actor_id=None), name="activity_one_label_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name or _("somebody")


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Return the events whose frozen audiences the viewer is in; the target is checked apart.

        Whoever shows an event goes through `exchange.activity.feed`, which checks both.
        """
        ids = viewer.audience_ids
        return self.filter(Q(audience__in=ids) | Q(home_audience__in=ids))

    @staticmethod
    def bearing_on(viewer: Viewer) -> Q:
        """Match the events that may change what the viewer sees.

        Those they may hear of, and those that took something out of their sight: what others do
        among themselves changes nothing for them.
        """
        ids = viewer.audience_ids
        return Q(audience__in=ids) | Q(home_audience__in=ids) | Q(audience_before__in=ids)

    def after(self, position: int) -> Self:
        """Return what a reader at `position` has not read yet, in order."""
        return self.filter(position__gt=position).order_by("position")

    def unplaced(self) -> Self:
        """Return the events that the sequencer has not given a position yet."""
        return self.filter(position=None).order_by("pk")


class Event(models.Model):
    """Who did what to which thing, for which audience.

    `position` is dense and given after commit; `data` is small, plain and meant for the audience.
    `audience_before` is set when the thing was narrowed, widened or moved to other readers.
    """

    position = models.BigIntegerField(null=True, unique=True, editable=False)
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=30)
    target_id = models.UUIDField()
    target_version = models.PositiveIntegerField(default=1)
    target_title = models.CharField(max_length=200)
    actor = models.ForeignKey(ActorLabel, on_delete=models.PROTECT, related_name="+")
    organisation_id = models.UUIDField(null=True)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    home_audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    audience_before = models.ForeignKey(
        Audience, on_delete=models.PROTECT, related_name="+", null=True
    )
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField(default=time.now)

    objects: ClassVar = EventQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_id"], name="activity_event_target"),
            models.Index(fields=["id"], condition=Q(position=None), name="activity_event_unplaced"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.verb} {self.target_title}"


class Cursor(models.Model):
    """How far a named reader has read the log."""

    name = models.CharField(max_length=60, primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"
