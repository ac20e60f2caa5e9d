"""The front door: the same for everybody, or one's own dashboard."""

from typing import Any

from tests.architecture.routes import Route
from tests.cast import Cast
from tests.lessons.factories import make_lesson


def a_lesson(cast: Cast) -> dict[str, Any]:
    """Publish a lesson to the agreement, with the canary in its texts."""
    make_lesson(cast, canary=True)
    return {}


def a_letter(cast: Cast) -> dict[str, Any]:
    """Name a letter that is not there: the mailbox is closed unless somebody opened it."""
    return {"pk": "01930000-0000-7000-8000-000000000000"}


CLOSED = {"owner": 404, "partner_in": 404, "partner_out": 404, "client": 404, "anonymous": 404}

ROUTES = [
    Route(
        name="home",
        make=a_lesson,
        canary=True,
        get={"owner": 200, "partner_in": 200, "partner_out": 200, "anonymous": 200},
    ),
    Route(name="about", public=True, get={"owner": 200, "anonymous": 200}),
    Route(name="mailbox", get=CLOSED),
    Route(name="mail", make=a_letter, get=CLOSED),
    Route(name="mail_html", make=a_letter, get=CLOSED),
    Route(name="mail_source", make=a_letter, get=CLOSED),
]
