"""Sends a declared form with what nobody of good will types in every field, and judges the answer."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import quote, quote_plus

from django.test import override_settings

from tests.architecture.forms import Forms, as_typed
from tests.architecture.routes import Route
from tests.architecture.trials import Trial, rows, undone
from tests.cast import Cast
from tests.corpus import NAMES

ROUNDS = 8
FORM = "application/x-www-form-urlencoded"
LARGE = 100_000
# Typed anew each time, by intention.
NOT_KEPT = {"password", "password1", "password2", "oldpassword"}
# Nobody mistypes these.
OURS = {"csrfmiddlewaretoken", "nonce"}
# Parameters that a list may have without a form of its own, and one text of so many for each.
ALWAYS = ("page", "q", "sort", "version", "next", "cursor")
EACH = 12
# What Django says of itself when nobody found better words.
FRAMEWORK = (
    "page number",
    "page contains no results",
    "Ensure this value",
    "Select a valid choice",
)
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
LISTS = ("/", "/lessons/", "/lessons/waiting/", "/search/?q=plug", "/organisations/")


def encoded(data: Mapping[str, Any]) -> bytes:
    """Return a form's body; a lone surrogate goes as the bytes it would have."""
    pairs = [
        (name, value)
        for name, values in data.items()
        for value in (values if isinstance(values, list | tuple) else [values])
    ]
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs).encode()


def quoted(value: Any) -> str:
    return quote_plus(str(value).encode("utf-8", "surrogatepass"))


def as_it_arrives(text: Any) -> str:
    """Return a text without what is no UTF-8: that is replaced before anybody sees it."""
    return str(text).encode("utf-8", "surrogatepass").decode("utf-8", "replace")


class HostileForm:
    """One declared form, sent by one viewer again and again; what was written is undone.

    `findings` are sentences on what went wrong.
    """

    def __init__(self, cast: Cast, route: Route, viewer: str) -> None:
        self.findings: set[str] = set()
        self._trial, self._route = Trial(cast, route), route
        self._client = self._trial.browsers[viewer]
        self._client.raise_request_exception = False
        self._valid = dict(route.data(cast, self._trial.kwargs))
        shown = Forms(self._get(self._trial.address) if route.get else "")
        self._fields = (set(self._valid) | set(shown.fields)) - OURS
        self._hidden = {name for name, field in shown.fields.items() if field.is_hidden}
        self._long = sorted(name for name, field in shown.fields.items() if field.is_typed)
        self._taken: list[dict[str, Any]] = []

    def try_text(self, name: str, text: str) -> None:
        """Type `text` into every field, and into every hidden one; mend what is named until it is taken."""
        typed, hidden = self._fields - self._hidden, self._fields & self._hidden
        if len(text) > LARGE:
            typed, hidden = set(self._long[:1]), set()
        for fields in (typed, hidden):
            bad = set(fields)
            for _round in range(ROUNDS):
                named = self._send(name, dict.fromkeys(bad, text)) if bad else set()
                if not named:
                    break
                bad -= named

    def try_data(self, name: str, data: Mapping[str, Any]) -> None:
        """Send these fields in place of, or beside, the valid ones."""
        self._send(name, dict(data))

    def keep_what_was_taken(self) -> None:
        """Send once more all that was taken, without undoing it, and look at the lists."""
        with undone(), override_settings(ACCOUNT_RATE_LIMITS=False, **self._route.settings):
            for data in self._taken:
                self._post(data)
            for address in LISTS:
                self._visit("together", address)

    def _send(self, name: str, bad: Mapping[str, Any]) -> set[str]:
        """Return the fields that are to be mended before the form is taken."""
        cookies = deepcopy(self._client.cookies)
        data = {**self._valid, **bad}
        with undone(), override_settings(ACCOUNT_RATE_LIMITS=False, **self._route.settings):
            answer = self._post(data)
            named = self._judge(name, answer, bad)
            if named is None:
                self._taken.append(data)
                if answer.has_header("Location"):
                    self._visit(name, answer["Location"])
        self._client.cookies = cookies
        return named or set()

    def _judge(self, name: str, answer: Any, bad: Mapping[str, Any]) -> set[str] | None:
        """Return the bad fields that a refusal names; None when the form was taken."""
        if answer.status_code >= 500:
            self._note("is a fault of ours", name, bad, str(answer.exc_info[1]))
            return set()
        shown = Forms(answer.content.decode(errors="replace"))
        if answer.status_code < 400 and not shown.is_refused:
            return None
        if rows() != self._trial.before:
            self._note("was refused, and yet something written", name, bad)
        if answer.status_code < 400:
            self._judge_page(name, shown, bad)
        return shown.marked & set(bad)

    def _judge_page(self, name: str, shown: Forms, bad: Mapping[str, Any]) -> None:
        for field in set(bad) - NOT_KEPT:
            control = shown.fields.get(field)
            given = [as_typed(value) for value in control.values] if control else []
            if control and control.is_typed and as_typed(as_it_arrives(bad[field])) not in given:
                self._note("is not kept", name, [field], str(given)[:80])
        # What a page does not show, no person typed: words are enough.
        seen = {one for one in bad if one in shown.fields and not shown.fields[one].is_hidden}
        if not (shown.marked & seen if seen else shown.words):
            self._note("is refused, but no field of it named", name, bad, shown.words[:200])

    def _post(self, data: Mapping[str, Any]) -> Any:
        return self._client.post(self._trial.address, encoded(data), content_type=FORM)

    def _visit(self, name: str, address: str) -> None:
        answer: Any = self._client.get(address, follow=True)
        if answer.status_code >= 400:
            self._note("breaks a page afterwards", name, [address], str(answer.status_code))

    def _note(self, what: str, name: str, where: Iterable[str], told: str = "") -> None:
        self.findings.add(f"{name} {what}: {' '.join(sorted(where))} {told[:300]}")

    def _get(self, address: str) -> str:
        with undone(), override_settings(**self._route.settings):
            return self._client.get(address, self._route.query).content.decode(errors="replace")


