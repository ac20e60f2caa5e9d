"""One's own subscription."""

from exchange.common import time
from exchange.digests.models import Subscription
from exchange.partners.middleware import ViewedRequest


def mine(request: ViewedRequest) -> Subscription | None:
    """Return the viewer's subscription, ended or not."""
    return Subscription.objects.for_viewer(request.viewer).select_related("user").first()


def zone_of(request: ViewedRequest, subscription: Subscription | None) -> str:
    """Return the zone that the viewer's mails go by."""
    return subscription.zone_name if subscription else time.zone(request.viewer.timezone).key
