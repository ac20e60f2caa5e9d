"""The search page as people get it."""

import re
from pathlib import Path

from django.test import Client

from exchange.accounts.models import User
from exchange.activity.sequencer import place_events
from exchange.search.follow import follow

SECRETS = re.compile(rb'("X-CSRFToken": "|name="csrfmiddlewaretoken" value=")[^"]*"')


def page(user: User | None, address: str = "") -> bytes:
    """Return the body of the search page for this person, without what differs at each request."""
    client = Client()
    if user:
        client.force_login(user)
    answer = client.get(f"/search/?{address}")
    assert answer.status_code == 200
    return SECRETS.sub(b"", answer.content)


def settle() -> None:
    """Do what the worker does: give events their positions and bring the index up to the log."""
    place_events()
    follow()


def files(folder: Path) -> set[str]:
    """Return the names of the files of an index."""
    return {file.name for file in folder.iterdir()}
