"""The exchange with the sample world, to look around in."""

import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from exchange.activity.bookkeeping import cursor_position, move_cursor
from exchange.activity.sequencer import last_position
from exchange.digests import notices
from exchange.home.guards import refuse_real_data, sample_accounts_exist
from exchange.home.running import run_all, where_mail_is
from exchange.home.sample import SAMPLE_PASSWORD
from exchange.home.sample.people import addresses
from exchange.home.supervisor import say
from exchange.partners.models import Membership


class Command(BaseCommand):
    help = "Load the sample world and run everything on this machine until Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        sys.exit(
            run_all(
                mailbox="everybody",
                guard=refuse_real_data,
                fill=load_sample_world,
                when_ready=tell,
            )
        )


def load_sample_world() -> None:
    """Load the sample world, unless it is there."""
    if not sample_accounts_exist():
        say("Loading the sample world …")
    call_command("load_sample", verbosity=0)
    if not cursor_position(notices.CURSOR):
        # Nobody is mailed about what was done before the demo began.
        move_cursor(notices.CURSOR, last_position())


def tell() -> None:
    """Say where the demo is, whom to sign in as, and what to try."""
    people = "\n".join(
        f"  {member.user.email:<40} {member.role:<12} {member.organisation}"
        for member in Membership.objects.filter(user__email__in=addresses())
        .select_related("user", "organisation")
        .order_by("organisation__sort_key", "user__email")
    )
    say(
        f"""
Port Exchange is ready: {settings.SITE_URL}

Sign in at {settings.SITE_URL}/accounts/login/ with the password  {SAMPLE_PASSWORD}  as
{people}

Try: search for “shore power” without signing in; write a lesson as a contributor of Gothenburg
for the Los Angeles–Gothenburg agreement, review and publish it as a reviewer, and look for it as
Los Angeles (who finds it) and as Tokyo (who does not). Everybody sees the agreements; the work under
this one (its parts that are invented say so) only people of its two ports do.
{where_mail_is()}

Ctrl-C stops it. What you did stays; delete {settings.DATA_DIR} to begin anew.
"""
    )
