"""One process of the exchange: what `up` starts three of, and a cluster any number of."""

import warnings
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from exchange.home.guards import refuse_older_database, refuse_sample_data_for_others
from exchange.home.lifeline import hold_lifeline
from exchange.home.supervisor import require_port


class Command(BaseCommand):
    help = (
        "Run one process: web (the pages and the API), worker (background work) or beat (rings it)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("process", choices=["web", "worker", "beat"])
        parser.add_argument("--threads", type=int, default=4, help="at work at once (default: 4)")
        parser.add_argument(
            "--processes", type=int, default=1, help="of web; more than one needs CACHE_URL"
        )

    def handle(self, *, process: str, threads: int, processes: int, **options: Any) -> None:
        hold_lifeline()
        match process:
            case "web":
                run_web(threads=threads, processes=processes)
            case "worker":
                run_worker(threads=threads)
            case "beat":
                current_app.start(["--quiet", "beat", "--loglevel", "WARNING"])


def run_web(*, threads: int, processes: int) -> None:
    """Serve pages and API at `EXCHANGE_HOST` and `PORT` until TERM or INT.

    Raises CommandError when it cannot listen there, when the database cannot be used or is older
    than this release, and when the sample accounts would be open to others.
    """
    require_port(settings.LISTEN_HOST, settings.PORT)
    refuse_sample_data_for_others()
    refuse_older_database()
    _forget_connections()
    Granian(
        settings.WSGI_APPLICATION.replace(".application", ":application"),
        address=settings.LISTEN_HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=threads,
        workers_kill_timeout=5,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


def _forget_connections() -> None:
    """Close what the database was asked by: those who serve are forks of this process."""
    connections.close_all()
    if close_pool := getattr(connection, "close_pool", None):
        close_pool()


def run_worker(*, threads: int) -> None:
    """Work off what is asked by doorbell and beat until TERM or INT.

    Raises CommandError when the database cannot be used or is older than this release.
    """
    refuse_older_database()
    _forget_connections()
    warnings.filterwarnings("ignore", message=".*superuser privileges", module="celery.platforms")
    current_app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            f"--concurrency={threads}",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=WARNING",
        ]
    )
