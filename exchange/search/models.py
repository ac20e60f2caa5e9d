from typing import ClassVar, Self

from django.db import models
from django.utils.http import urlencode

from exchange.accounts.models import User
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7


class RecentSearchQuerySet(models.QuerySet["RecentSearch"]):
    def for_viewer(self, viewer: Viewer) -> Self:
        """Return a person's own searches, the latest first; nobody else has any."""
        return self.filter(user=viewer.user_id).order_by("-used_at", "-pk")


class RecentSearch(models.Model):
    """What a person searched for, theirs alone: `asked` maps names in the address to their values.

    `fingerprint` tells two searches apart.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)
    asked = models.JSONField(default=dict)
    used_at = models.DateTimeField(default=time.now, db_index=True)

    objects: ClassVar = RecentSearchQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "fingerprint"], name="search_recent_once")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return str(next(iter(self.asked.get("q", [])), ""))

    @property
    def address(self) -> str:
        """Return the query of the search page that does it again."""
        return f"?{urlencode(self.asked, doseq=True)}"
