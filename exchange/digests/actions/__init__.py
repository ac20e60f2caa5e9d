"""What people do with their mails. A subscription is private: nothing of it is told in the log."""

from exchange.digests.actions.ending import (
    UNDO_FOR,
    Standing,
    can_undo,
    lower_by_token,
    resume,
    resume_by_token,
    standing,
    unsubscribe,
    unsubscribe_by_token,
)
from exchange.digests.actions.wishing import choose, send_now, subscribe

__all__ = [
    "UNDO_FOR",
    "Standing",
    "can_undo",
    "choose",
    "lower_by_token",
    "resume",
    "resume_by_token",
    "send_now",
    "standing",
    "subscribe",
    "unsubscribe",
    "unsubscribe_by_token",
]
