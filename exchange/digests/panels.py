"""What other pages show of mails."""

from exchange.audiences.viewer import Viewer
from exchange.common.providers import Panel
from exchange.digests.models import Subscription
from exchange.digests.policies import can_subscribe


def offer(viewer: Viewer, thing: object) -> Panel | None:
    """Offer the weekly mail on the dashboard to who has none; nobody gets one unasked."""
    del thing
    if not can_subscribe(viewer) or Subscription.objects.for_viewer(viewer).active().exists():
        return None
    return Panel(template="digests/panel_home.html", context={})
