"""Have an organisation that was suspended, or has left, take part again."""

from exchange.partners import actions
from exchange.partners.management.commands._standing import StandingCommand


class Command(StandingCommand):
    help = "Have an organisation that was suspended, or has left, take part again."
    done = "takes part."
    needs_reason = False
    act = staticmethod(actions.resume_organisation)
