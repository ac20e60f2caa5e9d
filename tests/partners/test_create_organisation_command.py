import datetime as dt
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from exchange.activity.models import Event
from exchange.partners.models import Invitation, Organisation


def admit(name: str = "Port of Gothenburg", **options: Any) -> tuple[str, str]:
    values = {"kind": "port", "unlocode": "SEGOT", "coordinator": "siv@example.org", **options}
    out, err = StringIO(), StringIO()
    call_command("create_organisation", name, stdout=out, stderr=err, **values)
    return out.getvalue(), err.getvalue()


def test_it_prints_an_address_that_works(db: None, client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://exchange.example.org"
    out, _ = admit()
    address = out.splitlines()[-1]
    assert address.startswith("https://exchange.example.org/invitations/")
    page = client.get(address.removeprefix(settings.SITE_URL))
    assert "siv@example.org" in page.content.decode()


def test_its_dates_are_written_as_on_pages(db: None) -> None:
    with time_machine.travel(dt.datetime(2026, 4, 20, 12, tzinfo=dt.UTC)):
        assert "until 4 May 2026, 12:00 UTC" in admit()[0]


def test_the_first_person_coordinates_in_the_zone_of_the_port(db: None) -> None:
    admit()
    assert Invitation.objects.get().role == "coordinator"
    assert Organisation.objects.get().timezone == "Europe/Stockholm"


def test_it_says_which_port_the_code_means(db: None) -> None:
    assert "SEGOT is Port of Gothenburg" in admit()[1]


def test_it_notes_a_code_that_is_not_in_the_list(db: None) -> None:
    out, err = admit("Port of Nowhere", unlocode="SEXYZ")
    assert "not in our list" in err
    assert reverse("partners:accept", args=["x"]).removesuffix("x/") in out


def test_a_zone_that_shows_the_same_time_is_taken(db: None) -> None:
    admit(timezone="Europe/Berlin")
    assert Organisation.objects.get().timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timezone": "America/New_York"}, "SEGOT is Port of Gothenburg, in Europe/Stockholm"),
        ({"timezone": "Mars/Base"}, "no time zone we know"),
        ({"unlocode": "GOT"}, "no UN/LOCODE"),
        ({"unlocode": ""}, "A port needs its UN/LOCODE"),
        ({"coordinator": "siv"}, "email: Enter a valid email address"),
        ({"coordinator": "x" * 300 + "@example.org"}, "email:"),
        ({"name": "x" * 300}, "name:"),
        ({"name": "\udcff"}, "name: This holds a character"),
        ({"country": "sweden"}, "country:"),
    ],
)
def test_it_refuses_and_leaves_nothing_behind(
    db: None, options: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        admit(**options)
    assert not Organisation.objects.exists()
    assert not Event.objects.exists()


def test_a_second_one_of_the_same_name_is_refused(db: None) -> None:
    admit()
    with pytest.raises(CommandError, match="here already"):
        admit(unlocode="SEMMA")
