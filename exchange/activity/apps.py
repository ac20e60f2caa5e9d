from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Max
from django.db.models.signals import post_migrate


def make_head(*, using: str = DEFAULT_DB_ALIAS, apps: Any = None, **_: Any) -> None:
    """Make the sequencer's one row, after each migration and each flush.

    Should it have got lost, it goes on after the newest position: without it none was given since.
    """
    from exchange.activity.models import Event, LogHead

    if using == DEFAULT_DB_ALIAS and not (apps and "loghead" not in apps.all_models["activity"]):
        newest = Event.objects.aggregate(newest=Max("position"))["newest"] or 0
        LogHead.objects.get_or_create(pk=1, defaults={"last_position": newest})


class ActivityConfig(AppConfig):
    name = "exchange.activity"

    def ready(self) -> None:
        post_migrate.connect(make_head, sender=self)
