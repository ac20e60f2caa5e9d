"""What a browser finds on the pages of agreements."""

import re
from typing import Any

from django.test import Client

from tests.architecture.forms import Forms
from tests.lessons.pages import page

CHOICE = re.compile(r'<select name="(\w+)".*?</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')


def form_of(client: Client, address: str) -> dict[str, Any]:
    """Return what a form would send as it is, hidden fields and all."""
    text = page(client.get(address))
    sent = {
        name: field.values[0] if len(field.values) == 1 else field.values
        for name, field in Forms(text).fields.items()
        if "checkbox" not in field.kinds
    }
    lists = {found[1]: CHOSEN.search(found[0]) for found in CHOICE.finditer(text)}
    return sent | {name: chosen[1] if chosen else "" for name, chosen in lists.items()}
