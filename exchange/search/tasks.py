"""The doorbell of the follower."""

from celery import shared_task

from exchange.search.follow import follow


@shared_task(name="exchange.search.tasks.follow_log")
def follow_log() -> None:
    """Bring the search index up to the log; twice and side by side do no harm."""
    follow()
