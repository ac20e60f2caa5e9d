"""Bring the taxonomy up to the one of this release."""

from typing import Any

from django.core.management.base import BaseCommand

from exchange.audiences.viewer import Viewer
from exchange.topics import actions, taxonomy


class Command(BaseCommand):
    help = "Make or update the topics that come with this release; run twice, it changes nothing."

    def handle(self, **options: Any) -> None:
        count = actions.load_topics(actor=Viewer.system(), rows=taxonomy.rows())
        if options["verbosity"]:
            self.stdout.write(f"{count} topics are in place.")
