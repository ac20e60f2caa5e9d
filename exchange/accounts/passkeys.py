"""Where passkeys work: a browser gives one to the site that made it, known by its name and TLS."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _


def trouble(request: HttpRequest) -> str:
    """Return why passkeys do not work where this page was opened, or nothing when they do."""
    host = urlsplit(f"//{request.get_host()}").hostname
    if not _can_have_passkeys():
        return _(
            "Passkeys need an address with a name and https, which this exchange does not have yet. "
            "Ask the operator for one."
        )
    if host != settings.SITE_HOST:
        here = {"address": settings.SITE_URL, "host": host}
        return _("Passkeys work at %(address)s only. You have opened %(host)s.") % here
    return ""


def _can_have_passkeys() -> bool:
    name = settings.SITE_HOST
    local = name == "localhost" or name.endswith(".localhost")
    return local or (settings.SECURE and not _is_number(name))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
