"""What a browser finds on the pages of agreements."""

from typing import Any

from django.test import Client

from tests.architecture.forms import Forms
from tests.lessons.pages import page


def form_of(client: Client, address: str) -> dict[str, Any]:
    """Return what a form would send as it is, hidden fields and all."""
    shown = Forms(page(client.get(address)))
    return {
        name: field.values[0] if len(field.values) == 1 else field.values
        for name, field in shown.fields.items()
        if "checkbox" not in field.kinds
    }
