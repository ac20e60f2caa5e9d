from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


def make_head(*, using: str = DEFAULT_DB_ALIAS, apps: Any = None, **_: Any) -> None:
    """Make the sequencer's one row, after each migration and each flush."""
    from exchange.activity.models import LogHead

    if using == DEFAULT_DB_ALIAS and not (apps and "loghead" not in apps.all_models["activity"]):
        LogHead.objects.get_or_create(pk=1)


class ActivityConfig(AppConfig):
    name = "exchange.activity"

    def ready(self) -> None:
        post_migrate.connect(make_head, sender=self)
