"""Have an organisation that was suspended, or has left, take part again."""

from collections.abc import Callable

from exchange.partners import actions
from exchange.partners.management.commands._standing import StandingCommand
from exchange.partners.models import Organisation


class Command(StandingCommand):
    help = "Have an organisation that was suspended, or has left, take part again."
    done = "takes part."
    needs_reason = False

    def act(self) -> Callable[..., Organisation]:
        return actions.resume_organisation
