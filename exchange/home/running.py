"""What `demo` and `up` share: prepare the data folder, then run web, worker and beat together."""

import hashlib
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from exchange.home.guards import database_in_words
from exchange.home.mailbox import LOOPBACK
from exchange.home.supervisor import Supervisor, claim_folder, claim_port, say

PROCESSES = ("web", "worker", "beat")


def prepare() -> None:
    """Bring the database to this release and the static files into the data folder."""
    say(f"Preparing {settings.DATA_DIR} …")
    call_command("migrate", verbosity=0, interactive=False)
    collect_static()


def collect_static() -> None:
    """Collect and compress the static files, unless they are the ones collected last."""
    stamp = settings.STATIC_ROOT / ".collected"
    wanted = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            wanted.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    if stamp.exists() and stamp.read_text() == wanted.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(wanted.hexdigest())


def run_all(
    *,
    mailbox: str,
    guard: Callable[[], None],
    when_ready: Callable[[], None],
    fill: Callable[[], None] | None = None,
) -> int:
    """Claim folder and port, ask `guard`, prepare, `fill`, run everything; return the exit status.

    `guard` raises CommandError to refuse the data before anything is changed. `mailbox` says who
    may read the mail files; nobody does when the server is open to the network.
    """
    claim_port(settings.LISTEN_HOST, settings.PORT)
    with claim_folder(settings.DATA_DIR):
        guard()
        with database_in_words():
            prepare()
            if fill:
                fill()
        commands = {name: [sys.executable, sys.argv[0], "run", name] for name in PROCESSES}
        environment = {
            "PYTHONUNBUFFERED": "1",
            "EXCHANGE_MAILBOX": mailbox if settings.LISTEN_HOST in LOOPBACK else "closed",
        }
        return Supervisor(commands, environment).run(web_answers, when_ready)


def web_answers() -> bool:
    """Tell whether the web process accepts connections."""
    host = "localhost" if settings.LISTEN_HOST in {"0.0.0.0", "::"} else settings.LISTEN_HOST  # noqa: S104
    with suppress(OSError), socket.create_connection((host, settings.PORT), timeout=1):
        return True
    return False


def where_mail_is(reader: str = "") -> str:
    """Return a sentence: the SMTP server, or the files and the page that shows them to `reader`."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if folder is None:
        return f"Mail goes to {settings.EMAIL_HOST}:{settings.EMAIL_PORT}."
    if settings.LISTEN_HOST not in LOOPBACK:
        return f"Mail goes to files in {folder}."
    return f"Mail goes to files in {folder}, shown{reader} at {settings.SITE_URL}/mailbox/."
