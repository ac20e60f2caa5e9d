"""Work on imports, and their housekeeping."""

from celery import shared_task
from django.db import transaction

from exchange.common.doorbell import ring
from exchange.kpis import bookkeeping
from exchange.kpis.importing import job


@shared_task(name="exchange.kpis.tasks.work_on_imports")
def work_on_imports() -> int:
    """Read and write the imports that wait; rung when one is sent or accepted, and by beat.

    It may run twice, and at once.
    """
    return job.work()


def ring_for_imports() -> None:
    """Have a worker look for imports that wait, once what was written is there."""
    transaction.on_commit(lambda: ring(work_on_imports), robust=True)


@shared_task(name="exchange.kpis.tasks.forget_old_imports")
def forget_old_imports() -> int:
    """Throw away the files of imports older than 30 days; may run twice."""
    return bookkeeping.forget_old_files()
