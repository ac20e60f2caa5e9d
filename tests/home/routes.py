"""The front door: the same for everybody, or one's own dashboard; and the operator's mailbox."""

from typing import Any

from django.core.mail import EmailMultiAlternatives

from exchange.common.mailbox import FileBackend, messages
from tests.architecture.routes import CANARY, Route, everybody
from tests.cast import Cast
from tests.lessons.factories import make_lesson


def a_lesson(cast: Cast) -> dict[str, Any]:
    """Publish a lesson to the agreement, with the canary in its texts."""
    make_lesson(cast, canary=True)
    return {}


def a_draft(cast: Cast) -> dict[str, Any]:
    """Note a lesson that nobody else sees yet, with the canary in its texts."""
    make_lesson(cast, state="captured", canary=True)
    return {}


def a_letter(cast: Cast) -> dict[str, Any]:
    """Have a letter go to a file; Gothenburg's contributor is the operator, too."""
    cast.gothenburg.contributor.is_staff = True
    cast.gothenburg.contributor.save(update_fields=["is_staff"])
    letter = EmailMultiAlternatives(CANARY, CANARY, None, ["karin@example.org"])
    letter.attach_alternative(f"<p>{CANARY}</p>", "text/html")
    FileBackend().send_messages([letter])
    return {"pk": messages()[0].id}


def letters(cast: Cast) -> dict[str, Any]:
    a_letter(cast)
    return {}


def a_help_page(cast: Cast) -> dict[str, Any]:
    del cast
    return {"name": "digests"}


FILES = {"EMAIL_BACKEND": "exchange.common.mailbox.FileBackend", "LISTEN_HOST": "127.0.0.1"}
OPEN = {**FILES, "MAILBOX": "operator"}
SHUT = {**FILES, "MAILBOX": "closed"}
FOR_THE_OPERATOR = everybody(404, owner=200)
MAILBOX = [
    ("mailbox", "mailbox/", letters),
    ("mail", "mailbox/<uuid:pk>/", a_letter),
    ("mail_html", "mailbox/<uuid:pk>/html/", a_letter),
    ("mail_source", "mailbox/<uuid:pk>/source/", a_letter),
]

ROUTES = [
    Route(name="home", path="", make=a_draft, canary=["owner"], get=everybody(200)),
    Route(
        name="news",
        path="news/",
        make=a_lesson,
        canary=["owner", "partner_in"],
        get=everybody(200, anonymous=302, client=302),
    ),
    Route(name="about", path="about/", get=everybody(200)),
    Route(name="help", path="help/", get=everybody(200)),
    Route(name="help_page", path="help/<slug:name>/", make=a_help_page, get=everybody(200)),
    *(
        Route(
            name=name,
            path=path,
            make=make,
            settings=OPEN,
            canary=["owner"],
            get=FOR_THE_OPERATOR,
        )
        for name, path, make in MAILBOX
    ),
    *(
        Route(name=name, path=path, make=make, settings=SHUT, get=everybody(404))
        for name, path, make in MAILBOX
    ),
]
