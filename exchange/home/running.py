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

from exchange.accounts.models import User
from exchange.home.mailbox import LOOPBACK
from exchange.home.supervisor import Supervisor, claim_folder, claim_port, say

# The sample world's people live at example.org, which is nobody's.
SAMPLE_ADDRESS = r"[@.]example\.org$"
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


def run_all(*, mailbox: str, fill: Callable[[], None], when_ready: Callable[[], None]) -> int:
    """Claim folder and port, prepare, call `fill`, and run everything; return the exit status.

    `mailbox` says who may read the mail files; nobody does when the server is open to the network.
    """
    claim_port(settings.LISTEN_HOST, settings.PORT)
    with claim_folder(settings.DATA_DIR):
        prepare()
        fill()
        commands = {name: [sys.executable, sys.argv[0], "run", name] for name in PROCESSES}
        environment = {
            "PYTHONUNBUFFERED": "1",
            "EXCHANGE_MAILBOX": mailbox if settings.LISTEN_HOST in LOOPBACK else "closed",
        }
        return Supervisor(commands, environment).run(web_answers, when_ready)


def sample_accounts_exist() -> bool:
    """Tell whether the sample world's people, whose password everybody knows, are in the database."""
    return User.objects.filter(email__regex=SAMPLE_ADDRESS).exists()


def web_answers() -> bool:
    """Tell whether the web process accepts connections."""
    host = "localhost" if settings.LISTEN_HOST in {"0.0.0.0", "::"} else settings.LISTEN_HOST  # noqa: S104
    with suppress(OSError), socket.create_connection((host, settings.PORT), timeout=1):
        return True
    return False


def where_mail_is() -> str:
    """Return a sentence: the SMTP server, or the files and the page that shows them."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if folder is None:
        return f"Mail goes to {settings.EMAIL_HOST}:{settings.EMAIL_PORT}."
    shown = f", shown at {settings.SITE_URL}/mailbox/" if settings.LISTEN_HOST in LOOPBACK else ""
    return f"Mail goes to files in {folder}{shown}."
