"""Three ports and their people: one who owns, one who shares by agreement, one who has no business here."""

import datetime as dt
import functools
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from exchange.accounts.models import User
from exchange.audiences import actions as audiences
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.partners.actions import create_organisation
from exchange.partners.models import Membership, Organisation
from exchange.partners.viewers import anonymous, viewer_of

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Port:
    """A port with somebody in each role."""

    organisation: Organisation
    reader: User
    contributor: User
    reviewer: User
    coordinator: User

    @property
    def home(self) -> Audience:
        assert self.organisation.home_audience
        return self.organisation.home_audience


@dataclass(frozen=True)
class Cast:
    """Gothenburg owns, Los Angeles shares by agreement, Tokyo is a partner outside of it."""

    gothenburg: Port
    los_angeles: Port
    tokyo: Port
    agreement: Audience

    @functools.cached_property
    def public(self) -> Audience:
        return audiences.public()

    @functools.cached_property
    def partners(self) -> Audience:
        return audiences.all_partners()


def make_people(port: Organisation, roles: dict[str, Role]) -> list[User]:
    """Make members of `port` with PASSWORD, by name; their addresses are at example.org."""
    place = f"{(port.unlocode or 'org').lower()}.example.org"
    password = make_password(PASSWORD)
    people = [
        User(
            email=f"{name.split()[0].lower()}@{place}",
            password=password,
            full_name=name,
            timezone=port.timezone,
        )
        for name in roles
    ]
    User.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people
    )
    Membership.objects.bulk_create(
        Membership(user=user, organisation=port, role=roles[user.full_name]) for user in people
    )
    return people


def make_person(port: Organisation, role: Role, name: str) -> User:
    """Make one more member of `port`."""
    return make_people(port, {name: role})[0]


def make_port(name: str, unlocode: str, timezone: str, people: list[str]) -> Port:
    """Admit a port with a reader, a contributor, a reviewer and a coordinator, in that order."""
    organisation = create_organisation(
        actor=Viewer.system(), name=name, kind="port", unlocode=unlocode, timezone=timezone
    )
    roles = [Role.READER, Role.CONTRIBUTOR, Role.REVIEWER, Role.COORDINATOR]
    return Port(organisation, *make_people(organisation, dict(zip(people, roles, strict=True))))


def make_cast() -> Cast:
    """Make the three ports and the audience of the Los Angeles–Gothenburg agreement."""
    gothenburg = make_port(
        "Port of Gothenburg",
        "SEGOT",
        "Europe/Stockholm",
        ["Rut Läsare", "Karin Skrift", "Rolf Granskare", "Siv Samordnare"],
    )
    los_angeles = make_port(
        "Port of Los Angeles",
        "USLAX",
        "America/Los_Angeles",
        ["Ray Reader", "Carla Writer", "Rita Reviewer", "Cole Coordinator"],
    )
    tokyo = make_port(
        "Port of Tokyo",
        "JPTYO",
        "Asia/Tokyo",
        ["Aiko Reader", "Kenji Writer", "Ren Reviewer", "Chie Coordinator"],
    )
    agreement = audiences.make_group(
        actor=Viewer.system(),
        name="Los Angeles–Gothenburg MOU",
        members=[gothenburg.home, los_angeles.home],
    )
    return Cast(gothenburg, los_angeles, tokyo, agreement)


def eyes(user: User) -> Viewer:
    """Return what a person may see and do now."""
    return viewer_of(user)


def long_here(user: User) -> User:
    """Have joined more than a month ago, so that the start page shows no first steps."""
    user.date_joined -= dt.timedelta(days=31)
    user.save(update_fields=["date_joined"])
    return user


__all__ = [
    "PASSWORD",
    "Cast",
    "Port",
    "anonymous",
    "eyes",
    "long_here",
    "make_cast",
    "make_person",
    "make_port",
]
