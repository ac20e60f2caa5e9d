"""System checks of settings that mail depends on."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.urls import reverse

LONGEST = 74


def check_unsubscribe_address(**_: Any) -> list[checks.CheckMessage]:
    """Warn when the address that ends mails is too long for every mail program to find it."""
    length = len(settings.SITE_URL + reverse("digests:unsubscribe", args=["x" * 22]))
    if length <= LONGEST:
        return []
    return [
        checks.Warning(
            f"The address that ends mails has {length} characters; above {LONGEST} some servers "
            "break it in two, and the button in mail programs vanishes.",
            hint="Give EXCHANGE_URL a shorter host name.",
            id="digests.W001",
        )
    ]


def register_all() -> None:
    """Register the checks of this slice."""
    checks.register(check_unsubscribe_address, checks.Tags.urls)
