"""How a slice declares what each of its routes answers to whom."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cast import Cast

# A word that stands in every text field of the restricted object, and nowhere else.
CANARY = "zqcanary"
METHODS = ("get", "post", "put", "patch", "delete")
VIEWERS = ("owner", "partner_in", "partner_out", "client", "anonymous")


def no_object(cast: Cast) -> dict[str, Any]:
    """Make nothing: the route takes no arguments."""
    return {}


def no_data(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Send nothing."""
    return {}


def no_headers(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Send no headers besides those that say who asks."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Route:
    """A URL name with its path, a real restricted object, and the status each viewer gets.

    Viewers: `owner` (who owns the object, in Gothenburg), `partner_in` (Los Angeles, inside the
    audience), `partner_out` (Tokyo), `client` (an API client of Los Angeles), `anonymous`. Each
    method that the route has maps all of them to statuses; any other method must be refused.

    `path` is as the URL configuration has it, with what it is included under. `make` returns the
    arguments of the address, `owner_role` is the role of the owner who asks. `query` goes with a
    GET, `data` and `headers` with the other methods; `session` is what everybody's session holds.
    `canary` are exactly those whose answer to a
    GET holds CANARY, `changes` exactly those whose write changes a row; a GET never does.
    """

    name: str
    path: str
    make: Callable[[Cast], dict[str, Any]] = no_object
    owner_role: str = "contributor"
    settings: Mapping[str, Any] = field(default_factory=dict)
    canary: Collection[str] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    get: Mapping[str, int] = field(default_factory=dict)
    post: Mapping[str, int] = field(default_factory=dict)
    put: Mapping[str, int] = field(default_factory=dict)
    patch: Mapping[str, int] = field(default_factory=dict)
    delete: Mapping[str, int] = field(default_factory=dict)
    data: Callable[[Cast, Mapping[str, Any]], dict[str, Any]] = no_data
    headers: Callable[[Cast, Mapping[str, Any]], dict[str, str]] = no_headers
    session: Callable[[Cast, Mapping[str, Any]], dict[str, Any]] = no_data
    changes: Collection[str] = ("owner",)

    def statuses(self, method: str) -> Mapping[str, int]:
        """Return the status each viewer gets; empty when the route does not have the method."""
        declared: Mapping[str, int] = getattr(self, method)
        return declared

    @property
    def methods(self) -> list[str]:
        """Return the methods that are declared here; another declaration may have more."""
        return [method for method in METHODS if self.statuses(method)]


def everybody(status: int, **others: int) -> dict[str, int]:
    """Return one status for all viewers, but for those named."""
    return {**dict.fromkeys(VIEWERS, status), **others}
