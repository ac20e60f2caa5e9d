import time
from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange.activity.sequencer import last_position
from exchange.search import follow
from exchange.search.documents import sources
from exchange.search.engines import chosen_engine
from exchange.search.engines.base import EngineBroken


class Command(BaseCommand):
    """Look after this machine's search index."""

    help = "Look after this machine's search index: status, check, rebuild, follow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "what",
            choices=["status", "check", "rebuild", "follow"],
            help="say where the index stands; compare it with the database; make it anew; "
            "keep it up to date until stopped (for a machine without a worker)",
        )

    def handle(self, *, what: str, **options: Any) -> None:
        getattr(self, f"do_{what}")()

    def do_status(self) -> None:
        """Say where the index stands."""
        status, newest = chosen_engine().status(), last_position()
        if not status.healthy:
            self.stdout.write(f"No index: {status.problem}. Searches ask the database meanwhile.")
            return
        self.stdout.write(
            f"{status.count} documents, version {status.version}, "
            f"{newest - status.mark.position} of {newest} events to read."
        )

    def do_check(self) -> None:
        """Compare the index with the database; fail when they differ."""
        follow.follow()
        try:
            indexed = chosen_engine().all_keys()
        except EngineBroken as error:
            raise CommandError(f"{error}. Run: manage.py search rebuild") from error
        documents = chain.from_iterable(source.documents(None) for source in sources())
        wanted = {document.key for document in documents}
        if indexed != wanted:
            raise CommandError(
                f"{len(wanted - indexed)} documents are missing, {len(indexed - wanted)} are too many. "
                "Run: manage.py search rebuild"
            )
        self.stdout.write(f"{len(wanted)} documents, as in the database.")

    def do_rebuild(self) -> None:
        """Make the index anew."""
        started = time.monotonic()
        count = follow.rebuild()
        self.stdout.write(f"{count} documents in {time.monotonic() - started:.1f} s.")

    def do_follow(self) -> None:
        """Keep the index up to date until stopped."""
        while True:
            follow.follow()
            time.sleep(1)
