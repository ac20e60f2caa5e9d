"""What a newcomer does here first."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer
from exchange.common.providers import Step
from exchange.digests.models import Subscription
from exchange.digests.policies import can_subscribe


def first_step(viewer: Viewer) -> Step | None:
    """Offer the weekly mail; nobody gets one unasked, nor while they take no part."""
    if not (can_subscribe(viewer) and viewer.takes_part):
        return None
    return Step(
        title=_("Choose when the digest comes"),
        why=_("One short mail with what is new and what you may read. Nothing new, no mail."),
        url=reverse("digests:settings"),
        until=(Subscription.objects.for_viewer(viewer),),
    )
