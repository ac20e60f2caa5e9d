"""Real people and the sample world never meet in one database."""

import socket
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exchange.accounts.models import User
from exchange.home.management.commands import demo, up
from exchange.home.supervisor import claim_folder, claim_port
from exchange.partners.models import Organisation
from tests.cast import Cast


def test_up_refuses_the_demos_accounts(cast: Cast) -> None:
    with pytest.raises(CommandError, match="sample accounts"):
        up.refuse_sample_world()


@pytest.mark.parametrize("email", ["karin@example.com", "karin@notexample.org"])
def test_up_takes_everybody_else(db: None, email: str) -> None:
    User.objects.create_user(email, full_name="Karin Skrift")
    up.refuse_sample_world()


def test_the_demo_refuses_real_people(db: None) -> None:
    User.objects.create_user("karin@example.com", full_name="Karin Skrift")
    with pytest.raises(CommandError, match="real exchange"):
        demo.load_sample_world()
    assert not Organisation.objects.exists()


def test_the_demo_refuses_real_organisations(db: None) -> None:
    wish = {"kind": "port", "unlocode": "SEGOT", "coordinator": "siv@example.com"}
    call_command("create_organisation", "Port of Gothenburg", **wish)
    with pytest.raises(CommandError, match="real exchange"):
        demo.load_sample_world()


def test_a_folder_is_claimed_once(tmp_path: Path) -> None:
    with claim_folder(tmp_path), pytest.raises(CommandError, match="Another exchange runs"):
        claim_folder(tmp_path)
    claim_folder(tmp_path).close()


def test_a_port_in_use_is_refused_with_another_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CommandError, match=f"PORT={port + 1}"):
            claim_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    with pytest.raises(CommandError, match="Cannot listen on"):
        claim_port("192.0.2.1", free)
