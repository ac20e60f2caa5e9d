"""How a slice declares what each of its routes answers to whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cast import Cast

# A word that stands in every text field of the restricted object, and nowhere else.
CANARY = "zqcanary"


def no_object(cast: Cast) -> dict[str, Any]:
    """Make nothing: the route takes no arguments."""
    return {}


def no_data(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Post nothing."""
    return {}


def no_headers(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Send no headers besides those that say who asks."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Route:
    """A URL name, a factory for a real restricted object, and the status each viewer gets.

    Viewers: `owner` (who owns the object, in Gothenburg), `partner_in` (Los Angeles, inside the
    audience), `partner_out` (Tokyo), `client` (an API client of Los Angeles), `anonymous`. `owner_role`
    is the role of the owner who asks. With `canary`, the owner's answer holds CANARY, and nobody
    whose status is not 200 gets it. `get`, `post` and `patch` map viewers to statuses; `data` and
    `patch_data` are the bodies, `headers` go with both; a refused POST or PATCH must change no row.
    """

    name: str
    make: Callable[[Cast], dict[str, Any]] = no_object
    canary: bool = False
    owner_role: str = "contributor"
    get: Mapping[str, int] = field(default_factory=dict)
    post: Mapping[str, int] = field(default_factory=dict)
    data: Callable[[Cast, Mapping[str, Any]], dict[str, Any]] = no_data
    patch: Mapping[str, int] = field(default_factory=dict)
    patch_data: Callable[[Cast, Mapping[str, Any]], dict[str, Any]] = no_data
    headers: Callable[[Cast, Mapping[str, Any]], dict[str, str]] = no_headers
    public: bool = False


VIEWERS = ("owner", "partner_in", "partner_out", "client", "anonymous")
