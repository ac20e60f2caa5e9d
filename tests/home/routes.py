"""The front door: the same for everybody, or one's own dashboard."""

from typing import Any

from exchange.lessons.actions import draft_lesson
from tests.architecture.routes import CANARY, Route
from tests.cast import Cast, eyes


def a_draft(cast: Cast) -> dict[str, Any]:
    """Leave a draft of Gothenburg's contributor with the canary in its texts."""
    draft_lesson(
        actor=eyes(cast.gothenburg.contributor),
        organisation=cast.gothenburg.organisation,
        audience=cast.public,
        text={"title": f"{CANARY} title", "summary": f"{CANARY} summary"},
    )
    return {}


def a_letter(cast: Cast) -> dict[str, Any]:
    """Name a letter that is not there: the mailbox is closed unless somebody opened it."""
    return {"pk": "01930000-0000-7000-8000-000000000000"}


CLOSED = {"owner": 404, "partner_in": 404, "partner_out": 404, "client": 404, "anonymous": 404}

ROUTES = [
    Route(
        name="home",
        make=a_draft,
        canary=True,
        get={"owner": 200, "partner_in": 200, "partner_out": 200, "anonymous": 200},
    ),
    Route(name="about", public=True, get={"owner": 200, "anonymous": 200}),
    Route(name="mailbox", get=CLOSED),
    Route(name="mail", make=a_letter, get=CLOSED),
    Route(name="mail_html", make=a_letter, get=CLOSED),
    Route(name="mail_source", make=a_letter, get=CLOSED),
]
