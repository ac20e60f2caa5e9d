"""Tries a declared route: each viewer asks, and what their asking changed is undone again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files import File
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import resolve, reverse

from exchange.accounts.models import SecurityEntry
from exchange.common.models import OnceKey
from exchange.partners.actions import create_api_client
from tests.architecture.routes import CANARY, VIEWERS, Route
from tests.cast import Cast, Port, eyes

# What begins a statement that changes no row.
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
# Noted of whoever comes by, whatever they are answered.
TOUCHED_BY_ASKING = {"last_login", "last_used_at"}
WRITTEN_BY_ASKING = {OnceKey, SecurityEntry}
# What a person asked for, noted for them alone while it is answered.
NOTED_BY_ASKING = {"search.RecentSearch"}


# Of what comes with a release there is much: what tells that one of it was changed, or is new.
SHIPPED = {
    "kpis.Definition": ["decided_at", "id", "standing"],
    "kpis.Indicator": ["id", "lock"],
    "topics.Topic": ["code"],
}


@dataclass(frozen=True)
class Answer:
    """What a request came to: its status, whether it told CANARY, whether it changed a row."""

    status: int
    location: str
    told: bool
    changed: bool

    @property
    def refuses(self) -> bool:
        return self.status >= 400 or "/login/" in self.location


def token_of(port: Port) -> str:
    """Return a new token of a program of the port that may write."""
    return create_api_client(
        actor=eyes(port.coordinator),
        organisation=port.organisation,
        name="harbour system",
        may_write=True,
    )[1]


def browser(cast: Cast, viewer: str, route: Route) -> Client:
    """Return a client signed in as the viewer, or carrying their organisation's token."""
    port = {"owner": cast.gothenburg, "partner_out": cast.tokyo}.get(viewer, cast.los_angeles)
    if viewer == "anonymous":
        return Client()
    if route.name.startswith("api:") or viewer == "client":
        return Client(headers={"authorization": f"Bearer {token_of(port)}"})
    client = Client()
    client.force_login(getattr(port, route.owner_role if viewer == "owner" else "contributor"))
    return client


def everything_said(response: Any) -> str:
    """Return body, headers and redirect target as one text."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace") + repr(list(response.items()))


def rows() -> dict[str, Any]:
    """Return what the tables of ours hold.

    A nonce tells only that a form was sent, the security log who signed in or out, or tried to.
    """
    return {
        model._meta.label: sorted(map(repr, model._default_manager.values_list(*columns(model))))
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("exchange.") and model not in WRITTEN_BY_ASKING
    }


def columns(model: Any) -> list[str]:
    if kept := SHIPPED.get(model._meta.label):
        return kept
    names = {field.attname for field in model._meta.concrete_fields}
    return sorted(names - TOUCHED_BY_ASKING)


@contextmanager
def noting_writes() -> Iterator[list[str]]:
    """Yield a list that takes each statement that may change a row, as it is run."""
    written: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.startswith(HARMLESS):
            written.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield written


@contextmanager
def undone() -> Iterator[None]:
    """Undo what is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Trial:
    """A route with its object made, and a browser for each viewer."""

    def __init__(self, cast: Cast, route: Route) -> None:
        self.cast, self.route = cast, route
        with override_settings(**route.settings):
            self.kwargs = route.make(cast)
        self.address = reverse(route.name, kwargs=self.kwargs)
        assert resolve(self.address).route == route.path
        self.browsers = {viewer: browser(cast, viewer, route) for viewer in VIEWERS}
        if held := route.session(cast, self.kwargs):
            for client in self.browsers.values():
                session = client.session
                session.update(held)
                session.save()
        self.before = rows()

    def ask(self, viewer: str, method: str) -> Answer:
        """Ask as the viewer, as if nobody had asked before."""
        client = self.browsers[viewer]
        cookies = deepcopy(client.cookies)
        with undone(), override_settings(ACCOUNT_RATE_LIMITS=False, **self.route.settings):
            request = getattr(client, method)
            with noting_writes() as written:
                response = request(self.address, self._sent(method), **self._how(method))
            after = rows() if written else {}
        noted = NOTED_BY_ASKING if method == "get" else set()
        changed = any(after[name] != self.before[name] for name in after.keys() - noted)
        client.cookies = cookies
        told = CANARY in everything_said(response)
        return Answer(response.status_code, response.get("Location", ""), told, changed)

    def ask_all(self, method: str) -> dict[str, Answer]:
        """Ask as every viewer."""
        return {viewer: self.ask(viewer, method) for viewer in VIEWERS}

    def _sent(self, method: str) -> Any:
        if method in {"get", "head"}:
            return self.route.query
        data = self.route.data(self.cast, self.kwargs)
        if method == "post":
            return data
        return {name: value for name, value in data.items() if not isinstance(value, File)}

    def _how(self, method: str) -> dict[str, Any]:
        if method in {"get", "head"}:
            return {}
        json = self.route.name.startswith("api:") or method != "post"
        headers = {"headers": self.route.headers(self.cast, self.kwargs)}
        return {**headers, "content_type": "application/json"} if json else headers
