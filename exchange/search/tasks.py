"""The doorbell of the follower, and housekeeping."""

from celery import shared_task

from exchange.search import bookkeeping
from exchange.search.follow import follow


@shared_task(name="exchange.search.tasks.follow_log")
def follow_log() -> None:
    """Bring the search index up to the log; twice and side by side do no harm."""
    follow()


@shared_task(name="exchange.search.tasks.forget_old_searches")
def forget_old_searches() -> None:
    """Delete old searches and all but each person's last ten; may run twice."""
    bookkeeping.forget_old_searches()
