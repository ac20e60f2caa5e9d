"""What is asked before a start changes anything: can the data be used, and whose are they?

Real people and the sample world never meet in one database, and the sample world, whose password
everybody knows, is shown on this machine alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, DataError, IntegrityError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from exchange.accounts.models import User
from exchange.home.mailbox import LOOPBACK
from exchange.partners.models import Organisation

# The sample world's people live at example.org, which is nobody's.
SAMPLE_ADDRESS = r"[@.]example\.org$"


def refuse_sample_data() -> None:
    """Raise CommandError when the database holds the sample accounts."""
    if sample_accounts_exist():
        raise CommandError(
            "This data holds the sample accounts of the demo, whose password everybody knows. "
            f"Use {_elsewhere()}"
        )


def refuse_sample_data_for_others() -> None:
    """Raise CommandError when the sample accounts would be open to people on other machines.

    The database is asked in any case: who serves it is told at once when it cannot be used.
    """
    if sample_accounts_exist() and _others_come_here():
        refuse_sample_data()


def refuse_real_data() -> None:
    """Raise CommandError where the sample world has no place: among real people, or before others."""
    if _others_come_here():
        raise CommandError(
            "Everybody knows the password of the sample accounts: they are for this machine alone, "
            "and EXCHANGE_URL or EXCHANGE_HOST open it to others. Unset both, and "
            f"use {_elsewhere()}"
        )
    if not sample_accounts_exist() and (_there_are(User) or _there_are(Organisation)):
        raise CommandError(
            "This data belongs to a real exchange: the sample world would add accounts whose "
            f"password everybody knows. Use {_elsewhere()}"
        )


def refuse_older_database() -> None:
    """Raise CommandError when the database has not been brought to this release.

    One that a newer release has brought further is served: its changes leave this one working.
    """
    with database_in_words():
        migrations = MigrationExecutor(connection)
        missing = migrations.migration_plan(migrations.loader.graph.leaf_nodes())
    if missing:
        raise CommandError(
            f"The database is older than this release by {len(missing)} steps. "
            "Run: manage.py migrate"
        )


def sample_accounts_exist() -> bool:
    """Tell whether the sample world's people are in the database, which need not be migrated yet."""
    return _there_are(User, email__regex=SAMPLE_ADDRESS)


@contextmanager
def database_in_words() -> Iterator[None]:
    """Raise CommandError, which says what to do, when the database cannot be used."""
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError):
        raise  # a fault of ours, not of the database
    except DatabaseError as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        if connection.vendor == "sqlite":
            raise CommandError(
                f"The database {settings.DATABASES['default']['NAME']} cannot be used: {reason}. If "
                f"it is damaged, restore a backup (docs/operators/backup.md), or use {_elsewhere()}"
            ) from error
        raise CommandError(
            f"The database of DATABASE_URL cannot be used: {reason}. See that PostgreSQL runs, and "
            "that host, port, name, user and password are right."
        ) from error


def _others_come_here() -> bool:
    # The address that stands in mails tells: an exchange for others has one that leads them to it,
    # whatever stands between. https tells nothing: a proxy may serve it to this machine alone.
    return settings.SITE_HOST not in LOOPBACK or settings.LISTEN_HOST not in LOOPBACK


def _elsewhere() -> str:
    if connection.vendor == "sqlite":
        return "another folder: EXCHANGE_DATA=/some/folder"
    return "another database: DATABASE_URL=postgresql://…"


def _there_are(model: type[Model], **like: str) -> bool:
    with database_in_words():
        tables = connection.introspection.table_names()
        there = model._meta.db_table in tables
        return there and model._default_manager.filter(**like).exists()
