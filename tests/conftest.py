"""The fixed cast that every slice is tested with, and what holds in every test."""

import os
from collections.abc import Generator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from tests.architecture.writers import only_actions_write
from tests.cast import Cast, make_cast
from tests.mails import every_letter_is_sound

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


@pytest.fixture
def cast(db: None) -> Cast:
    """Three ports and their people: Gothenburg owns, Los Angeles shares by agreement, Tokyo does not."""
    return make_cast()
