"""Have an organisation take no part for a while; its people read what is its own and what everybody reads."""

from exchange.partners import actions
from exchange.partners.management.commands._standing import StandingCommand


class Command(StandingCommand):
    help = "Have an organisation take no part for a while; its people read what is its own and what everybody reads."
    done = "is suspended."
    act = staticmethod(actions.suspend_organisation)
