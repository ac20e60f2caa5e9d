"""What the addresses of digests answer to whom."""

from collections.abc import Mapping
from typing import Any

from exchange.activity.sequencer import place_events
from exchange.common.ids import uuid7
from exchange.digests import actions
from exchange.digests.feeds.actions import make_feed_address
from tests.architecture.routes import VIEWERS, Route, everybody
from tests.cast import Cast, eyes
from tests.digests.scenes import subscribe
from tests.lessons.factories import make_lesson

LOGIN = {"anonymous": 302, "client": 302}
PEOPLE = ("owner", "partner_in", "partner_out")
EVERYBODY = everybody(200, **LOGIN)
PRESSED = everybody(302)


def nonce(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"nonce": str(uuid7())}


def wish(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"cadence": "weekly", "weekday": 1, "hour": 8, "zone": "", "nonce": str(uuid7())}


def a_choice(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"everything": "no", "kinds": ["lesson"], "nonce": str(uuid7())}


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


def subscribed(cast: Cast) -> dict[str, Any]:
    subscribe(cast.gothenburg.contributor)
    return {}


def stopped(cast: Cast) -> dict[str, Any]:
    """Have the owner end their mails a moment ago."""
    subscribed(cast)
    actions.unsubscribe(actor=eyes(cast.gothenburg.contributor))
    return {}


def a_token(cast: Cast) -> dict[str, Any]:
    return {"token": subscribe(cast.gothenburg.contributor).token}


def a_feed(cast: Cast) -> dict[str, Any]:
    """Have the owner make the address of their feed, and share a lesson with Los Angeles."""
    a_lesson(cast)
    return {"token": make_feed_address(actor=eyes(cast.gothenburg.contributor))}


def an_address(cast: Cast) -> dict[str, Any]:
    make_feed_address(actor=eyes(cast.gothenburg.contributor))
    return {}


def no_feed(cast: Cast) -> dict[str, Any]:
    a_feed(cast)
    return {"token": "x" * 43}


def no_token(cast: Cast) -> dict[str, Any]:
    return {"token": "x" * 22}


def one_click(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"List-Unsubscribe": "One-Click"}


PRIVATE_NEWS = {"name": "digests:private_news", "path": "news/<str:token>.atom"}
UNSUBSCRIBE = {"name": "digests:unsubscribe", "path": "u/<str:token>"}

ROUTES = [
    Route(
        name="digests:settings",
        path="digests/",
        get=EVERYBODY,
        post=PRESSED,
        data=wish,
        changes=PEOPLE,
    ),
    # Who has no mails yet is sent to choose when they come.
    Route(
        name="digests:choice",
        path="digests/choice/",
        make=subscribed,
        get={**PRESSED, "owner": 200},
        post=PRESSED,
        data=a_choice,
    ),
    Route(
        name="digests:preview",
        path="digests/preview/",
        make=a_lesson,
        canary=["owner", "partner_in"],
        get=EVERYBODY,
    ),
    Route(
        name="digests:digest",
        path="digests/<uuid:pk>/",
        make=a_digest,
        canary=["owner"],
        get={"owner": 200, "partner_in": 404, "partner_out": 404, **LOGIN},
    ),
    Route(name="digests:stop", path="digests/stop/", make=subscribed, post=PRESSED, data=nonce),
    Route(name="digests:resume", path="digests/resume/", make=stopped, post=PRESSED, data=nonce),
    Route(
        name="digests:send_now",
        path="digests/send-now/",
        make=subscribed,
        post=PRESSED,
        data=nonce,
    ),
    Route(name="digests:public_news", path="news.atom", make=a_lesson, get=everybody(200)),
    # The token is the only credential: whoever has it reads what its person may read.
    Route(**PRIVATE_NEWS, make=a_feed, canary=VIEWERS, get=everybody(200)),
    Route(**PRIVATE_NEWS, make=no_feed, get=everybody(404)),
    Route(
        name="digests:feed",
        path="digests/feed/",
        get=EVERYBODY,
        post=EVERYBODY,
        data=nonce,
        changes=PEOPLE,
    ),
    Route(
        name="digests:end_feed",
        path="digests/feed/end/",
        make=an_address,
        post=PRESSED,
        data=nonce,
        changes=["owner"],
    ),
    # The token is the only credential: whoever has it ends those mails, and nobody else does.
    Route(
        **UNSUBSCRIBE,
        make=a_token,
        get=everybody(200),
        post=everybody(200),
        data=one_click,
        changes=VIEWERS,
    ),
    Route(
        **UNSUBSCRIBE,
        make=no_token,
        get=everybody(200),
        post=everybody(200),
        data=one_click,
        changes=(),
    ),
]
