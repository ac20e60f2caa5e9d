"""What the API's addresses answer to whom: every viewer comes with their organisation's token."""

from collections.abc import Mapping
from typing import Any

from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from tests.api import agreement_routes
from tests.api.asking import ANYBODY_KNOWN, ANYBODY_WRITES, INSIDE, INSIDERS, WITH_TOKEN, a_key
from tests.architecture.routes import Route, everybody
from tests.cast import Cast
from tests.kpis.routes_of_api import OF_API
from tests.lessons.factories import make_lesson

OWNER_READS = everybody(404, owner=200, anonymous=401)


def lesson(cast: Cast) -> dict[str, Any]:
    return {"pk": make_lesson(cast, canary=True).pk}


def draft(cast: Cast) -> dict[str, Any]:
    return {"pk": make_lesson(cast, canary=True, state=State.CAPTURED).pk}


def restricted(cast: Cast) -> dict[str, Any]:
    """Make a lesson that a list may show; the list itself takes no arguments."""
    make_lesson(cast, canary=True)
    return {}


def organisation(cast: Cast) -> dict[str, Any]:
    return {"pk": cast.gothenburg.organisation.pk}


def a_draft(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": "Agree the plug before you order the ship"}


def a_shared_draft(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return a draft for the agreement, which Tokyo is no part of and has no name for."""
    return {**a_draft(cast, kwargs), "audience": f"group:{cast.agreement.pk}"}


def a_change(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": "Agree the plug, then order the ship"}


def key_and_version(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Return all headers that a change to this lesson takes."""
    lock = Lesson.objects.get(pk=kwargs["pk"]).lock
    return {**a_key(cast, kwargs), "if-match": f'"v{lock}"'}


LESSONS = {"name": "api:lessons", "path": "api/v1/lessons"}
LESSON = {"name": "api:lesson", "path": "api/v1/lessons/<uuid:pk>"}
SUBMIT = {"name": "api:submit", "path": "api/v1/lessons/<uuid:pk>/submit"}
SEARCH = {"name": "api:search", "path": "api/v1/search"}

OWNER_CHANGES = {
    "owner": 200,
    "partner_in": 403,
    "partner_out": 404,
    "client": 403,
    "anonymous": 401,
}
# Nobody else knows of a draft.
OWNER_KNOWS = {**OWNER_CHANGES, "partner_in": 404, "client": 404}

# Without Idempotency-Key and If-Match nothing is written: who may write gets as far as 400 or 428.
ROUTES = [
    Route(**LESSONS, make=restricted, canary=INSIDE, get=ANYBODY_KNOWN),
    Route(**LESSONS, data=a_draft, post=everybody(400, anonymous=401), changes=()),
    Route(**LESSONS, data=a_draft, headers=a_key, post=ANYBODY_WRITES, changes=WITH_TOKEN),
    Route(
        **LESSONS,
        data=a_shared_draft,
        headers=a_key,
        post={**ANYBODY_WRITES, "partner_out": 422},
        changes=INSIDE,
    ),
    Route(**LESSON, make=lesson, canary=INSIDE, get=INSIDERS),
    Route(**LESSON, make=lesson, headers=key_and_version, data=a_change, patch=OWNER_CHANGES),
    Route(**LESSON, make=draft, headers=key_and_version, data=a_change, patch=OWNER_KNOWS),
    Route(**LESSON, make=draft, data=a_change, patch={**OWNER_KNOWS, "owner": 428}, changes=()),
    Route(**LESSON, make=draft, canary=["owner"], get=OWNER_READS),
    Route(**LESSON, make=draft, headers=key_and_version, delete={**OWNER_KNOWS, "owner": 204}),
    Route(**LESSON, make=draft, delete={**OWNER_KNOWS, "owner": 428}, changes=()),
    Route(
        **LESSON,
        make=lesson,
        headers=key_and_version,
        delete={**OWNER_CHANGES, "owner": 409},
        changes=(),
    ),
    Route(**SUBMIT, make=draft, post={**OWNER_KNOWS, "owner": 428}, changes=()),
    Route(**SUBMIT, make=draft, headers=key_and_version, post=OWNER_KNOWS),
    Route(
        **SUBMIT,
        make=lesson,
        headers=key_and_version,
        post={**OWNER_CHANGES, "owner": 409},
        changes=(),
    ),
    Route(**SEARCH, make=restricted, canary=INSIDE, get=ANYBODY_KNOWN),
    Route(name="api:organisations", path="api/v1/organisations", get=ANYBODY_KNOWN),
    Route(
        name="api:organisation",
        path="api/v1/organisations/<uuid:pk>",
        make=organisation,
        get=ANYBODY_KNOWN,
    ),
    Route(name="api:topics", path="api/v1/topics", get=ANYBODY_KNOWN),
    Route(name="api:me", path="api/v1/me", get=ANYBODY_KNOWN),
    Route(name="api:status", path="api/v1/status", get=everybody(200)),
    Route(name="api:schema", path="api/v1/schema", get=everybody(200)),
    Route(name="api:docs", path="api/v1/docs/", get=everybody(200)),
    Route(
        name="api:problem",
        path="problems/<slug:code>/",
        make=lambda cast: {"code": "not_found"},
        get=everybody(200),
    ),
    *agreement_routes.ROUTES,
    *OF_API,
]


def there_is(cast: Cast, path: str) -> Any:
    """Make what an address of the contract (`/api/v1/lessons/{id}`) is about; return its id."""
    pattern = path.removeprefix("/").replace("{id}", "<uuid:pk>")
    return next(route for route in ROUTES if route.path == pattern).make(cast)["pk"]
