"""What became of a request, in the same words for a page and for the API."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpResponse

from exchange.accounts.models import User
from exchange.lessons.models import Lesson
from exchange.lessons.views.steps import NOT_SENT
from tests.api.program import Program
from tests.lessons.pages import browser, form_body, page, step_body

LESSONS = "/api/v1/lessons"
OF_STATUS = {
    200: "done",
    201: "done",
    204: "done",
    403: "forbidden",
    404: "hidden",
    409: "conflict",
}
OF_STATUS |= {412: "stale", 422: "invalid"}
# What a page lists before review, though only approval needs it; it says so.
NEEDED_LATER = {"evidence"}


@dataclass(frozen=True)
class Verdict:
    """done, invalid (with the fields that are named), forbidden, hidden, conflict, or stale."""

    kind: str
    fields: frozenset[str] = field(default_factory=frozenset)


def as_form(text: dict[str, Any], lesson: Lesson | None = None) -> dict[str, Any]:
    """Return a text as the guided form sends it: lists in one line, each title in a field."""
    titles = {f"titles_{code}": title for code, title in text.get("titles", {}).items()}
    joined = {
        name: sign.join(text[name])
        for name, sign in (("ports", ", "), ("tags", ", "), ("related", "\n"))
        if name in text
    }
    rest = {name: value for name, value in text.items() if name != "titles"}
    return form_body(lesson, **{**rest, **joined, **titles})


class ByPage:
    """A person at the pages."""

    def __init__(self, user: User) -> None:
        self.http = browser(user)

    def create(self, text: dict[str, Any]) -> Verdict:
        return self._of_form(self.http.post("/lessons/new/", as_form(text)))

    def change(self, lesson: Lesson, text: dict[str, Any]) -> Verdict:
        body = as_form(text, lesson)
        return self._of_form(self.http.post(f"{lesson.get_absolute_url()}edit/", body))

    def submit(self, lesson: Lesson) -> Verdict:
        """Press the button; the next page lists what lacks, with a link to each field."""
        verdict = self._press("submit", lesson)
        if verdict.kind != "invalid":
            return verdict
        return named("invalid", self._missing(lesson) - NEEDED_LATER)

    def _missing(self, lesson: Lesson) -> set[str]:
        """Return the fields that the lesson's page lists and links to, each in the form."""
        address = lesson.get_absolute_url()
        return set(re.findall(rf'"{address}edit/#id_(\w+)"', page(self.http.get(address))))

    def discard(self, lesson: Lesson) -> Verdict:
        """Confirm."""
        return self._press("discard", lesson)

    def _press(self, step: str, lesson: Lesson) -> Verdict:
        response = self.http.post(f"{lesson.get_absolute_url()}{step}/", step_body(lesson))
        if response.status_code != 302:
            return Verdict(OF_STATUS[response.status_code])
        said = list(get_messages(response.wsgi_request))[-1]
        if said.message == str(NOT_SENT):
            return Verdict("invalid")
        return Verdict({"success": "done", "error": "conflict", "warning": "stale"}[said.tags])

    @staticmethod
    def _of_form(response: HttpResponse) -> Verdict:
        if response.status_code == 302:
            return Verdict("done")
        if response.status_code != 200:
            return Verdict(OF_STATUS[response.status_code])
        context: Any = response.context  # type: ignore[attr-defined]
        if "clashes" in context:
            return Verdict("stale")
        names = set(context["form"].errors)
        return Verdict("conflict") if names == {"__all__"} else named("invalid", names)


class ByApi:
    """A program at the API."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def create(self, text: dict[str, Any]) -> Verdict:
        return self._of(self.program.post(LESSONS, text))

    def change(self, lesson: Lesson, text: dict[str, Any]) -> Verdict:
        address = f"{LESSONS}/{lesson.pk}"
        return self._of(self.program.patch(address, text, version=lesson.lock))

    def submit(self, lesson: Lesson) -> Verdict:
        address = f"{LESSONS}/{lesson.pk}/submit"
        return self._of(self.program.post(address, version=lesson.lock))

    def discard(self, lesson: Lesson) -> Verdict:
        return self._of(self.program.delete(f"{LESSONS}/{lesson.pk}", version=lesson.lock))

    @staticmethod
    def _of(response: Any) -> Verdict:
        kind = OF_STATUS[response.status_code]
        entries = response.json().get("errors", []) if kind == "invalid" else []
        return named(kind, {entry["pointer"].split("/")[1] for entry in entries})


def named(kind: str, names: Iterable[str]) -> Verdict:
    return Verdict(kind, frozenset(names))
