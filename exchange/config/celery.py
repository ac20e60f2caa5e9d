"""The Celery application: tasks are found in each app's `tasks.py`."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.config.settings")

TRANSPORT_ALIASES["filesystem"] = "exchange.common.folder_queue:Transport"

app = Celery("exchange")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
