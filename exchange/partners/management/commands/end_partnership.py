"""Note that an organisation left the exchange for good; what it published stays its own."""

from collections.abc import Callable

from exchange.partners import actions
from exchange.partners.management.commands._standing import StandingCommand
from exchange.partners.models import Organisation


class Command(StandingCommand):
    help = "Note that an organisation left the exchange for good; what it published stays its own."
    done = "has left the exchange."

    def act(self) -> Callable[..., Organisation]:
        return actions.end_partnership
