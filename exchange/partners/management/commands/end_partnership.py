"""Note that an organisation left the exchange for good; what it published stays its own."""

from exchange.partners import actions
from exchange.partners.management.commands._standing import StandingCommand


class Command(StandingCommand):
    help = "Note that an organisation left the exchange for good; what it published stays its own."
    done = "has left the exchange."
    act = staticmethod(actions.end_partnership)
