from typing import Any

from django.apps import AppConfig


def ring_when_letters_are_due(**_: Any) -> None:
    """Have invitations mailed at once; beat's sweep does the same, later."""
    from exchange.common.doorbell import ring
    from exchange.partners.models import Invitation
    from exchange.partners.tasks import send_invitations

    if Invitation.objects.to_mail().exists():
        ring(send_invitations)


class PartnersConfig(AppConfig):
    name = "exchange.partners"

    def ready(self) -> None:
        from exchange.activity.signals import log_grew
        from exchange.common.providers import register_step
        from exchange.partners import events, steps

        events.register()
        register_step(steps.first_step)
        log_grew.connect(ring_when_letters_are_due, dispatch_uid="partners.letters")
