"""The Celery application: tasks are found in each app's `tasks.py`."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.config.settings")

TRANSPORT_ALIASES["filesystem"] = "exchange.common.folder_queue:Transport"

app = Celery("exchange")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _set_aside(**_: Any) -> None:
    # What is loaded stays: looked through again at each full collection of garbage, it made large
    # imports a tenth slower.
    gc.freeze()
