"""Bring the catalogue of KPIs up to the one of this release."""

from typing import Any

from django.core.management.base import BaseCommand

from exchange.audiences.viewer import Viewer
from exchange.kpis import actions, catalogue


class Command(BaseCommand):
    help = (
        "Make or revise the indicators that come with this release; run twice, it changes nothing."
    )

    def handle(self, **options: Any) -> None:
        count = actions.load_catalogue(actor=Viewer.system(), rows=catalogue.rows())
        if options["verbosity"]:
            self.stdout.write(f"{count} indicators are in place.")
