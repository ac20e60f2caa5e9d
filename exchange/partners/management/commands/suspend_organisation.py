"""Have an organisation take no part for a while; its people read what is its own, and no more."""

from collections.abc import Callable

from exchange.partners import actions
from exchange.partners.management.commands._standing import StandingCommand
from exchange.partners.models import Organisation


class Command(StandingCommand):
    help = "Have an organisation take no part for a while; its people read what is its own, and no more."
    done = "is suspended."

    def act(self) -> Callable[..., Organisation]:
        return actions.suspend_organisation
