"""The command that loads the sample world, once for each test."""

import pytest
from django.core.management import call_command
from django.test import Client

from exchange.activity.models import Event
from exchange.digests import notices
from exchange.home.management.commands.demo import tell
from exchange.home.sample import SAMPLE_PASSWORD
from tests.cast import Cast


def test_people_sign_in_with_the_password_that_demo_tells(db: None) -> None:
    call_command("load_sample", verbosity=0)
    email = "karin@gothenburg.example.org"
    assert Client().login(email=email, username=email, password=SAMPLE_PASSWORD)


def test_demo_names_who_has_that_password_and_nobody_else(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_sample", verbosity=0)
    tell()
    told = capsys.readouterr().out
    assert "karin@gothenburg.example.org" in told
    assert cast.gothenburg.contributor.email not in told


@pytest.mark.django_db(transaction=True)
def test_nobody_is_mailed_about_how_the_world_was_made() -> None:
    call_command("load_sample", verbosity=0)
    assert Event.objects.unplaced().count() == 0
    assert notices.follow() == 0
