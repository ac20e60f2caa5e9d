"""Fault points: named places where a test may kill the process.

Each point is registered here with what stands around it. A point is armed by
`EXCHANGE_FAULT=<name>`, which only tests set; the process then dies as if by SIGKILL when it comes
by, once `EXCHANGE_FAULT_FILE` (a path) could be created, so that a restarted process goes on.
"""

import os
import signal
from typing import Final

POINTS: Final[dict[str, str]] = {
    "event_committed": "an action has committed its events, no position given yet",
    "sequenced": "positions are committed, nobody has been told",
    "index_committed": "the index holds the documents, its reader has not moved on",
    "after_claim": "a mail row is claimed under a lease",
    "rendered": "the mail is built, its row still claimed",
    "sending_committed": "the row says sending, SMTP has not begun",
    "after_250": "the server took the mail, the row still says sending",
    "import_read": "the pages of a preview are written, the import does not wait for a decision yet",
    "import_written": "the values of an import are written, its transaction is open",
    "import_undone": "the values of an import are taken back, its transaction is open",
}


def faultpoint(name: str) -> None:
    """Die here when a test has armed this point; otherwise do nothing.

    Raises KeyError for a name that is not registered.
    """
    POINTS[name]
    if os.environ.get("EXCHANGE_FAULT") != name:
        return
    marker = os.environ["EXCHANGE_FAULT_FILE"]
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
