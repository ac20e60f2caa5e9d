"""What people do with the address of their feed. It is private: nothing of it is told in the log."""

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Forbidden
from exchange.digests.models import FeedAddress
from exchange.partners import tokens


@transaction.atomic
def make_feed_address(*, actor: Viewer) -> str:
    """Give the actor's feed a new address and return its token, which is known only now.

    An address that they had before ends. Raises Forbidden for whoever is no person.
    """
    if actor.user_id is None:
        raise Forbidden(_("Only people have a feed of their own."))
    secret = tokens.new_secret()
    now = {"token_digest": tokens.digest(secret), "made_at": time.now()}
    FeedAddress.objects.update_or_create(user_id=actor.user_id, defaults=now)
    return secret


@transaction.atomic
def end_feed_address(*, actor: Viewer) -> None:
    """End the address of the actor's feed, if there is one."""
    FeedAddress.objects.for_viewer(actor).delete()
