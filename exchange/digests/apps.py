from typing import Any

from django.apps import AppConfig


def ring_for_mail(**_: Any) -> None:
    """Have the mails sent that the log's new events ask for."""
    from exchange.common.doorbell import ring
    from exchange.digests.tasks import send_mail

    ring(send_mail)


class DigestsConfig(AppConfig):
    name = "exchange.digests"

    def ready(self) -> None:
        from exchange.activity.signals import log_grew
        from exchange.common.providers import register_step
        from exchange.digests import checks, steps

        log_grew.connect(ring_for_mail)
        register_step(steps.first_step)
        checks.register_all()
