"""KPIs: definitions that compare, values that stay true, and imports of many at once."""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


def fill_empty_catalogue(*, using: str = DEFAULT_DB_ALIAS, apps: Any = None, **_: Any) -> None:
    """Load the indicators that come with this release into a catalogue that has none.

    After each migration and each flush, as the topics are, which they are filed under. A later
    release's changes come by `manage.py load_indicators`.
    """
    from exchange.audiences.viewer import Viewer
    from exchange.kpis import actions, catalogue
    from exchange.kpis.models import Indicator

    if using != DEFAULT_DB_ALIAS or (apps and "indicator" not in apps.all_models["kpis"]):
        return
    if not Indicator.objects.exists():
        actions.load_catalogue(actor=Viewer.system(), rows=catalogue.rows())


class KpisConfig(AppConfig):
    name = "exchange.kpis"

    def ready(self) -> None:
        from exchange.kpis import events, search, waiting

        events.register()
        search.register()
        waiting.register()
        post_migrate.connect(fill_empty_catalogue, sender=self)
