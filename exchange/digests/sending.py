"""Sends what waits: drains the tables, one conditional step after the other, one recipient a mail."""

import datetime as dt
import logging
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError

from exchange.common import time
from exchange.common.faults import faultpoint
from exchange.common.mail import Letter, NotTaken, Uncertain, Unreachable, post
from exchange.digests import bookkeeping
from exchange.digests.bookkeeping import Claim
from exchange.digests.letters import NotNeeded, load, write
from exchange.digests.models import Delivery, Digest, Notice, Reason, State
from exchange.digests.sharing import Shelf

logger = logging.getLogger(__name__)

# Of a worker that dies so many wait until their lease ends; claimed one by one, mails leave slower.
CLAIMED_AT_ONCE = 10
# Seconds. What people choose for themselves (address, language, zone, topics, a pause), and that an
# account was closed, is no event: it counts so much later at most.
READ_FOR = 1
# So often a mail is written because something happened meanwhile; then all wait for the next sweep.
MAX_READINGS = 3
MAX_ERRORS = 3
FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
GIVE_UP_AFTER = dt.timedelta(hours=24)


def send_waiting() -> int:
    """Send every mail that waits, over one connection; return how many a server took.

    Any number of processes may do so at once. Stops at a server that takes nothing at all; the
    rest waits for the next sweep.
    """
    sent = 0
    connection, shelf = get_connection(), Shelf()
    try:
        for model in (Notice, Digest):
            bookkeeping.note_lost(model)
            sent += _drain(model, connection, shelf)
    except Unreachable as error:
        logger.warning("the mail server takes nothing now: %s", error.answer)
    finally:
        connection.close()
    return sent


def _drain(model: type[Delivery], connection: BaseEmailBackend, shelf: Shelf) -> int:
    sent = 0
    while claims := bookkeeping.claim(model, CLAIMED_AT_ONCE):
        read = Read(model)
        try:
            while claims:
                sent += _settle(claims, read, connection, shelf)
                claims.pop(0)
        except OutOfDate:
            logger.info("too much happens now to write to anybody; %s wait", len(claims))
            break
        finally:
            bookkeeping.let_go(model, claims)
    return sent


class OutOfDate(Exception):
    """Something has happened since a row was read, or its claim is lost; nothing was done."""


class Read:
    """Rows of claims, read together and used for a second at most."""

    def __init__(self, model: type[Delivery]) -> None:
        self._model = model
        self._at = 0.0
        self._rows: dict[Claim, Delivery] = {}

    def row(self, claims: Sequence[Claim]) -> Delivery | None:
        """Return the row of the first claim; what is too old is read again, with the others' rows."""
        if claims[0] not in self._rows or monotonic() - self._at > READ_FOR:
            self._at = monotonic()
            self._rows = load(self._model, claims)
        return self._rows.get(claims[0])

    def forget(self) -> None:
        """Use no row any more that was read before now."""
        self._rows = {}


def _settle(
    claims: Sequence[Claim], read: Read, connection: BaseEmailBackend, shelf: Shelf
) -> bool:
    """Send the first claim's mail or settle why not; tell whether a server took it.

    Raises OutOfDate when something happens all the time; the mail waits for a quieter moment.
    """
    for _reading in range(MAX_READINGS):
        faultpoint("after_claim")
        row = read.row(claims)
        if row is None:
            return False
        try:
            return send_one(row, connection, shelf)
        except OutOfDate:
            read.forget()
    raise OutOfDate


def send_one(row: Delivery, connection: BaseEmailBackend, shelf: Shelf) -> bool:
    """Write the mail of a row that `load` gave, and send it; tell whether a server took it.

    Raises OutOfDate, and Unreachable when the server takes nothing; the mail waits then.
    """
    try:
        letter, items = write(row, shelf)
    except NotNeeded as why:
        if not bookkeeping.close_unsent(row, why.state, why.reason):
            raise OutOfDate from why
        return False
    except Exception:
        # Whatever is wrong with this one, the others are written.
        logger.exception("%s cannot be written", row.message_id)
        _erred(row)
        return False
    faultpoint("rendered")
    if not bookkeeping.begin_sending(row, letter, items=items):
        raise OutOfDate
    faultpoint("sending_committed")
    return _posted(row, letter, connection)


def _posted(row: Delivery, letter: Letter, connection: BaseEmailBackend) -> bool:
    try:
        post(letter, connection)
    except Uncertain as error:
        bookkeeping.close_unsent(row, State.UNKNOWN, Reason.LOST_TRACK, answer=str(error))
        logger.warning(
            "%s: the connection ended at the last moment, it may have left", row.message_id
        )
        return False
    except NotTaken as refusal:
        _refused(row, refusal)
        if isinstance(refusal, Unreachable):
            raise
        return False
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("%s cannot be sent", row.message_id)
        _broke_off(row, connection, f"{type(error).__name__}: {error}")
        return False
    faultpoint("after_250")
    return bookkeeping.close_sent(row)


def _erred(row: Delivery, answer: str = "") -> None:
    if row.errors + 1 >= MAX_ERRORS:
        bookkeeping.close_unsent(row, State.FAILED, Reason.UNWRITABLE, answer=answer)
    else:
        bookkeeping.put_back(row, wait_after(row.attempts), error=True, answer=answer)


def _broke_off(row: Delivery, connection: BaseEmailBackend, answer: str) -> None:
    """Settle a mail that an error of ours stopped, and leave its conversation with the server."""
    began = getattr(getattr(connection, "connection", None), "began", False)
    with suppress(OSError):
        connection.close()
    if began:
        bookkeeping.close_unsent(row, State.UNKNOWN, Reason.LOST_TRACK, answer=answer)
    else:
        _erred(row, answer)


def _refused(row: Delivery, refusal: NotTaken) -> None:
    wait = wait_after(row.attempts)
    code, answer = refusal.code, refusal.answer
    if refusal.is_lasting:
        bookkeeping.close_unsent(row, State.FAILED, Reason.REFUSED, code=code, answer=answer)
    elif time.now() + wait > (row.tried_at or time.now()) + GIVE_UP_AFTER:
        bookkeeping.close_unsent(row, State.FAILED, Reason.GAVE_UP, code=code, answer=answer)
    else:
        bookkeeping.put_back(row, wait, code=code, answer=answer)


def wait_after(attempts: int) -> dt.timedelta:
    """Return how long a mail rests after its n-th attempt: a minute, then twice as long each time."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)
