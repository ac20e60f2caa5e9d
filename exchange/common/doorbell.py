"""Ring a background task: the message may be lost, the row it is about may not."""

import logging
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring(task: "Task[Any, Any]") -> None:
    """Ask a worker to run `task` soon; a broker that is down costs nothing but time (beat rings too)."""
    try:
        task.apply_async(retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        logger.warning("doorbell of %s not heard: %s", task.name, error)
