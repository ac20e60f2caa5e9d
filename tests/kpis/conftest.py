import pytest

from exchange.kpis.models import Series
from tests.cast import Cast
from tests.kpis.factories import make_series


@pytest.fixture
def series(cast: Cast) -> Series:
    """Containers of Gothenburg, whose approved values the agreement's parties see."""
    return make_series(cast)
