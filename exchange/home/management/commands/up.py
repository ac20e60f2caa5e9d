"""The exchange on one machine."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange.home.running import run_all, sample_accounts_exist, where_mail_is
from exchange.home.supervisor import say
from exchange.partners.models import Organisation


class Command(BaseCommand):
    help = "Run web, worker and beat on this machine until Ctrl-C, for real people."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        sys.exit(run_all(mailbox="operator", fill=refuse_sample_world, when_ready=tell))


def refuse_sample_world() -> None:
    """Raise CommandError when anybody knows the passwords of accounts here."""
    if sample_accounts_exist():
        raise CommandError(
            "This data holds the sample accounts of the demo, whose password everybody knows. "
            "Use another folder: EXCHANGE_DATA=/some/folder"
        )


def tell() -> None:
    """Say where the exchange is and, when it is empty, how to begin."""
    say(f"\nPort Exchange is ready at {settings.SITE_URL}\n{where_mail_is()}")
    if not Organisation.objects.exists():
        say(
            "Nobody is in yet. Admit the first organisation, in another terminal:\n"
            "  manage.py create_organisation 'Port of Gothenburg' --kind port --unlocode SEGOT "
            "--coordinator you@example.com"
        )
    say("Ctrl-C stops it.\n")
