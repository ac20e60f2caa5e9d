"""What waits for each background task, and what the tables hold when all of it is done."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import F

from exchange.accounts.bookkeeping import note
from exchange.accounts.models import SecurityEntry, SecurityKind, User
from exchange.activity.models import Event, LogHead
from exchange.activity.sequencer import last_position
from exchange.agreements.models import Agreement
from exchange.audiences.viewer import Role
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.common.models import OnceKey
from exchange.digests import actions as digests
from exchange.digests.models import Digest, Notice
from exchange.kpis.actions import cancel_import, send_import
from exchange.kpis.choices import ImportState
from exchange.kpis.models import Import, ImportFile
from exchange.lessons.choices import State
from exchange.lessons.models import DraftBuffer, Lesson, LessonVersion, TitleWord
from exchange.partners.actions import invite
from exchange.partners.models import Invitation, MailState
from exchange.search.bookkeeping import note_search
from exchange.search.follow import is_behind
from exchange.search.models import RecentSearch
from tests.agreements.factories import make_agreement, today
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson
from tests.process import steps


def _never_counted() -> int:
    """Return 1 while the database has no statistics of the lessons."""
    statistics = (
        "SELECT count(*) FROM pg_stat_user_tables"
        " WHERE relname = 'lessons_lesson' AND last_analyze IS NOT NULL"
        if connection.vendor == "postgresql"
        else "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'"
    )
    with connection.cursor() as cursor:
        cursor.execute(statistics)
        return 1 - int(cursor.fetchone()[0])


# Task → how much of its work is left. What waits in the beginning `settle` lays out.
WAITS: dict[str, Callable[[], int]] = {
    "exchange.accounts.tasks.forget_old_security_entries": lambda: SecurityEntry.objects.count(),
    "exchange.activity.tasks.sequence_events": lambda: Event.objects.unplaced().count(),
    "exchange.agreements.tasks.end_due": lambda: Agreement.objects.over(today()).count(),
    "exchange.common.tasks.count_rows_anew": _never_counted,
    "exchange.common.tasks.forget_old_keys": lambda: OnceKey.objects.filter(owner="old").count(),
    "exchange.digests.tasks.plan_digests": lambda: 1 - Digest.objects.count(),
    "exchange.digests.tasks.send_mail": lambda: (
        max(2 - Notice.objects.filter(state="sent").count(), 0)
        + Notice.objects.open().count()
        + Digest.objects.open().count()
    ),
    "exchange.kpis.tasks.forget_old_imports": lambda: ImportFile.objects.filter(
        batch__state=ImportState.CANCELLED
    ).count(),
    "exchange.kpis.tasks.work_on_imports": lambda: Import.objects.due(time.now()).count(),
    "exchange.lessons.tasks.forget_old_buffers": lambda: DraftBuffer.objects.count(),
    "exchange.lessons.tasks.note_missing_title_words": lambda: LessonVersion.objects.filter(
        title_words=None
    ).count(),
    "exchange.lessons.tasks.release_due": lambda: Lesson.objects.due().count(),
    "exchange.partners.tasks.send_invitations": lambda: Invitation.objects.exclude(
        mail_state=MailState.SENT
    ).count(),
    "exchange.search.tasks.follow_log": lambda: int(is_behind()),
    "exchange.search.tasks.forget_old_searches": lambda: RecentSearch.objects.count(),
}
# When something was done, and keys that are made up anew each time, tell nothing of what was done.
APART = {
    "id",
    "claim",
    "closed_at",
    "changed_at",
    "composed_at",
    "created_at",
    "last_login",
    "lease_until",
    "mail_at",
    "sent_at",
    "tried_at",
    "Event.occurred_at",
    "ImportFile.content",
    "ImportPage.rows",
    "Lesson.published_at",
    "Notice.due_at",
}


def settle() -> None:
    """Lay out work for every task, and leave it undone."""
    steps.settle()
    cast = steps.cast()
    with days_ago(400):
        note(cast.gothenburg.reader, SecurityKind.SIGNED_IN)
    with days_ago(100):
        note_search(eyes(cast.gothenburg.reader), {"q": ["plugs"]})
        OnceKey.objects.create(owner="old", key="old", claim=uuid7())
        DraftBuffer.objects.create(
            user=cast.gothenburg.contributor, form_key=uuid7(), lock=0, data={}
        )
    with days_ago(9):
        reader = eyes(User.objects.get(email=steps.COLLEAGUE))
        digests.subscribe(actor=reader, cadence="daily", weekday=1, hour=8)
    with days_ago(4):
        steps.publish("Plugs first")
        due = make_lesson(cast, state=State.VALIDATED, text={"title": "Cranes third"})
        act("schedule", due, cast.gothenburg)
    make_lesson(cast, state=State.IN_REVIEW, text={"title": "Rails second"})
    make_agreement(cast, term={"signed": "2020", "ends": "2021-06"})
    invite(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        email="nina@example.org",
        role=Role.READER,
    )
    TitleWord.objects.filter(version__title="Plugs first").delete()
    with days_ago(40):
        cancel_import(actor=eyes(cast.gothenburg.contributor), batch=_send_values(cast))
    _send_values(cast)
    _forget_positions(3)
    shutil.rmtree(settings.DATA_DIR / "broker", ignore_errors=True)


def _send_values(cast: Cast) -> Import:
    return send_import(
        actor=eyes(cast.gothenburg.contributor),
        organisation=cast.gothenburg.organisation,
        file_name="values.csv",
        content=b"port_unlocode,kpi_code,period,value,unit,source_url,comment\n"
        b"SEGOT,teu_total,2024,909000,TEU,,\n",
    )


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    now, settings.CLOCK_OFFSET = settings.CLOCK_OFFSET, settings.CLOCK_OFFSET - days * 86_400
    try:
        yield
    finally:
        settings.CLOCK_OFFSET = now


def _forget_positions(number: int) -> None:
    """Leave the newest events as a process leaves them that dies after its commit."""
    newest = Event.objects.order_by("-position")[:number]
    Event.objects.filter(pk__in=[event.pk for event in newest]).update(position=None)
    LogHead.objects.update(last_position=F("last_position") - number)


def tasks() -> list[str]:
    """Return every task of ours, in the order in which one makes work for the next."""
    current_app.loader.import_default_modules()
    found = [name for name in current_app.tasks if name.startswith("exchange.")]
    return sorted(found, key=lambda name: (name.endswith("send_mail"), name))


def left() -> dict[str, int]:
    """Return how much is left of each task's work, of those that have any."""
    return {name: number for name, waits in WAITS.items() if (number := waits())}


def deliver(times: int) -> None:
    """Send each task `times` times."""
    for name in tasks():
        for _time in range(times):
            current_app.tasks[name].apply_async()


def queued() -> int:
    """Return how many messages wait for a worker."""
    with current_app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        return int(channel._size(settings.CELERY_TASK_DEFAULT_QUEUE))


def picture() -> dict[str, list[str]]:
    """Return what every table of ours holds, but what stands APART; secrets as check sums."""
    return {
        model._meta.label: sorted(
            hashlib.sha256(row.encode()).hexdigest()[:8] + " " + row
            for row in map(repr, model._default_manager.values(*_columns(model)))
        )
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("exchange.")
    }


def _columns(model: Any) -> list[str]:
    return sorted(
        field.attname
        for field in model._meta.concrete_fields
        if not {field.attname, f"{model.__name__}.{field.attname}"} & APART
    )


def index() -> tuple[list[str], bool, int]:
    """Return what a person finds, whether by the index, and where the log stands."""
    return (*steps.found(steps.COLLEAGUE, "plugs"), last_position())
