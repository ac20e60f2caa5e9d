"""Settings of the test run, and the fixed cast that every slice is tested with."""

import os
import tempfile

# Before Django is set up: a data folder of its own, a broker that forgets, files that need no build.
os.environ.setdefault("EXCHANGE_DATA", tempfile.mkdtemp(prefix="exchange-test-"))
os.environ.setdefault("BROKER_URL", "memory://")
os.environ.setdefault("EXCHANGE_SEARCH", "memory")

import pytest
from pytest_django.fixtures import Settings

from tests.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def _quick_settings(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def cast(db: None) -> Cast:
    """Three ports and their people: Gothenburg owns, Los Angeles shares by agreement, Tokyo does not."""
    return make_cast()
