"""Once only: a nonce of a form, or an Idempotency-Key of the API, claims what it makes."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from exchange.common import time
from exchange.common.errors import Conflict, Invalid
from exchange.common.ids import uuid7
from exchange.common.models import OnceKey

KEPT = dt.timedelta(hours=24)
# PostgreSQL's word for a lock that was not had in time.
LOCK_NOT_AVAILABLE = "55P03"


def fingerprint(*parts: bytes) -> str:
    """Return what tells two requests apart: SHA-256 over the parts, each with its length."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


class InProgress(Conflict):
    """The first use of the key has not ended yet; ask again in a moment."""

    code = "request_in_progress"


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
def once(*, owner: str, key: str, fingerprint: str = "", patience: int = 0) -> Iterator[Claim]:
    """Claim `key` of `owner` in the transaction of the block; roll back the claim when it raises.

    A second use waits for the first to commit and is given its outcome; on PostgreSQL for
    `patience` seconds at most, when given, and then InProgress is raised. Raises Invalid (code
    `key_reused`) when the key was used for another request. Keys are kept for 24 hours.
    """
    with transaction.atomic():
        mine = uuid7()
        _insert(OnceKey(owner=owner, key=key, claim=mine, fingerprint=fingerprint), patience)
        row = OnceKey.objects.get(owner=owner, key=key)
        if row.fingerprint != fingerprint:
            error = Invalid({"": [_("This key was used before, for another request.")]})
            error.code = "key_reused"
            raise error
        yield Claim(row, first=row.claim == mine)


def _insert(row: OnceKey, patience: int) -> None:
    if not patience or connection.vendor != "postgresql":
        OnceKey.objects.bulk_create([row], ignore_conflicts=True)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{patience}s"])
        try:
            OnceKey.objects.bulk_create([row], ignore_conflicts=True)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            raise InProgress(_("The first request with this key is still under way.")) from error
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def forget_old_keys() -> int:
    """Delete keys older than a day; return how many."""
    return OnceKey.objects.filter(created_at__lt=time.now() - KEPT).delete()[0]


def was_used(*, owner: str, key: str) -> bool:
    """Tell whether `owner` has used `key` already."""
    return OnceKey.objects.filter(owner=owner, key=key).exists()
