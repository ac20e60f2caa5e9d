"""Once only: a nonce of a form, or an Idempotency-Key of the API, claims what it makes."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exchange.common import time
from exchange.common.errors import Invalid
from exchange.common.ids import uuid7
from exchange.common.models import OnceKey

KEPT = dt.timedelta(hours=24)


def fingerprint(*parts: bytes) -> str:
    """Return what tells two requests apart: SHA-256 over the parts, each with its length."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


class Claim:
    """What `once` gives: `outcome` is None for the first, else what the first one kept."""

    def __init__(self, row: OnceKey, *, first: bool) -> None:
        self._row = row
        self.first = first
        self.outcome: Any = None if first else row.outcome

    def keep(self, outcome: Any) -> None:
        """Keep a JSON value that every later use of the key is answered with."""
        self._row.outcome = outcome
        self._row.save(update_fields=["outcome"])


@contextmanager
def once(*, owner: str, key: str, fingerprint: str = "") -> Iterator[Claim]:
    """Claim `key` of `owner` in the transaction of the block; roll back the claim when it raises.

    A second use waits for the first to commit and is given its outcome. Raises Invalid (code
    `key_reused`) when the key was used for another request. Keys are kept for 24 hours.
    """
    with transaction.atomic():
        mine = uuid7()
        OnceKey.objects.bulk_create(
            [OnceKey(owner=owner, key=key, claim=mine, fingerprint=fingerprint)],
            ignore_conflicts=True,
        )
        row = OnceKey.objects.get(owner=owner, key=key)
        if row.fingerprint != fingerprint:
            error = Invalid({"": [_("This key was used before, for another request.")]})
            error.code = "key_reused"
            raise error
        yield Claim(row, first=row.claim == mine)


def forget_old_keys() -> int:
    """Delete keys older than a day; return how many."""
    return OnceKey.objects.filter(created_at__lt=time.now() - KEPT).delete()[0]


def was_used(*, owner: str, key: str) -> bool:
    """Tell whether `owner` has used `key` already."""
    return OnceKey.objects.filter(owner=owner, key=key).exists()