class HostilePage:
    """One page, asked for again and again with parameters that it knows and does not know."""

    def __init__(self, cast: Cast, route: Route, viewer: str) -> None:
        self.findings: set[str] = set()
        self._trial, self._route = Trial(cast, route), route
        self._client = self._trial.browsers[viewer]
        self._client.raise_request_exception = False
        shown = Forms(self._ask("as it is", route.query))
        self._known = sorted({*shown.asked, *route.query})

    def ask_all(self, name: str, text: str) -> None:
        """Ask with `text` for everything that the page's own forms ask."""
        if self._known:
            self._ask(name, {**self._route.query, **dict.fromkeys(self._known, text)})

    def ask_each(self, texts: list[tuple[str, str]]) -> None:
        """Ask with each parameter alone, each time with the next text; and with unknown ones."""
        for number, known in enumerate([*self._known, *ALWAYS, *NAMES]):
            for name, text in texts[number % EACH :: EACH]:
                self._ask(f"{name} as {known!r}", {**self._route.query, known: text})
        for known in self._known:
            self._ask(f"{known!r} twice", {known: ["1", "2"]})

    def _ask(self, name: str, query: Mapping[str, Any]) -> str:
        with override_settings(**self._route.settings):
            answer: Any = self._client.get(f"{self._trial.address}?{encoded(query).decode()}")
        if answer.status_code >= 500:
            self.findings.add(f"{name}: {answer.exc_info[1]!r}"[:300])
        said = answer.content.decode(errors="replace") if not answer.streaming else ""
        self.findings.update(
            f"{name}: says {wording!r}" for wording in FRAMEWORK if wording in said
        )
        return said


class HostileAddress:
    """One address with arguments, of which each is replaced by what nobody was given."""

    def __init__(self, cast: Cast, route: Route) -> None:
        self.findings: set[str] = set()
        self._trial, self._route, self._cast = Trial(cast, route), route, cast
        for browser in self._trial.browsers.values():
            browser.raise_request_exception = False

    def try_text(self, name: str, text: str) -> None:
        """Put `text` in place of each argument."""
        for argument in self._trial.kwargs:
            self._try(name, argument, text)

    def try_changed(self) -> None:
        """Change each argument a little."""
        for argument, value in self._trial.kwargs.items():
            if isinstance(value, int):
                continue  # a changed number may be another one of theirs
            given = str(value)
            for changed in (
                given[:-1],
                given + "x",
                given[1:] + given[0],
                given + "\x00",
                f" {given}",
            ):
                self._try("a changed argument", argument, changed)

    def _try(self, name: str, argument: str, text: str) -> None:
        arguments = {**self._trial.kwargs, argument: text}
        address = "/" + ARGUMENT.sub(
            lambda found: quote(
                str(arguments[found[1] or found[2]]).encode("utf-8", "surrogatepass"), safe=""
            ),
            self._route.path.removesuffix("$"),
        )
        data = self._route.data(self._cast, self._trial.kwargs)
        for viewer in ("owner", "anonymous"):
            with undone(), override_settings(**self._route.settings):
                client = self._trial.browsers[viewer]
                cookies = deepcopy(client.cookies)
                answers: list[Any] = [client.get(address)]
                if self._route.post:
                    answers.append(client.post(address, encoded(data), content_type=FORM))
                client.cookies = cookies
                if rows() != self._trial.before:
                    self.findings.add(f"{name} for {argument} writes as {viewer}")
            self.findings.update(
                f"{name} for {argument} as {viewer}: {answer.exc_info[1]!r}"[:300]
                for answer in answers
                if answer.status_code >= 500
            )
