"""Who may read the mail that goes to files instead of to people."""

from django.conf import settings
from django.http import HttpRequest

LOOPBACK = {"127.0.0.1", "::1", "[::1]", "localhost"}
TO_FILES = "exchange.common.mailbox.FileBackend"


def is_open_for(request: HttpRequest) -> bool:
    """Tell whether this request may read the mailbox.

    Never unless mail goes to files and the server listens on loopback; then the operator in `up`, and
    everybody in the demo, as long as no address leads others to it: a proxy would let them in.
    """
    if settings.EMAIL_BACKEND != TO_FILES or settings.LISTEN_HOST not in LOOPBACK:
        return False
    if settings.MAILBOX == "operator":
        return bool(request.user.is_authenticated and request.user.is_staff)
    return is_open_for_everybody()


def is_open_for_everybody() -> bool:
    """Tell whether this is a demo, whose mailbox all its visitors may read."""
    return bool(settings.MAILBOX == "everybody" and settings.SITE_HOST in LOOPBACK)
