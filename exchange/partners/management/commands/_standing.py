"""What the commands share that change whether an organisation takes part."""

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

from exchange.audiences.viewer import Viewer
from exchange.common.errors import ActionError
from exchange.partners.models import Organisation


class StandingCommand(BaseCommand):
    """Finds the organisation, has the action `act` change it, and says how it stands then."""

    act: ClassVar[Callable[..., Organisation]]
    needs_reason = True
    done = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="its UN/LOCODE, or its name")
        if self.needs_reason:
            parser.add_argument("--reason", required=True, help="its people read it")

    def handle(self, *, organisation: str, **options: Any) -> None:
        reason = {"reason": options["reason"]} if self.needs_reason else {}
        try:
            changed = self.act(
                actor=Viewer.system(), organisation=organisation_called(organisation), **reason
            )
        except ActionError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{changed} {self.done}")


def organisation_called(words: str) -> Organisation:
    """Return the one organisation of that UN/LOCODE or name. Raises CommandError, naming others."""
    found = list(Organisation.objects.called(words))
    if len(found) == 1:
        return found[0]
    near = ", ".join(str(one) for one in Organisation.objects.matching(words)[:5])
    hint = f" Did you mean: {near}?" if near else ""
    raise CommandError(f"No organisation is called “{words}”.{hint}")
