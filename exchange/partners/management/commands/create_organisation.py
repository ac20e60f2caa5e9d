"""Admit an organisation and print its first invitation."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format

from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.errors import ActionError, Invalid
from exchange.partners import actions, ports
from exchange.partners.models import Invitation, Organisation, OrganisationKind


class Command(BaseCommand):
    help = (
        "Admit an organisation and print the invitation of its first coordinator. "
        "Example: create_organisation 'Port of Gothenburg' --kind port --unlocode SEGOT "
        "--coordinator siv@example.org"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="its name, as everybody will read it")
        parser.add_argument("--kind", required=True, choices=OrganisationKind.values)
        parser.add_argument("--unlocode", default="", help="such as SEGOT; for a port")
        parser.add_argument(
            "--timezone",
            default="",
            help="an IANA name such as Europe/Stockholm; without one that of the port, else UTC",
        )
        parser.add_argument("--country", default="", help="two letters; without a UN/LOCODE")
        parser.add_argument("--website", default="")
        parser.add_argument(
            "--coordinator", required=True, metavar="EMAIL", help="who gets the first invitation"
        )

    def handle(self, *, name: str, coordinator: str, unlocode: str, **options: Any) -> None:
        unlocode, zone = unlocode.strip().upper(), options["timezone"]
        try:
            notes = notes_on(unlocode, zone)
            organisation, invitation, token = admit(
                name=name,
                coordinator=coordinator,
                unlocode=unlocode or None,
                **{key: options[key] for key in ("kind", "timezone", "country", "website")},
            )
        except Invalid as error:
            raise CommandError(said(error)) from error
        except ActionError as error:
            raise CommandError(str(error.message)) from error
        for note in notes:
            self.stderr.write(note)
        self.stdout.write(
            f"{organisation.name} is admitted ({organisation.timezone}).\n"
            f"Send this address to {invitation.email}; it works once, until "
            f"{date_format(invitation.expires_at, 'DATETIME_FORMAT')} UTC, and is shown only now:"
        )
        self.stdout.write(settings.SITE_URL + reverse("partners:accept", args=[token]))


@transaction.atomic
def admit(*, coordinator: str, **fields: Any) -> tuple[Organisation, Invitation, str]:
    """Admit the organisation and invite its coordinator, or do neither."""
    system = Viewer.system()
    organisation = actions.create_organisation(actor=system, **fields)
    invitation, token = actions.invite_by_hand(
        actor=system, organisation=organisation, email=coordinator, role=Role.COORDINATOR
    )
    return organisation, invitation, token


def notes_on(unlocode: str, zone: str) -> list[str]:
    """Return what the operator should know; raise Invalid when the zone is not the port's."""
    listed = ports.port_with(unlocode)
    if zone:
        try:
            time.validate_zone(zone)
        except ValidationError as error:
            raise Invalid({"timezone": error.messages}) from error
    if not unlocode:
        return []
    if listed is None:
        return [f"Note: {unlocode} is not in our list of ports; check it is the code you mean."]
    if zone and not alike(zone, listed.timezone):
        raise Invalid(
            {"timezone": [f"{unlocode} is {listed.name}, in {listed.timezone}, not in {zone}."]}
        )
    return [f"{unlocode} is {listed.name} in our list of ports."]


def alike(zone: str, other: str) -> bool:
    """Tell whether two zones show the same time in each month of the coming year."""
    moments = [time.now() + dt.timedelta(days=30 * month) for month in range(12)]
    return all(
        moment.astimezone(ZoneInfo(zone)).utcoffset()
        == moment.astimezone(ZoneInfo(other)).utcoffset()
        for moment in moments
    )


def said(error: Invalid) -> str:
    """Return the refusals, one a line, each with the name of its argument."""
    return "\n".join(
        text if field in {"", "__all__"} else f"{field}: {text}"
        for field, texts in error.errors.items()
        for text in map(str, texts)
    )
