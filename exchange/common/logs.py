"""What must not stand in a log."""

import logging
import re

from django.core.exceptions import PermissionDenied, SuspiciousOperation

REFUSALS = (PermissionDenied, SuspiciousOperation)
# Addresses that open something for whoever knows them: invitations, unsubscribing, private feeds,
# new passwords.
SECRET_ADDRESS = re.compile(
    r"((?:/|%2F)(?:invitations|u|news|password/reset/key)(?:/|%2F))[^/%\s\"'?&]+", re.IGNORECASE
)


class SecretAddresses(logging.Filter):
    """Cut the secret out of every address before a line is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = SECRET_ADDRESS.sub(r"\1…", message)
        if clean != message:
            record.msg, record.args = clean, ()
        return True


class WithoutTraceback(logging.Filter):
    """Cut the traceback off a refusal, where it tells nothing: one line is enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], REFUSALS):
            record.exc_info = record.exc_text = None
        return True
