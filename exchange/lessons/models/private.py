from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from exchange.accounts.models import User
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.lessons.choices import State
from exchange.lessons.states import TRANSITIONS


class DraftBufferQuerySet(models.QuerySet["DraftBuffer"]):
    def for_viewer(self, viewer: Viewer) -> Self:
        """Return the viewer's own buffers, without those of lessons they cannot write at now."""
        writes = viewer.organisations_as(Role.CONTRIBUTOR)
        open_to_them = Q(lesson__organisation__in=writes) & ~Q(lesson__state=State.DISCARDED)
        return self.filter(Q(lesson=None) | open_to_them, user=viewer.user_id)

    def that_can_go_on(self) -> Self:
        """Return those whose form takes the text now, as `can_go_on` tells of one."""
        return self.filter(Q(lesson=None) | Q(lesson__state__in=TRANSITIONS["revise"]))


class DraftBuffer(models.Model):
    """What a person has typed into a lesson's form and not saved yet; theirs alone.

    `form_key` is the lesson's id, or the nonce of a form for a new lesson. `lock` is the lesson's
    counter when typing began.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    lesson = models.ForeignKey(
        "lessons.Lesson", on_delete=models.CASCADE, null=True, related_name="+"
    )
    form_key = models.UUIDField()
    lock = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=time.now)

    objects: ClassVar = DraftBufferQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "form_key"], name="lessons_one_buffer")
        ]

    @property
    def can_go_on(self) -> bool:
        """Tell whether its form takes the text now: not while what was saved is in review or approved."""
        return self.lesson is None or self.lesson.state in TRANSITIONS["revise"]

    @property
    def title(self) -> str:
        """Return the title as it was typed; empty when there is none yet."""
        return next(iter(self.data.get("title", [])), "").strip()

    def __str__(self) -> str:
        return f"buffer of {self.user}"
