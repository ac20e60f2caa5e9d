"""One's own subscription, and what pages tell of one."""

from django.utils.translation import gettext as _

from exchange.common import time
from exchange.digests.models import Subscription
from exchange.digests.planning import next_times
from exchange.partners.middleware import ViewedRequest


def mine(request: ViewedRequest) -> Subscription | None:
    """Return the viewer's subscription, ended or not."""
    return Subscription.objects.for_viewer(request.viewer).select_related("user").first()


def zone_of(request: ViewedRequest, subscription: Subscription | None) -> str:
    """Return the zone that the viewer's mails go by."""
    return subscription.zone_name if subscription else time.zone(request.viewer.timezone).key


def when_next(subscription: Subscription) -> str:
    """Return in a sentence when the next mail comes, in the zone that mails go by."""
    first = time.written(next_times(subscription, time.now())[0], subscription.zone_name)
    said = _("The next mail comes on %(moment)s (%(zone)s), when there is news.")
    return said % {"moment": first, "zone": subscription.zone_name}
