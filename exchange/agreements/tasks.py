from celery import shared_task

from exchange.agreements import actions
from exchange.audiences.viewer import Viewer


@shared_task
def end_due() -> int:
    """Close the agreements whose term has passed; rung by beat. It may run twice, and at once."""
    return actions.end_due(actor=Viewer.system())
