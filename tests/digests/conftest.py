import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from pytest_django.fixtures import Settings

from tests.digests.smtp import SmtpServer
from tests.threads import postgres, shared_db

# A Wednesday; the weekly mails of the cast fall due on Monday 23 November.
START = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until `clock.move_to(…)`."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    """A scripted mail server; the product sends to it."""
    with SmtpServer() as server:
        settings.EMAIL_BACKEND = "exchange.common.mail.SmtpBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 5
        yield server


__all__ = ["clock", "postgres", "shared_db", "smtp"]
