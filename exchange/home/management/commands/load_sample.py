"""The sample world."""

from typing import Any

from django.core.management.base import BaseCommand

from exchange.home.guards import refuse_real_data
from exchange.home.sample import SAMPLE_PASSWORD, world


class Command(BaseCommand):
    help = "Load the sample world: real facts, invented people with a known password."

    def handle(self, *, verbosity: int, **options: Any) -> None:
        refuse_real_data()
        world.load()
        if verbosity:
            self.stdout.write(
                f"The sample world is loaded. Everybody's password: {SAMPLE_PASSWORD}"
            )
