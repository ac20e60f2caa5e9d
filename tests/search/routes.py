"""The search page, with words and without, the suggestions for words, and forgetting."""

from collections.abc import Mapping
from typing import Any

from exchange.common.ids import uuid7
from exchange.search.bookkeeping import note_search
from tests.architecture.routes import Route, everybody
from tests.cast import Cast, eyes
from tests.lessons.factories import make_lesson


def a_lesson(cast: Cast) -> dict[str, Any]:
    """Publish a lesson to the agreement, with the canary in its texts."""
    make_lesson(cast, canary=True)
    return {}


def a_search(cast: Cast) -> dict[str, Any]:
    """Have the owner search for something."""
    note_search(eyes(cast.gothenburg.contributor), {"q": ["plug"]})
    return {}


def nonce(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"nonce": str(uuid7())}


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
    Route(
        name="search:forget",
        path="search/forget/",
        make=a_search,
        data=nonce,
        post=everybody(302),
    ),
]
