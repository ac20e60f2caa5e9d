"""Every route is declared by its slice, and answers each viewer as declared."""

from collections import defaultdict
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, get_resolver, path
from pytest_django.fixtures import Settings

from tests.architecture.places import Patterns, Place, places
from tests.architecture.routes import METHODS, VIEWERS, Route, everybody
from tests.architecture.trials import Trial
from tests.cast import Cast


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


def by_place(routes: Iterable[Route]) -> dict[Place, list[Route]]:
    """Return the declarations of each route: it may have several, each with an object of its own."""
    found = defaultdict(list)
    for route in routes:
        found[route.name, route.path].append(route)
    return dict(found)


def undeclared(patterns: Patterns) -> set[Place]:
    """Return the routes that no slice has declared."""
    return set(places(patterns)) - set(by_place(ROUTES))


def incomplete(routes: Iterable[Route]) -> set[str]:
    """Return the names of declarations that leave a viewer out, or try no method at all."""
    return {
        route.name
        for route in routes
        if not route.methods
        or any(set(route.statuses(method)) != set(VIEWERS) for method in route.methods)
    }


def open_besides(cast: Cast, routes: list[Route]) -> dict[str, Any]:
    """Return the answers by which a route took a method that none of its declarations has."""
    trial = Trial(cast, routes[0])
    others = set(METHODS) - {method for route in routes for method in route.methods}
    return {
        f"{method} as {viewer}": answer
        for method in sorted(others)
        for viewer, answer in trial.ask_all(method).items()
        if answer.changed
        or answer.told
        or not answer.refuses
        or (viewer == "owner" and answer.status != 405)
    }


def test_every_route_is_declared() -> None:
    assert not undeclared(get_resolver().url_patterns)


def test_no_declaration_is_left_over() -> None:
    assert set(by_place(ROUTES)) <= set(places(get_resolver().url_patterns))


def test_every_declaration_tells_what_each_viewer_gets() -> None:
    assert not incomplete(ROUTES)


@pytest.mark.parametrize(
    "route", ROUTES, ids=lambda route: f"{route.name}-{'-'.join(route.methods)}"
)
def test_each_viewer_is_answered_as_declared(cast: Cast, route: Route) -> None:
    trial = Trial(cast, route)
    for method in route.methods:
        answers = trial.ask_all(method)
        assert {who: answer.status for who, answer in answers.items()} == route.statuses(method)
        told = {who for who, answer in answers.items() if answer.told}
        changed = {who for who, answer in answers.items() if answer.changed}
        if method == "get":
            assert trial.ask("owner", "head").status == answers["owner"].status
            assert (told, changed) == (set(route.canary), set())
        else:
            assert (told - {"owner", *route.canary}, changed) == (set(), set(route.changes))


@pytest.mark.parametrize("routes", by_place(ROUTES).values(), ids=lambda routes: routes[0].name)
def test_every_other_method_is_refused(cast: Cast, routes: list[Route]) -> None:
    assert open_besides(cast, routes) == {}


@pytest.mark.parametrize("new", [path("new/", id, name="new"), path("en/about/", id, name="about")])
def test_a_new_route_is_noticed_under_an_old_name_too(new: URLPattern) -> None:
    known = get_resolver().url_patterns
    assert undeclared([*known, new]) == {(new.name, str(new.pattern))}


@pytest.mark.parametrize("told", [{}, {"get": {"owner": 200}}])
def test_a_declaration_that_tries_too_little_is_noticed(told: dict[str, Any]) -> None:
    assert incomplete([Route(name="new", path="new/", **told)]) == {"new"}


def test_a_method_that_is_not_declared_is_noticed(cast: Cast, settings: Settings) -> None:
    def takes_anything(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=405 if request.method == "DELETE" else 200)

    new = path("new/", takes_anything, name="new")
    settings.ROOT_URLCONF = (new, *get_resolver().url_patterns)
    taken = open_besides(cast, [Route(name="new", path="new/", get=everybody(200))])
    assert {words.split()[0] for words in taken} == {"post", "put", "patch"}
