"""How an import moves on by itself: each step is one conditional update, so that of two only one wins."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from exchange.common import time
from exchange.kpis.bookkeeping.staging import Stage
from exchange.kpis.choices import ImportState
from exchange.kpis.models import Import, ImportFile, ImportPage
from exchange.kpis.models.batch import DUE, KEPT


def claim() -> Import | None:
    """Take the import that has waited longest under a lease; None when none waits."""
    now = time.now()
    # Mostly nothing waits: no sweep is to hold SQLite's one lock to find that out.
    return _claim(now) if Import.objects.due(now).exists() else None


@transaction.atomic
def _claim(now: dt.datetime) -> Import | None:
    pk = (
        Import.objects.due(now)
        .select_for_update(skip_locked=True, of=("self",))
        .values_list("pk", flat=True)
        .first()
    )
    return take(pk) if pk else None


def take(pk: UUID) -> Import | None:
    """Take one import under a lease, what was queued being read from now on; None when it is not due."""
    now = time.now()
    queued = Import.objects.due(now).order_by().filter(pk=pk)
    unread = {"state": ImportState.READING, "rows_in_file": 0, "rows_read": 0}
    queued.filter(state=ImportState.QUEUED).update(**unread)
    taken = queued.update(lease_until=now + _lease(), attempt=F("attempt") + 1)
    people = ("user", "client__organisation", "undone_by", "undone_client__organisation")
    rows = Import.objects.select_related("organisation", *people)
    return rows.get(pk=pk) if taken else None


def begin_reading(batch: Import) -> Stage:
    """Return an empty stage for an import: what an earlier attempt left is thrown away."""
    ImportPage.objects.filter(batch=batch).delete()
    return Stage(batch)


def go_on(batch: Import, **values: Any) -> bool:
    """Write how far the reading is, and hold the import longer.

    False when it is in other hands, or was cancelled.
    """
    return _move(batch, lease_until=time.now() + _lease(), **values)


def ask(batch: Import, question: dict[str, Any]) -> bool:
    """Have the import wait for an answer."""
    return _move(batch, state=ImportState.ASKING, question=question, lease_until=None)


def refuse(batch: Import, words: str) -> bool:
    """End the import of a file that cannot be read."""
    return _move(batch, state=ImportState.REFUSED, refusal=words, lease_until=None)


def present(batch: Import, **found: Any) -> bool:
    """Have the import wait for a decision, with what was found out."""
    return _move(batch, state=ImportState.READY, lease_until=None, **found)


def _move(batch: Import, **values: Any) -> bool:
    mine = Import.objects.filter(pk=batch.pk, state=ImportState.READING, attempt=batch.attempt)
    return mine.update(**values) == 1


def _lease() -> dt.timedelta:
    return dt.timedelta(seconds=settings.IMPORT_LEASE_SECONDS)


def forget_old_files() -> int:
    """Throw away the files and pages of imports that ended long ago; return how many files."""
    old = Import.objects.filter(made_at__lt=time.now() - KEPT).exclude(state__in=DUE)
    old.undecided().update(state=ImportState.CANCELLED)
    ImportPage.objects.filter(batch__in=old).delete()
    return ImportFile.objects.filter(batch__in=old).delete()[0]
