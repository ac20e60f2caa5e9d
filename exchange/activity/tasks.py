"""The sweep of the sequencer."""

from celery import shared_task

from exchange.activity.sequencer import place_events


@shared_task(name="exchange.activity.tasks.sequence_events")
def sequence_events() -> None:
    """Place what a process that died after its commit left without a position."""
    place_events()
