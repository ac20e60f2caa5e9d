"""Engines to test, and a small world of documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from exchange.kpis.models import Indicator
from exchange.search.engines import chosen_engine
from exchange.search.engines.base import SearchEngine
from exchange.search.engines.memory import MemoryEngine
from exchange.search.engines.whoosh import WhooshEngine


@pytest.fixture(params=["memory", "whoosh"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> SearchEngine:
    """Each engine in turn, empty."""
    return MemoryEngine() if request.param == "memory" else WhooshEngine(tmp_path / "search")


@pytest.fixture
def no_catalogue(db: None) -> None:
    """Nothing can be found but what a test makes: the KPIs that come with the release are gone."""
    Indicator.objects.update(current=None)
    Indicator.objects.all().delete()


@pytest.fixture
def index(no_catalogue: None, settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """The exchange searches with Whoosh in a folder of the test's own; nothing is there yet."""
    settings.SEARCH_ENGINE = "whoosh"
    settings.SEARCH_FOLDER = tmp_path / "search"
    chosen_engine.cache_clear()
    yield settings.SEARCH_FOLDER
    chosen_engine.cache_clear()
