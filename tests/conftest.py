"""The fixed cast that every slice is tested with, and what holds in every test."""

from collections.abc import Iterator

import pytest

from tests.architecture.writers import only_actions_write
from tests.cast import Cast, make_cast


@pytest.fixture(autouse=True)
def _only_actions_write() -> Iterator[None]:
    with only_actions_write():
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """Three ports and their people: Gothenburg owns, Los Angeles shares by agreement, Tokyo does not."""
    return make_cast()
