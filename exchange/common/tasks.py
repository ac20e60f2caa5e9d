"""Housekeeping."""

from celery import shared_task
from django.db import connection

from exchange.common import once


@shared_task(name="exchange.common.tasks.forget_old_keys")
def forget_old_keys() -> None:
    """Delete nonces and Idempotency-Keys that are older than a day; may run twice."""
    once.forget_old_keys()


@shared_task(name="exchange.common.tasks.count_rows_anew")
def count_rows_anew() -> None:
    """Let the database count what its tables hold, by which it chooses indexes; may run twice.

    SQLite does so only when it is told, and PostgreSQL's autovacuum may be off. Table by table, so
    that nobody waits long for SQLite's one lock; and each of them whole, because what SQLite
    guesses from the first thousand rows (`analysis_limit`) made plain lists eight times slower.
    """
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
