"""The exchange on one machine."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from exchange.home.guards import refuse_sample_data
from exchange.home.running import run_all, where_mail_is
from exchange.home.supervisor import say
from exchange.partners.models import Organisation


class Command(BaseCommand):
    help = "Run web, worker and beat on this machine until Ctrl-C, for real people."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        sys.exit(run_all(mailbox="operator", guard=refuse_sample_data, when_ready=tell))


def tell() -> None:
    """Say where the exchange is and, when it is empty, how to begin."""
    mail = where_mail_is(" to the operator alone (manage.py createsuperuser makes one)")
    say(f"\nPort Exchange is ready at {settings.SITE_URL}\n{mail}")
    if not Organisation.objects.exists():
        say(
            "Nobody is in yet. Admit the first organisation, in another terminal:\n"
            "  manage.py create_organisation 'Port of Gothenburg' --kind port --unlocode SEGOT "
            "--coordinator you@example.com"
        )
    say("Ctrl-C stops it.\n")
