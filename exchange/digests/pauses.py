"""Days on which somebody wants no mail."""

import datetime as dt

from django.utils.translation import gettext as _

from exchange.common import time
from exchange.common.errors import Message

LONGEST_PAUSE = dt.timedelta(days=366)


def wrong_with_pause(first: dt.date | None, last: dt.date | None) -> dict[str, list[Message]]:
    """Return by field what is wrong with a pause: half, backwards, longer than a year, or over."""
    if not (first or last):
        return {}
    if first is None:
        return {"paused_from": [_("Say from which day on.")]}
    if last is None:
        return {"paused_to": [_("Say until which day.")]}
    if last < first:
        return {"paused_to": [_("The pause ends before it begins.")]}
    if last - first > LONGEST_PAUSE:
        return {"paused_to": [_("A pause lasts a year at most. You can end the mails.")]}
    # It is still yesterday somewhere.
    if last < time.now().date() - dt.timedelta(days=1):
        return {"paused_to": [_("These days are over. Leave both empty, or choose others.")]}
    return {}
