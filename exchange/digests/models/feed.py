from typing import ClassVar, Self

from django.db import models

from exchange.accounts.models import User
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.ids import uuid7


class FeedAddressQuerySet(models.QuerySet["FeedAddress"]):
    def for_viewer(self, viewer: Viewer) -> Self:
        """Return the address of the viewer's own feed."""
        return self.filter(user=viewer.user_id)


class FeedAddress(models.Model):
    """The private address of a person's news feed, one for each person.

    The token in it is shown once; only its SHA-256 is kept. `id` names the feed to feed readers and
    stays when the address is reset.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=time.now)

    objects: ClassVar = FeedAddressQuerySet.as_manager()

    def __str__(self) -> str:
        return f"news feed of {self.user}"
