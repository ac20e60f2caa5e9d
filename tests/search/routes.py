"""The search page, with words and without, and the suggestions for words."""

from typing import Any

from tests.architecture.routes import Route, everybody
from tests.cast import Cast
from tests.lessons.factories import make_lesson


def a_lesson(cast: Cast) -> dict[str, Any]:
    """Publish a lesson to the agreement, with the canary in its texts."""
    make_lesson(cast, canary=True)
    return {}


INSIDE = ("owner", "partner_in")

ROUTES = [
    Route(
        name="search:search",
        path="search/",
        make=a_lesson,
        canary=INSIDE,
        get=everybody(200),
    ),
    Route(
        name="search:search",
        path="search/",
        make=a_lesson,
        query={"q": "plug"},
        canary=INSIDE,
        get=everybody(200),
    ),
    Route(
        name="search:suggest",
        path="search/suggest/",
        make=a_lesson,
        query={"q": "plug"},
        canary=INSIDE,
        get=everybody(200),
    ),
]
