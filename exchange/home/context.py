"""What the frame of every page shows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from exchange.accounts import passkeys
from exchange.audiences.viewer import Role, Viewer
from exchange.home import mailbox
from exchange.partners.models import Organisation

EVERYBODY = [
    (_("Lessons"), "lessons:library"),
    (_("Agreements"), "agreements:agreements"),
    (_("KPIs"), "kpis:catalogue"),
    (_("Organisations"), "partners:organisations"),
]
SIGNED_IN = [
    *EVERYBODY,
    (_("Waits for me"), "lessons:waiting"),
]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A place in the navigation; `current` is what `aria-current` says there, or empty."""

    label: str | Promise
    url: str
    current: str = ""


class Frame:
    """The frame of a page, each part worked out when a template first asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def _viewer(self) -> Viewer | None:
        return getattr(self._request, "viewer", None)

    @cached_property
    def signed_in(self) -> bool:
        user = getattr(self._request, "user", None)
        return bool(user and user.is_authenticated)

    @cached_property
    def navigation(self) -> list[Link]:
        """Return the main places, the one that the page belongs to marked as current."""
        named = SIGNED_IN if self.signed_in else EVERYBODY
        places = [(label, reverse(name)) for label, name in named]
        path, match = self._request.path, self._request.resolver_match
        slice_of = f"{match.namespace}:" if match and match.namespace else None
        akin = (reverse(name) for _label, name in named if slice_of and name.startswith(slice_of))
        above = [url for _label, url in places if path.startswith(url)]
        # What is not below a place belongs to the first one of its own slice.
        here = max(above, key=len, default=next(akin, ""))
        return [
            Link(label=label, url=url, current=_current(url, here, path)) for label, url in places
        ]

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Return the organisations that the person belongs to, by name; the viewer knows them."""
        if not (self.signed_in and self._viewer and self._viewer.is_person):
            return []
        memberships = getattr(self._request, "memberships", [])
        found = [membership.organisation for membership in memberships]
        return sorted(found, key=lambda organisation: organisation.sort_key)

    @property
    def standings(self) -> list[tuple[Organisation, Role]]:
        """Return the person's organisations, each with their role there."""
        roles = self._viewer.roles if self._viewer else {}
        return [(organisation, roles[organisation.pk]) for organisation in self.organisations]

    @cached_property
    def paused(self) -> list[Organisation]:
        """Return those of them that take no part now; no query for who has none."""
        viewer: Viewer | None = getattr(self._request, "viewer", None)
        ids = viewer.paused if viewer and self.signed_in else frozenset()
        return [one for one in self.organisations if one.pk in ids] if ids else []

    @cached_property
    def writing_choices(self) -> list[Organisation]:
        """Return the organisations that the person may write for."""
        writing = self._viewer.organisations_as(Role.CONTRIBUTOR) if self._viewer else []
        return [organisation for organisation in self.organisations if organisation.pk in writing]

    @cached_property
    def way_back(self) -> str:
        """Return the page of ours that led to being asked again who is there; empty when untold."""
        told = self._request.headers.get("Referer", "")
        ours = url_has_allowed_host_and_scheme(
            told, {self._request.get_host()}, require_https=self._request.is_secure()
        )
        return told if ours and not urlsplit(told).path.endswith("/reauthenticate/") else ""

    @cached_property
    def passkey_trouble(self) -> str:
        """Return why passkeys do not work where the page was opened, or nothing."""
        return passkeys.trouble(self._request)

    @cached_property
    def has_mailbox(self) -> bool:
        return mailbox.is_open_for(self._request)


def _current(url: str, here: str, path: str) -> str:
    if url != here:
        return ""
    return "page" if url == path else "true"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give templates `frame` (a Frame) and `viewer`; costs no query by itself."""
    return {
        "frame": Frame(request),
        "viewer": getattr(request, "viewer", None),
    }
