"""Work on imports, and their housekeeping."""

from celery import shared_task

from exchange.kpis import bookkeeping
from exchange.kpis.importing import job


@shared_task(name="exchange.kpis.tasks.work_on_imports")
def work_on_imports() -> int:
    """Read and write the imports that wait; rung when one is sent or accepted, and by beat.

    It may run twice, and at once.
    """
    return job.work()


@shared_task(name="exchange.kpis.tasks.forget_old_imports")
def forget_old_imports() -> int:
    """Throw away the files of imports older than 30 days; may run twice."""
    return bookkeeping.forget_old_files()
