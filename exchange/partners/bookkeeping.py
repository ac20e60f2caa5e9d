"""What is noted without an event."""

import datetime as dt

from django.db.models import Q

from exchange.common import time
from exchange.partners.models import ApiClient


def note_use(client: ApiClient) -> None:
    """Note that a client's token was used; to the minute, so that reading costs no write each."""
    minute_ago = time.now() - dt.timedelta(minutes=1)
    if client.last_used_at is None or client.last_used_at < minute_ago:
        ApiClient.objects.filter(
            Q(last_used_at=None) | Q(last_used_at__lt=minute_ago), pk=client.pk
        ).update(last_used_at=time.now())
