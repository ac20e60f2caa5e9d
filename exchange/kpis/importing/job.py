"""The work on an import that is done in the background, or at once for the operator."""

import tempfile
import zlib
from collections.abc import Callable
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.audiences.viewer import Viewer
from exchange.common import languages, time
from exchange.common.errors import ActionError
from exchange.common.faults import faultpoint
from exchange.kpis import actions, bookkeeping
from exchange.kpis.bookkeeping.staging import Stage
from exchange.kpis.choices import ImportState, Way
from exchange.kpis.importing.desk import Desk
from exchange.kpis.models import Import, ImportFile
from exchange.kpis.reading import Dialect, Question, Reading, Unreadable, read
from exchange.partners.viewers import anonymous, viewer_of, viewer_of_client

# So many batches of rows are judged between two looks at whether somebody cancelled. Each port that
# they name is a parameter of one query, of which SQLite takes 32,766.
STEP = 40
# A worker that dies of a file again and again is not sent to it for ever.
MOST_ATTEMPTS = 20


def work() -> int:
    """Read, write and undo the imports that wait, until none does; return how many were taken up."""
    count = 0
    while batch := bookkeeping.claim():
        count += 1
        take_on(batch)
    return count


def take_on(batch: Import) -> None:
    """Do what an import that was claimed waits for."""
    actor = actor_of(batch)
    with languages.reading(actor.language):
        if batch.attempt > MOST_ATTEMPTS:
            words = _("This could not be done in several attempts. Tell the operator.")
            actions.fail_import(actor=Viewer.system(), batch=batch, words=words)
        elif batch.state == ImportState.ACCEPTING:
            _act(actions.write_import, actor, batch)
        elif batch.state == ImportState.UNDOING:
            _act(actions.revert_import, actor, batch)
        else:
            _read(actor, batch)


def actor_of(batch: Import) -> Viewer:
    """Return the eyes of whoever sent the file, or has it undone, as they are now."""
    way, user, client = batch.way, batch.user, batch.client
    if batch.state == ImportState.UNDOING:
        way, user, client = batch.undone_way, batch.undone_by, batch.undone_client
    if way == Way.OPERATOR:
        return Viewer.system()
    if client:
        return viewer_of_client(client)
    return viewer_of(user, batch.organisation_id) if user else anonymous()


def _act(act: Callable[..., Import], actor: Viewer, batch: Import) -> None:
    try:
        act(actor=actor, batch=batch)
    except ActionError as error:
        actions.fail_import(actor=Viewer.system(), batch=batch, words=str(error.message))


def _read(actor: Viewer, batch: Import) -> None:
    stage = bookkeeping.begin_reading(batch)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(zlib.decompress(ImportFile.objects.get(pk=batch.pk).content))
        try:
            with read(path, name=batch.file_name, asked=Dialect(**batch.asked)) as reading:
                found = _judge(actor, batch, reading, stage)
        except Unreadable as error:
            bookkeeping.refuse(batch, str(error.message))
            return
        except Question as error:
            choices = [[value, str(words)] for value, words in error.choices]
            question = {"about": error.about, "choices": choices, "message": str(error.message)}
            bookkeeping.ask(batch, question)
            return
    if found:
        bookkeeping.present(batch, **found)


def _judge(actor: Viewer, batch: Import, reading: Reading, stage: Stage) -> dict[str, Any] | None:
    """Judge every row; return what was found out, None when it was cancelled meanwhile."""
    desk = Desk(
        actor,
        today=time.today(actor.timezone),
        decimal_sign=reading.dialect.decimal_sign,
        only=batch.organisation,
    )
    if not bookkeeping.go_on(batch, rows_in_file=reading.count, rows_read=0):
        return None
    count = silent = 0
    while rows := [*chain.from_iterable(islice(reading.batches, STEP))]:
        saying = [row for row in rows if not row.says_nothing]
        stage.put(desk.judge(saying))
        count += len(rows)
        silent += len(rows) - len(saying)
        if not bookkeeping.go_on(batch, rows_read=count):
            return None
    stage.close(desk.contradicted)
    faultpoint("import_read")
    return {
        "rows_read": count,
        "counts": stage.counts,
        "seen": desk.compared,
        "dialect": vars(reading.dialect),
        "notices": [*map(str, reading.notices), *_passed_over(silent)],
        "refusal": "",
    }


def _passed_over(number: int) -> list[str]:
    words = ngettext(
        "%(number)s row has neither value, status, source nor comment, and is passed over.",
        "%(number)s rows have neither value, status, source nor comment, and are passed over.",
        number,
    )
    return [words % {"number": number}] if number else []
