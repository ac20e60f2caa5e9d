"""Folder and port are claimed before anything is changed; `up` says what is where."""

import socket
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from exchange.home.management.commands import up
from exchange.home.supervisor import Supervisor, claim_folder, claim_port, require_port


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


def test_a_single_process_asks_for_its_port_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is in use"):
            require_port("127.0.0.1", port)


def test_a_signal_in_the_midst_of_another_waits_for_nothing() -> None:
    """It comes at every step of the first one, which cannot go on until the second is done."""
    supervisor = Supervisor({}, {})

    def again(*_step: Any) -> Any:
        supervisor._ask_to_stop(15, None)
        return again

    def asked() -> None:
        sys.settrace(again)
        supervisor._ask_to_stop(15, None)

    asking = threading.Thread(target=asked, daemon=True)
    asking.start()
    asking.join(10)
    assert not asking.is_alive()
    assert supervisor._asked_to_stop > 1


def test_up_says_that_only_the_operator_reads_the_mailbox(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    up.tell()
    assert "shown to the operator alone" in capsys.readouterr().out
