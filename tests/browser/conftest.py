from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.people import CHROMIUM, chromium
from tests.process.fixtures import mode, sample_world, templates

__all__ = ["browser", "mode", "sample_world", "templates"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"needs chromium at {CHROMIUM}")
    with chromium() as browser:
        yield browser
