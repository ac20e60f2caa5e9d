"""Bring the catalogue of KPIs up to the one of this release."""

from typing import Any

from django.core.management.base import BaseCommand

from exchange.audiences.viewer import Viewer
from exchange.kpis import actions, catalogue


class Command(BaseCommand):
    help = (
        "Make or revise the indicators that come with this release, but for accepted proposals; "
        "run twice, it changes nothing."
    )

    def handle(self, **options: Any) -> None:
        rows = catalogue.rows()
        kept = actions.load_catalogue(actor=Viewer.system(), rows=rows)
        if options["verbosity"]:
            self.stdout.write(f"{len(rows)} indicators are in place.")
            if kept:
                self.stdout.write(
                    f"{len(kept)} of them keep a definition that was proposed here and accepted, though "
                    f"this release has another: {', '.join(kept)}."
                )
