from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_head(**_: Any) -> None:
    """Make the sequencer's one row, after each migration and each flush."""
    from exchange.activity.models import LogHead

    LogHead.objects.get_or_create(pk=1)


class ActivityConfig(AppConfig):
    name = "exchange.activity"

    def ready(self) -> None:
        post_migrate.connect(make_head, sender=self)
