"""Starts web, worker and beat, shows their output, and stops all of them together."""

import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import IO

from django.core.management.base import CommandError

from exchange.home.lifeline import VARIABLE

# A Celery worker looks up from waiting after some seconds; what has not stopped by then is killed.
STOP_SECONDS = 10
LOOK_SECONDS = 0.2


def claim_folder(folder: Path) -> IO[str]:
    """Return an open lock on the data folder; keep it while running.

    Raises CommandError when another exchange runs in the folder, or another user's files are there.
    """
    lock = folder / "running.lock"
    try:
        handle = lock.open("w")
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except PermissionError:
        raise CommandError(
            f"{lock} belongs to another user. Give the whole folder to the user that runs this."
        ) from None
    except OSError:
        raise CommandError(
            f"Another exchange runs in {folder}. Stop it first, or choose another folder: "
            "EXCHANGE_DATA=/some/folder"
        ) from None
    return handle


def claim_port(host: str, port: int) -> None:
    """Raise CommandError unless the port is free at `host` and at localhost, whatever that means here."""
    with suppress(OSError), socket.create_connection(("localhost", port), timeout=1):
        raise _taken(port)
    require_port(host, port)


def require_port(host: str, port: int) -> None:
    """Raise CommandError unless one may listen on the port at `host`."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CommandError(
                f"Port {port} needs more rights. Choose one above 1023: PORT=8000"
            ) from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise _taken(port) from None
            raise CommandError(
                f"Cannot listen on {host}: {error.strerror}. Choose an address of this machine: "
                "EXCHANGE_HOST=127.0.0.1"
            ) from None


def _taken(port: int) -> CommandError:
    other = port + 1 if port < 65535 else port - 1
    return CommandError(
        f"Port {port} is in use. Stop what uses it, or choose another: PORT={other}"
    )


class Supervisor:
    """Runs named commands until one of them ends or somebody asks to stop."""

    def __init__(self, commands: Mapping[str, list[str]], environment: Mapping[str, str]) -> None:
        self._commands = commands
        self._environment = environment
        self._children: dict[str, subprocess.Popen[str]] = {}
        # A plain count: a lock in a signal handler waits for itself when a second signal comes.
        self._asked_to_stop = 0

    def run(self, on_start: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        """Start all, call `when_ready` once `on_start` says so, wait; return the exit status.

        0 when asked to stop (Ctrl-C, TERM, HUP), 1 when a child ended by itself.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            self._start()
            return self._watch(on_start, when_ready)
        finally:
            self._stop()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop += 1

    def _start(self) -> None:
        reading, self._lifeline = os.pipe()
        for name, command in self._commands.items():
            child = subprocess.Popen(
                command,
                env={**os.environ, **self._environment, VARIABLE: str(reading)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                pass_fds=[reading],
                start_new_session=True,
            )
            self._children[name] = child
            threading.Thread(target=self._show, args=[name, child.stdout], daemon=True).start()
        os.close(reading)

    def _show(self, name: str, lines: IO[str]) -> None:
        for line in lines:
            if line.strip():
                say(f"{name:>6} | {line.rstrip()}")

    def _watch(self, on_start: Callable[[], bool], when_ready: Callable[[], None]) -> int:
        ready = False
        while not self._asked_to_stop:
            for name, child in self._children.items():
                if child.poll() is not None:
                    say(f"{name} ended {_how(child.returncode)}: stopping the others.")
                    return 1
            if not ready and on_start():
                ready = True
                when_ready()
            time.sleep(LOOK_SECONDS)
        say("Stopping …")
        return 0

    def _stop(self) -> None:
        for child in self._children.values():
            with suppress(ProcessLookupError):
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and self._asked_to_stop < 2:
            if all(child.poll() is not None for child in self._children.values()):
                break
            time.sleep(LOOK_SECONDS)
        for child in self._children.values():
            # The whole group: what a child had started may outlive it.
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def say(line: str) -> None:
    """Write a line for the person at the terminal, who may have left."""
    with suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _how(status: int) -> str:
    if status < 0:
        return f"by {signal.Signals(-status).name}"
    return f"with status {status}"
