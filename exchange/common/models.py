from typing import ClassVar

from django.db import models

from exchange.common import time


class OnceKey(models.Model):
    """A nonce or Idempotency-Key that was used, by whom, for what, and what came of it."""

    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    claim = models.UUIDField()
    fingerprint = models.CharField(max_length=64, blank=True)
    outcome = models.JSONField(null=True)
    created_at = models.DateTimeField(default=time.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="common_once_owner_key")
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"
