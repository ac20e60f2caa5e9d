"""Housekeeping."""

from celery import shared_task

from exchange.common import once


@shared_task(name="exchange.common.tasks.forget_old_keys")
def forget_old_keys() -> None:
    """Delete nonces and Idempotency-Keys that are older than a day; may run twice."""
    once.forget_old_keys()
