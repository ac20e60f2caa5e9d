from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_standing_audiences(**_: Any) -> None:
    """Make the audiences of everybody and of all partners, after each migration and each flush."""
    from exchange.audiences import actions

    actions.public()
    actions.all_partners()


class AudiencesConfig(AppConfig):
    name = "exchange.audiences"

    def ready(self) -> None:
        post_migrate.connect(make_standing_audiences, sender=self)
