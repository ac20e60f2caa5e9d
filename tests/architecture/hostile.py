"""Sends a declared form with what nobody of good will types in every field, and judges the answer."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import quote, quote_plus

from django.test import override_settings

from tests.architecture.forms import Forms, as_typed
from tests.architecture.routes import Route
from tests.architecture.trials import Trial, noting_writes, rows, undone
from tests.cast import Cast
from tests.corpus import FULL, NAMES, SHORT, TEXTS, rounds, share

ROUNDS = 8
FORM = "application/x-www-form-urlencoded"
LARGE = 100_000
# Typed anew each time, by intention.
NOT_KEPT = {"password", "password1", "password2", "oldpassword"}
# Nobody mistypes these.
OURS = {"csrfmiddlewaretoken", "nonce"}
# To name this field would tell who has an account: words above the form are enough. And what is
# sent with these is no passkey, which is said above the form, too.
NAMELESS = {
    ("account_login", "password"),
    ("mfa_add_webauthn", "name"),
    ("mfa_add_webauthn", "passwordless"),
    # It was refused for want of a file, which is sent with none of these.
    ("kpis:send", "decimal_sign"),
}
# What is typed twice is marked where it was typed the second time.
REPEATED = {"password1": "password2"}
# Whose argument a page makes up before there is a thing: an unused one is as good as theirs.
MADE_UP = {("lessons:go_on", "typed")}
# Parameters that a list may have without a form of its own.
ALWAYS = ("page", "q", "sort", "version", "next", "cursor")
# What Django says of itself when nobody found better words.
NO_CHOICE = "Select a valid choice"
FRAMEWORK = ("page number", "page contains no results", "Ensure this value", NO_CHOICE)
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
LISTS = ("/", "/lessons/", "/lessons/waiting/", "/search/?q=plug", "/organisations/")
KEY = re.compile("[0-9a-f]{32}")
# The other of two values for one field.
TWICE = "a\x00b"
BRIEF = {name: text for name, text in TEXTS.items() if len(text) <= LARGE}


def told(bad: Mapping[str, str]) -> str:
    """Return in words which text of the corpus stands where."""
    return ", ".join(f"{name} as {place!r}" for place, name in sorted(bad.items()))


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


def last(value: Any) -> Any:
    """Return which of several values counts, as a form has it."""
    return value[-1] if isinstance(value, list) else value


def named(field: str) -> str:
    """Return a field's name without the id of a thing, which is another one in each run."""
    return KEY.sub("", field)


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

    def try_texts(self) -> None:
        """Type its share of the corpus into every field at once, then into every hidden one."""
        for fields in (self._fields - self._hidden, self._fields & self._hidden):
            shares = {field: share(f"{self._route.name} {named(field)}", BRIEF) for field in fields}
            for bad in rounds(shares):
                self._mend(bad)
        for name in TEXTS.keys() - BRIEF.keys():
            self._mend(dict.fromkeys(self._long[:1], name))

    def _mend(self, bad: dict[str, str]) -> None:
        """Send these texts of the corpus; mend what is named until the form is taken."""
        for _round in range(ROUNDS):
            named = self._send(told(bad), {field: TEXTS[name] for field, name in bad.items()})
            bad = {field: name for field, name in bad.items() if field not in named}
            if not named or not bad:
                break

    def try_twice(self) -> None:
        """Send each field twice, with what is valid and what is not, in both orders."""
        for field in sorted(self._fields):
            valid = self._first(field)
            self._send(f"{field} twice", {field: [valid, TWICE]})
            self._send(f"{field} twice", {field: [TWICE, valid]})

    def _first(self, field: str) -> Any:
        """Return what is valid in a field, or the first of several."""
        valid = self._valid.get(field, "")
        return next(iter(valid), "") if isinstance(valid, list | tuple) else valid

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
            with noting_writes() as written:
                answer = self._post(data)
            named = self._judge(name, answer, bad, written)
            if named is None:
                self._taken.append(data)
                if answer.has_header("Location"):
                    self._visit(name, answer["Location"])
        self._client.cookies = cookies
        return named or set()

    def _judge(
        self, name: str, answer: Any, bad: Mapping[str, Any], written: list[str]
    ) -> set[str] | None:
        """Return the bad fields that a refusal names; None when the form was taken."""
        if answer.status_code >= 500:
            self._note("is a fault of ours", name, bad, str(answer.exc_info[1]))
            return set()
        shown = Forms(answer.content.decode(errors="replace"))
        if answer.status_code < 400 and not shown.is_refused:
            return None
        if written and rows() != self._trial.before:
            self._note("was refused, and yet something written", name, bad)
        if answer.status_code < 400:
            self._judge_page(name, shown, bad)
        return shown.marked & set(bad)

    def _judge_page(self, name: str, shown: Forms, bad: Mapping[str, Any]) -> None:
        if NO_CHOICE in shown.words:
            self._note(f"says {NO_CHOICE!r}", name, bad)
        for field in set(bad) - NOT_KEPT:
            control = shown.fields.get(field)
            given = [as_typed(value) for value in control.values] if control else []
            if (
                control
                and control.is_typed
                and as_typed(as_it_arrives(last(bad[field]))) not in given
            ):
                self._note("is not kept", name, [field], str(given)[:80])
        marked = shown.marked | {one for one, last in REPEATED.items() if last in shown.marked}
        # What a page does not show, no person typed: words are enough.
        seen = {
            one
            for one in bad
            if one in shown.fields
            and not shown.fields[one].is_hidden
            and (self._route.name, one) not in NAMELESS
        }
        if not (marked & seen if seen else shown.words):
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

    def ask_all(self) -> None:
        """Ask with a text for everything that the page knows, each with its share of the corpus."""
        shares = {name: self._share(name) for name in {*self._known, *ALWAYS}}
        for bad in rounds(shares):
            self._ask(told(bad), {one: SHORT[name] for one, name in bad.items()})

    def ask_each(self) -> None:
        """Ask with each parameter alone, and twice; and with those that nobody gave."""
        for known in {*self._known, *ALWAYS}:
            for name in self._share(f"alone {known}")[: None if FULL else 1]:
                self._ask(f"{name} as {known!r}", {**self._route.query, known: SHORT[name]})
        for known in self._known:
            self._ask(f"{known!r} twice", {known: ["1", "2"]})
        self._ask("unknown parameters", {**self._route.query, **dict.fromkeys(NAMES, "x")})

    def _share(self, name: str) -> list[str]:
        return share(f"{self._route.name} {name}", SHORT)

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

    def try_texts(self) -> None:
        """Put its share of the corpus in place of each argument."""
        for argument in self._trial.kwargs:
            for name in share(f"{self._route.name} {argument}", SHORT):
                self._try(name, argument, SHORT[name])

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
                with noting_writes() as written:
                    answers: list[Any] = [client.get(address)]
                    if self._route.post:
                        answers.append(client.post(address, encoded(data), content_type=FORM))
                client.cookies = cookies
                theirs = viewer == "owner" and (self._route.name, argument) in MADE_UP
                if written and not theirs and rows() != self._trial.before:
                    self.findings.add(f"{name} for {argument} writes as {viewer}")
            self.findings.update(
                f"{name} for {argument} as {viewer}: {answer.exc_info[1]!r}"[:300]
                for answer in answers
                if answer.status_code >= 500
            )
