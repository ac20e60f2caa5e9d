"""The sample world."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange.accounts.models import User
from exchange.home.running import sample_accounts_exist
from exchange.home.sample import SAMPLE_PASSWORD, world
from exchange.partners.models import Organisation


class Command(BaseCommand):
    help = "Load the sample world: real facts, invented people with a known password."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        if not sample_accounts_exist() and (User.objects.exists() or Organisation.objects.exists()):
            raise CommandError(
                "This data belongs to a real exchange: the sample world would add accounts whose "
                "password everybody knows. Use another folder: EXCHANGE_DATA=/some/folder"
            )
        world.load()
        if verbosity:
            self.stdout.write(
                f"The sample world is loaded. Everybody's password: {SAMPLE_PASSWORD}"
            )
