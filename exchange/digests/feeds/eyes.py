"""Whose eyes an address of a feed has."""

from exchange.audiences.viewer import Viewer
from exchange.digests.models import FeedAddress
from exchange.partners import tokens
from exchange.partners.viewers import viewer_of


def reader_at(token: str) -> tuple[FeedAddress, Viewer] | None:
    """Return the address that a token opens, and its person as they are now.

    None when nobody has it, and alike when their account is closed. Three queries.
    """
    found = FeedAddress.objects.select_related("user").filter(
        token_digest=tokens.digest(token), user__is_active=True
    )
    address = found.first()
    return (address, viewer_of(address.user)) if address else None
