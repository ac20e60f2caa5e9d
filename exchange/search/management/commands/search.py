import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange.activity.models import Event
from exchange.activity.sequencer import last_position
from exchange.common.time import now
from exchange.search import checking, follow
from exchange.search.engines import chosen_engine
from exchange.search.engines.base import EngineBroken

REMEDY = "Run: manage.py search rebuild"
HOPELESS = (
    "A rebuild does not heal it. See that {folder} can be written, or delete it, and try again."
)


class Command(BaseCommand):
    """Look after this machine's search index."""

    help = "Look after this machine's search index: status, check, rebuild, follow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "what",
            choices=["status", "check", "rebuild", "follow"],
            help="say where the index stands; compare it with the database (exit status 1 when they "
            "differ); make it anew, the old one answering until then; keep it up to date until "
            "stopped (for a machine without a worker)",
        )
        parser.add_argument("--json", action="store_true", help="answer for programs")

    def handle(self, *, what: str, **options: Any) -> None:
        self.as_json = options["json"]
        try:
            getattr(self, f"do_{what}")()
        except EngineBroken as error:
            rebuilt = what in {"rebuild", "follow"}
            remedy = HOPELESS.format(folder=settings.SEARCH_FOLDER) if rebuilt else REMEDY
            raise CommandError(f"{error}. {remedy}") from error

    def do_status(self) -> None:
        """Say where the index stands."""
        status = chosen_engine().status()
        newest, waited = last_position(), _seconds_behind(status.mark.position)
        behind = newest - status.mark.position
        told = {**asdict(status), "engine": settings.SEARCH_ENGINE, "newest": newest}
        text = (
            f"{status.count} documents in {status.size / 1_000_000:.1f} MB, engine "
            f"{settings.SEARCH_ENGINE}, version {status.version}, {behind} of {newest} events to "
            f"read{f', the oldest {waited:.0f} s old' if waited else ''}."
        )
        if not status.healthy:
            text = f"No index: {status.problem}. Searches ask the database meanwhile."
        self._say(text, {**told, "events_behind": behind, "seconds_behind": round(waited, 1)})

    def do_check(self) -> None:
        """Compare the index with the database; fail when they differ."""
        found = checking.compare()
        told = {name: sorted(getattr(found, name)) for name in ("missing", "surplus", "stale")}
        if found.keys and not self.as_json:
            raise CommandError(
                f"{len(found.missing)} documents are missing, {len(found.surplus)} are too many, "
                f"{len(found.stale)} are as they were before. {REMEDY}"
            )
        self._say(f"{found.count} documents, as in the database.", {"count": found.count, **told})
        if found.keys:
            raise SystemExit(1)

    def do_rebuild(self) -> None:
        """Make the index anew."""
        started = time.monotonic()
        count = follow.rebuild()
        spent = time.monotonic() - started
        self._say(f"{count} documents in {spent:.1f} s.", {"count": count, "seconds": spent})

    def do_follow(self) -> None:
        """Keep the index up to date until stopped."""
        while True:
            follow.follow()
            time.sleep(1)

    def _say(self, text: str, data: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(data) if self.as_json else text)


def _seconds_behind(position: int) -> float:
    """Return how long ago the oldest event happened that the index has not read."""
    first = Event.objects.after(position).first() or Event.objects.unplaced().first()
    return (now() - first.occurred_at).total_seconds() if first else 0.0
