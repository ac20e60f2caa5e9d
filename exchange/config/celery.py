"""The Celery application: tasks are found in each app's `tasks.py`."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

from exchange.common import garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.config.settings")

TRANSPORT_ALIASES["filesystem"] = "exchange.common.folder_queue:Transport"

app = Celery("exchange")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _settle(**_: Any) -> None:
    garbage.settle()
