from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


def fill_empty_taxonomy(*, using: str = DEFAULT_DB_ALIAS, apps: Any = None, **_: Any) -> None:
    """Load the topics that come with this release into a table that has none.

    After each migration and each flush, so that every installation and every test has them; a
    data migration would miss the flush. A later release's changes come by `manage.py load_topics`.
    """
    from exchange.audiences.viewer import Viewer
    from exchange.topics import actions, taxonomy
    from exchange.topics.models import Topic

    if using != DEFAULT_DB_ALIAS or (apps and "topic" not in apps.all_models["topics"]):
        return
    if not Topic.objects.exists():
        actions.load_topics(actor=Viewer.system(), rows=taxonomy.rows())


class TopicsConfig(AppConfig):
    name = "exchange.topics"

    def ready(self) -> None:
        post_migrate.connect(fill_empty_taxonomy, sender=self)
