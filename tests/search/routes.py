"""The search page without words shows the newest; suggestions without words show nothing."""

from typing import Any

from tests.architecture.routes import Route
from tests.cast import Cast
from tests.lessons.factories import make_lesson


def a_lesson(cast: Cast) -> dict[str, Any]:
    """Publish a lesson to the agreement, with the canary in its texts."""
    make_lesson(cast, canary=True)
    return {}


EVERYBODY = {"owner": 200, "partner_in": 200, "partner_out": 200, "anonymous": 200}

ROUTES = [
    Route(name="search:search", make=a_lesson, canary=True, get=EVERYBODY),
    Route(name="search:suggest", make=a_lesson, get=EVERYBODY),
]
