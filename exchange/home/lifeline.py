"""A process that a supervisor started ends when the supervisor does, even by SIGKILL.

The supervisor holds the writing end of a pipe and never writes. Its children hold the reading end:
when reading ends, nobody holds the other end any more.
"""

import os
import signal
import threading

VARIABLE = "EXCHANGE_LIFELINE"


def hold_lifeline() -> None:
    """Watch the pipe named by `EXCHANGE_LIFELINE`, here and in forked children; without one, nothing."""
    number = os.environ.pop(VARIABLE, None)
    if number is None:
        return
    end = int(number)
    os.register_at_fork(after_in_child=lambda: _watch(end))
    _watch(end)


def _watch(end: int) -> None:
    threading.Thread(target=_end_with_supervisor, args=[end], name="lifeline", daemon=True).start()


def _end_with_supervisor(end: int) -> None:
    while os.read(end, 1):
        pass
    # The group is this process and what it started: the supervisor gave it a session of its own.
    os.killpg(os.getpgid(0), signal.SIGKILL)
