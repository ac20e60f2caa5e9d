from typing import Any

from django.apps import AppConfig


def hear_of_growth(**_: Any) -> None:
    """Ask a worker to read what is new in the log."""
    from exchange.common.doorbell import ring
    from exchange.search.tasks import follow_log

    ring(follow_log)


class SearchConfig(AppConfig):
    name = "exchange.search"

    def ready(self) -> None:
        from exchange.activity.signals import log_grew

        log_grew.connect(hear_of_growth, dispatch_uid="search follows the log")
