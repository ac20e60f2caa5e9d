"""The fixed cast that every slice is tested with, and what holds in every test."""

import os
from collections.abc import Generator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from exchange.common import garbage
from tests.architecture.writers import only_actions_write
from tests.cast import Cast, make_cast
from tests.mails import every_letter_is_sound
from tests.standing import StandingCast, undoes_all

# What CI promises to be there: a test skipped for want of it fails.
REQUIRED = [name for name in os.environ.get("EXCHANGE_REQUIRE", "").split(",") if name]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = str(report.longrepr[2])
        if any(name in reason.lower() for name in REQUIRED):
            report.outcome = "failed"
            report.longrepr = f"{reason} (EXCHANGE_REQUIRE={','.join(REQUIRED)} asks for it)"
    return report


def pytest_collection_finish() -> None:
    """Look for garbage as the processes that serve do: what was collected stays."""
    garbage.settle()


@pytest.fixture(autouse=True)
def _only_actions_write() -> Iterator[None]:
    with only_actions_write():
        yield


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings) -> None:
    """Let no test count what another one tried, not even one that runs beside it."""
    default = {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}
    settings.CACHES = {**settings.CACHES, "default": default}


@pytest.fixture(autouse=True)
def _every_letter_is_sound() -> Iterator[None]:
    with every_letter_is_sound():
        yield


@pytest.fixture(scope="session")
def standing_cast(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[StandingCast]:
    standing = StandingCast(django_db_blocker)
    yield standing
    standing.leave()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> None:
    """Let the cast stand, or leave, before the test's own transaction begins."""
    if fixturedef.argname == "_django_db_helper":
        standing: StandingCast = request.getfixturevalue("standing_cast")
        if "cast" in request.fixturenames and undoes_all(request):
            standing.stand()
        else:
            standing.leave()


@pytest.fixture
def cast(db: None, standing_cast: StandingCast) -> Cast:
    """Three ports and their people: Gothenburg owns, Los Angeles shares by agreement, Tokyo does not."""
    return standing_cast.rows() or make_cast()
