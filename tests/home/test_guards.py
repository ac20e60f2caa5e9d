"""Real people and the sample world never meet in one database; the sample world is for one machine."""

from typing import Any, NoReturn

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError
from pytest_django.fixtures import Settings

from exchange.accounts.models import User
from exchange.home import guards
from exchange.home.management.commands import run
from exchange.partners.models import Organisation
from tests.cast import Cast

BEYOND = [("SITE_HOST", "exchange.example.org"), ("LISTEN_HOST", "192.0.2.1")]


class Serves(Exception):
    """The web process would begin to serve."""


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Settings:
    """Let the web process stop where it would begin to serve."""

    def serve(*_args: Any, **_options: Any) -> NoReturn:
        raise Serves

    monkeypatch.setattr(run, "Granian", serve)
    monkeypatch.setattr(run, "require_port", lambda host, port: None)
    monkeypatch.setattr(run, "_forget_connections", lambda: None)
    return settings


def test_up_refuses_the_demos_accounts(cast: Cast) -> None:
    with pytest.raises(CommandError, match="sample accounts"):
        guards.refuse_sample_data()


@pytest.mark.parametrize("email", ["karin@example.com", "karin@notexample.org"])
def test_up_takes_everybody_else(db: None, email: str) -> None:
    User.objects.create_user(email, full_name="Karin Skrift")
    guards.refuse_sample_data()


def test_the_sample_world_refuses_real_people(db: None) -> None:
    User.objects.create_user("karin@example.com", full_name="Karin Skrift")
    with pytest.raises(CommandError, match="real exchange"):
        call_command("load_sample")
    assert not Organisation.objects.exists()


def test_the_sample_world_refuses_real_organisations(db: None) -> None:
    wish = {"kind": "port", "unlocode": "SEGOT", "coordinator": "siv@example.com"}
    call_command("create_organisation", "Port of Gothenburg", **wish)
    with pytest.raises(CommandError, match="real exchange"):
        call_command("load_sample")


@pytest.mark.parametrize(("name", "value"), BEYOND)
def test_the_sample_world_is_not_loaded_where_others_come(
    db: None, settings: Settings, name: str, value: str
) -> None:
    setattr(settings, name, value)
    with pytest.raises(CommandError, match="for this machine alone"):
        call_command("load_sample")
    assert not User.objects.exists()


@pytest.mark.parametrize(("name", "value"), BEYOND)
def test_the_sample_world_is_not_served_to_others(
    cast: Cast, web: Settings, name: str, value: str
) -> None:
    setattr(web, name, value)
    with pytest.raises(CommandError, match="sample accounts"):
        call_command("run", "web")


def test_the_sample_world_is_served_to_this_machine(cast: Cast, web: Settings) -> None:
    with pytest.raises(Serves):
        call_command("run", "web")


def test_real_people_are_served_to_others(db: None, web: Settings) -> None:
    User.objects.create_user("karin@example.com", full_name="Karin Skrift")
    web.SITE_HOST = "exchange.example.com"
    with pytest.raises(Serves):
        call_command("run", "web")


def test_a_reason_of_several_lines_is_told_in_one() -> None:
    with pytest.raises(CommandError, match="refused") as refusal, guards.database_in_words():
        raise OperationalError("connection refused\n\tIs the server running?")
    assert "\n" not in str(refusal.value)


def test_a_fault_of_ours_is_not_called_a_damaged_database() -> None:
    with pytest.raises(IntegrityError), guards.database_in_words():
        raise IntegrityError("UNIQUE constraint failed")
