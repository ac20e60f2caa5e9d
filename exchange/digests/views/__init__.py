"""The pages about one's mails, and the address that ends them."""

from exchange.digests.views.ending import unsubscribe
from exchange.digests.views.reading import digest, preview
from exchange.digests.views.settings import choice, resume, send_now, settings_page, stop

__all__ = [
    "choice",
    "digest",
    "preview",
    "resume",
    "send_now",
    "settings_page",
    "stop",
    "unsubscribe",
]
