"""What the tests of the pages share: signed-in browsers and the bodies of forms."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from exchange.accounts.models import User
from exchange.common.ids import uuid7
from exchange.lessons.models import Lesson
from tests.lessons.factories import full_text


def browser(user: User | None) -> Client:
    """Return a browser in which `user` has signed in, or nobody."""
    client = Client()
    if user:
        client.force_login(user)
    return client


def form_body(lesson: Lesson | None = None, **overrides: Any) -> dict[str, Any]:
    """Return what the guided form sends for a complete lesson."""
    text = full_text()
    titles = text.pop("titles")
    body = {
        **text,
        **{f"titles_{code}": title for code, title in titles.items()},
        "ports": ", ".join(text["ports"]),
        "tags": ", ".join(text["tags"]),
        "related": "\n".join(text["related"]),
        "nonce": str(uuid7()),
        "lock": lesson.lock if lesson else 0,
        "base": 1 if lesson else 0,
        "audience": "partners",
        "draft": "1",
    }
    return {**body, **overrides}


def step_body(lesson: Lesson, **values: Any) -> dict[str, Any]:
    """Return what a step's form sends: nonce, lock, and its own fields."""
    return {"nonce": str(uuid7()), "lock": lesson.lock, **values}


def page(answer: HttpResponse) -> str:
    """Return the text of an answer, which must be 200."""
    assert answer.status_code == 200, (answer.status_code, answer.get("Location"))
    return answer.content.decode()
