"""The product's settings in a data folder of the test run's own, with quick passwords."""

import os
import tempfile

os.environ.setdefault("EXCHANGE_DATA", tempfile.mkdtemp(prefix="exchange-test-"))
os.environ.setdefault("BROKER_URL", "memory://")
os.environ.setdefault("EXCHANGE_SEARCH", "memory")

from exchange.config.settings import *  # noqa: F403
from exchange.config.settings import STATIC_ROOT, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(exist_ok=True)
