"""What the addresses of digests answer to whom."""

from collections.abc import Mapping
from typing import Any

from exchange.activity.sequencer import place_events
from exchange.common.ids import uuid7
from exchange.digests import actions
from tests.architecture.routes import Route
from tests.cast import Cast, eyes
from tests.digests.scenes import subscribe
from tests.lessons.factories import make_lesson

LOGIN = {"anonymous": 302, "client": 302}
EVERYBODY = {"owner": 200, "partner_in": 200, "partner_out": 200, **LOGIN}
PRESSED = {"owner": 302, "partner_in": 302, "partner_out": 302, **LOGIN}


def nonce(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"nonce": str(uuid7())}


def wish(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"cadence": "weekly", "weekday": 1, "hour": 8, "zone": "", "nonce": str(uuid7())}


def a_lesson(cast: Cast) -> dict[str, Any]:
    """Share a lesson between Gothenburg and Los Angeles."""
    make_lesson(cast, canary=True)
    place_events()
    return {}


def a_digest(cast: Cast) -> dict[str, Any]:
    """Have the owner sent a mail that tells of a lesson for Gothenburg only."""
    reader = cast.gothenburg.contributor
    subscribe(reader)
    make_lesson(cast, canary=True, audience=cast.gothenburg.home)
    place_events()
    return {"pk": actions.send_now(actor=eyes(reader)).pk}


def a_token(cast: Cast) -> dict[str, Any]:
    return {"token": subscribe(cast.gothenburg.contributor).token}


ROUTES = [
    Route(name="digests:settings", get=EVERYBODY, post=PRESSED, data=wish),
    Route(name="digests:preview", make=a_lesson, canary=True, get=EVERYBODY),
    Route(
        name="digests:digest",
        make=a_digest,
        canary=True,
        get={"owner": 200, "partner_in": 404, "partner_out": 404, **LOGIN},
    ),
    Route(name="digests:stop", post=PRESSED, data=nonce),
    Route(name="digests:resume", post=PRESSED, data=nonce),
    Route(name="digests:send_now", post=PRESSED, data=nonce),
    Route(name="digests:unsubscribe", make=a_token, public=True),
]
