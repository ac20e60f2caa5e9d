"""Let somebody in again who has lost phone, passkey and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError

from exchange.accounts.actions import reset_second_factor
from exchange.accounts.models import User
from exchange.common.mail import NotTaken, Uncertain, post, write_letter


class Command(BaseCommand):
    help = (
        "Remove somebody's passkeys, authenticator app and recovery codes, and end their sessions: "
        "then the password alone lets them in. Make sure first, by another way than mail, that it "
        "is they who ask. They are told by mail. Example: reset_second_factor siv@example.org"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *, email: str, **_: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody has the address {email}. See Users in the admin.")
        if not reset_second_factor(user=user):
            raise CommandError(f"{user.email} has no second factor: there is nothing to remove.")
        self.stdout.write(f"{user.email} signs in with the password alone now.")
        self._tell(user)

    def _tell(self, user: User) -> None:
        letter = write_letter(
            to=user.email,
            template="second-factor-reset",
            context={"person": user},
            language=user.language,
            zone=user.timezone,
        )
        try:
            post(letter, get_connection())
        except (NotTaken, Uncertain) as error:
            self.stderr.write(
                f"The mail that tells them was not sent: {error}. Tell them yourself."
            )
