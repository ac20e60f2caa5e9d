"""Every route is declared by its slice, and answers each viewer as declared."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from exchange.accounts.models import User
from exchange.partners.actions import create_api_client
from exchange.partners.models import ApiClient
from tests.architecture.routes import CANARY, VIEWERS, Route
from tests.cast import Cast, Port, eyes

# Django's read-only admin is one thing with many addresses; it has a test of its own below.
APART = {"admin"}

# Here a row notes that somebody came by, whatever they are answered.
TOUCHED_BY_ASKING = {User, ApiClient}


def route_names(patterns: Iterable[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Yield the full name of each route; a route without a name is reported by its pattern."""
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name or entry.pattern}"
        elif entry.namespace not in APART:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from route_names(entry.url_patterns, inner)


def declared_routes() -> list[Route]:
    """Return what the slices declare in tests/<app>/routes.py."""
    labels = [
        config.name.removeprefix("exchange.")
        for config in apps.get_app_configs()
        if config.name.startswith("exchange.")
    ]
    modules = [f"tests.{label}.routes" for label in labels]
    return [route for name in modules if find_spec(name) for route in import_module(name).ROUTES]


ROUTES = declared_routes()


def undeclared(patterns: Iterable[URLPattern | URLResolver]) -> set[str]:
    """Return the names of the routes that no slice has declared."""
    return set(route_names(patterns)) - {route.name for route in ROUTES}


def test_every_route_is_declared() -> None:
    assert not undeclared(get_resolver().url_patterns)


def test_a_new_route_without_a_declaration_is_noticed() -> None:
    new = path("new/", lambda request: HttpResponse(), name="new")
    known = get_resolver().url_patterns
    assert undeclared([*known, new]) - undeclared(known) == {"new"}


def test_no_declaration_is_left_over() -> None:
    assert {route.name for route in ROUTES} <= set(route_names(get_resolver().url_patterns))


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


def token_of(port: Port) -> str:
    """Return a new token of a program of the port that may write."""
    return create_api_client(
        actor=eyes(port.coordinator),
        organisation=port.organisation,
        name="harbour system",
        may_write=True,
    )[1]


def everything_said(response: Any) -> str:
    """Return body, headers and redirect target as one text."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace") + repr(list(response.items()))


def rows() -> dict[str, Any]:
    """Return what the tables of ours hold."""
    return {
        model._meta.label: sorted(repr(row) for row in model._default_manager.values_list())
        for model in apps.get_models()
        if model.__module__.startswith("exchange.") and model not in TOUCHED_BY_ASKING
    }


def cases(method: str) -> list[Any]:
    return [
        pytest.param(route, viewer, id=f"{route.name}-{viewer}")
        for route in ROUTES
        for viewer in VIEWERS
        if viewer in getattr(route, method)
    ]


@pytest.mark.parametrize(("route", "viewer"), cases("get"))
def test_get_answers_as_declared(cast: Cast, route: Route, viewer: str) -> None:
    address = reverse(route.name, kwargs=route.make(cast))
    response = browser(cast, viewer, route).get(address)
    assert response.status_code == route.get[viewer]
    said = everything_said(response)
    if route.canary and viewer == "owner":
        assert CANARY in said
    if viewer in {"partner_out", "anonymous"} or response.status_code != 200:
        assert CANARY not in said


def check_change(cast: Cast, route: Route, viewer: str, method: str) -> None:
    """Try a change; its status is as declared, and who is refused has changed and learnt nothing."""
    kwargs = route.make(cast)
    data = (route.patch_data if method == "patch" else route.data)(cast, kwargs)
    client = browser(cast, viewer, route)
    before = rows()
    json = {"content_type": "application/json"} if route.name.startswith("api:") else {}
    response = getattr(client, method)(
        reverse(route.name, kwargs=kwargs), data, headers=route.headers(cast, kwargs), **json
    )
    assert response.status_code == getattr(route, method)[viewer]
    if viewer != "owner":
        assert CANARY not in everything_said(response)
    refused = response.status_code >= 400 or "/login/" in response.get("Location", "")
    assert not refused or rows() == before


@pytest.mark.parametrize(("route", "viewer"), cases("post"))
def test_post_answers_as_declared(cast: Cast, route: Route, viewer: str) -> None:
    check_change(cast, route, viewer, "post")


@pytest.mark.parametrize(("route", "viewer"), cases("patch"))
def test_patch_answers_as_declared(cast: Cast, route: Route, viewer: str) -> None:
    check_change(cast, route, viewer, "patch")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_each_route_says_what_it_does_for_everybody(route: Route) -> None:
    told = {**route.get, **route.post, **route.patch}
    assert route.public or {"owner", "partner_out", "anonymous"} <= set(told)


def test_the_admin_is_closed_to_everybody_but_the_operator(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.gothenburg.coordinator)
    names = [f"admin:{name}" for name in ("index", "app_list", "lessons_lesson_changelist")]
    for name in names:
        kwargs = {"app_label": "lessons"} if name == "admin:app_list" else {}
        assert client.get(reverse(name, kwargs=kwargs)).status_code == 302
