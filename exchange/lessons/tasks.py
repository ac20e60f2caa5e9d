"""Background work on lessons."""

from celery import shared_task

from exchange.audiences.viewer import Viewer
from exchange.lessons import actions, bookkeeping


@shared_task(name="exchange.lessons.tasks.release_due")
def release_due() -> None:
    """Publish what was to be published by now; may run twice."""
    actions.release_due(actor=Viewer.system())


@shared_task(name="exchange.lessons.tasks.forget_old_buffers")
def forget_old_buffers() -> None:
    """Delete what was typed and left lying for 90 days; may run twice."""
    bookkeeping.forget_old_buffers()


@shared_task(name="exchange.lessons.tasks.note_missing_title_words")
def note_missing_title_words() -> None:
    """Take in titles that a release without suggestions wrote; may run twice."""
    bookkeeping.note_missing_title_words()
