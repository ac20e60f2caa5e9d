from exchange.digests.models.delivery import OPEN, Delivery, Reason, State
from exchange.digests.models.feed import FeedAddress
from exchange.digests.models.mails import Digest, Notice
from exchange.digests.models.subscription import Subscription

__all__ = ["OPEN", "Delivery", "Digest", "FeedAddress", "Notice", "Reason", "State", "Subscription"]
