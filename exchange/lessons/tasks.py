"""Background work on lessons."""

from celery import shared_task

from exchange.lessons import bookkeeping


@shared_task(name="exchange.lessons.tasks.forget_old_buffers")
def forget_old_buffers() -> None:
    """Delete what was typed and left lying for 90 days; may run twice."""
    bookkeeping.forget_old_buffers()
