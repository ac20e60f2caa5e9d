"""What the API's addresses answer to whom: every viewer comes with their organisation's token."""

from collections.abc import Mapping
from typing import Any

from exchange.common.ids import uuid7
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from tests.architecture.routes import Route
from tests.cast import Cast
from tests.lessons.factories import make_lesson

ANYBODY_KNOWN = {
    "owner": 200,
    "partner_in": 200,
    "partner_out": 200,
    "client": 200,
    "anonymous": 401,
}
INSIDERS = {"owner": 200, "partner_in": 200, "partner_out": 404, "client": 200, "anonymous": 401}


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


def a_key(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Return the header of a request that was never sent before, and no version."""
    return {"idempotency-key": str(uuid7())}


def key_and_version(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Return all headers that a change to this lesson takes."""
    lock = Lesson.objects.get(pk=kwargs["pk"]).lock
    return {**a_key(cast, kwargs), "if-match": f'"v{lock}"'}


ANYBODY_WRITES = {
    "owner": 201,
    "partner_in": 201,
    "partner_out": 201,
    "client": 201,
    "anonymous": 401,
}
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
    Route(name="api:lessons", make=restricted, canary=True, get=ANYBODY_KNOWN),
    Route(
        name="api:lessons",
        data=a_draft,
        post={"owner": 400, "partner_in": 400, "partner_out": 400, "anonymous": 401},
    ),
    Route(name="api:lessons", data=a_draft, headers=a_key, post=ANYBODY_WRITES),
    Route(
        name="api:lessons",
        data=a_shared_draft,
        headers=a_key,
        post={**ANYBODY_WRITES, "partner_out": 422},
    ),
    Route(name="api:lesson", make=lesson, canary=True, get=INSIDERS),
    Route(
        name="api:lesson",
        make=lesson,
        headers=key_and_version,
        patch_data=a_change,
        patch=OWNER_CHANGES,
    ),
    Route(
        name="api:lesson",
        make=draft,
        headers=key_and_version,
        patch_data=a_change,
        patch=OWNER_KNOWS,
    ),
    Route(
        name="api:lesson",
        make=draft,
        canary=True,
        get={**INSIDERS, "partner_in": 404, "client": 404},
    ),
    Route(
        name="api:submit",
        make=draft,
        post={"owner": 428, "partner_in": 404, "partner_out": 404, "client": 404, "anonymous": 401},
    ),
    Route(name="api:submit", make=draft, headers=key_and_version, post=OWNER_KNOWS),
    Route(
        name="api:submit",
        make=lesson,
        headers=key_and_version,
        post={**OWNER_CHANGES, "owner": 409},
    ),
    Route(name="api:search", make=restricted, canary=True, get=ANYBODY_KNOWN),
    Route(name="api:organisations", get=ANYBODY_KNOWN),
    Route(name="api:organisation", make=organisation, get=ANYBODY_KNOWN),
    Route(name="api:topics", get=ANYBODY_KNOWN),
    Route(name="api:me", get=ANYBODY_KNOWN),
    Route(name="api:status", get={"anonymous": 200}, public=True),
    Route(name="api:schema", get={"anonymous": 200}, public=True),
    Route(name="api:docs", get={"anonymous": 200}, public=True),
    Route(
        name="api:problem",
        make=lambda cast: {"code": "not_found"},
        get={"anonymous": 200},
        public=True,
    ),
]
