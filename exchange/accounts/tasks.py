"""Housekeeping of accounts."""

from celery import shared_task

from exchange.accounts import bookkeeping


@shared_task(name="exchange.accounts.tasks.forget_old_security_entries")
def forget_old_security_entries() -> None:
    """Delete lines of the security log that are older than a year; may run twice."""
    bookkeeping.forget_old_entries()
