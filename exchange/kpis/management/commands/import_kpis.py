"""The operator's door for files of values."""

import hashlib
import json
import sys
from pathlib import Path
from time import sleep
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from exchange.audiences.viewer import Viewer
from exchange.common.errors import ActionError, Invalid
from exchange.kpis import actions, bookkeeping
from exchange.kpis.choices import ImportState, Outcome
from exchange.kpis.importing.job import take_on
from exchange.kpis.importing.staged import rows_of
from exchange.kpis.models import Import, ImportPage
from exchange.kpis.models.batch import DUE
from exchange.partners.models import Organisation

OPERATOR = Viewer.system()
ANSWERS = ("encoding", "delimiter", "decimal_sign", "sheet")


class Command(BaseCommand):
    help = (
        "Import KPI values from a CSV or XLSX file for all organisations, or for one. Values hold at "
        "once. Series and reference ports that are missing are made. With --undo, take back what an "
        "import wrote. Exit status 0: accepted or undone, 1: refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", type=Path, nargs="?")
        what.add_argument("--undo", metavar="ID", type=UUID, help="undo this import instead")
        parser.add_argument("--organisation", metavar="USLAX", help="take rows of this port alone")
        parser.add_argument(
            "--accept",
            choices=["all", "good"],
            default="all",
            help="write all rows or none (the default), or the good rows only",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument(
            "--reason", default="", help="why values are corrected, or it is undone"
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
        for name in ANSWERS:
            parser.add_argument(f"--{name.replace('_', '-')}", default="", help="how it is written")

    def handle(self, *, file: Path | None, **options: Any) -> None:
        told = _imported(file, options) if file else _undone(options["undo"], options["reason"])
        self.stdout.write(
            json.dumps(told, ensure_ascii=False, indent=1) if options["json"] else _in_words(told)
        )
        if told["outcome"] == "refused":
            sys.exit(1)


def _imported(file: Path, options: dict[str, Any]) -> dict[str, Any]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    try:
        batch = _sent(file.name, content, options)
    except Invalid as error:
        sha256 = hashlib.sha256(content).hexdigest()
        never_taken_in = Import(pk=None, file_name=file.name, sha256=sha256)
        return _told(never_taken_in, str(error), is_dry=options["dry_run"])
    refusal = _preview(batch) or _decide(batch, options)
    return _told(batch, refusal, is_dry=options["dry_run"])


def _undone(pk: UUID, reason: str) -> dict[str, Any]:
    batch = Import.objects.filter(pk=pk).first()
    if batch is None:
        raise CommandError(f"There is no import with the id {pk}.")
    try:
        actions.undo_import(actor=OPERATOR, batch=batch, reason=reason)
        _work_on(batch)
    except ActionError as error:
        return _told(batch, str(error))
    return _told(batch, batch.refusal, done="undone")


def _sent(name: str, content: bytes, options: dict[str, Any]) -> Import:
    asked = {key: options[key] for key in ANSWERS if options[key]}
    return actions.send_import(
        actor=OPERATOR,
        organisation=_organisation(options["organisation"]),
        file_name=name,
        content=content,
        asked=asked,
    )


def _organisation(code: str | None) -> Organisation | None:
    found = Organisation.objects.filter(unlocode=code.strip().upper()).first() if code else None
    if code and found is None:
        raise CommandError(f"There is no organisation with the UN/LOCODE {code} here.")
    return found


def _preview(batch: Import) -> str:
    """Have the file read; return why it cannot be, if so."""
    _work_on(batch)
    if batch.state == ImportState.ASKING:
        question = batch.question or {}
        option = "--" + str(question.get("about")).replace("_", "-")
        return f"{question.get('message')} Say so with {option}."
    return batch.refusal


def _decide(batch: Import, options: dict[str, Any]) -> str:
    """Accept or only try to, as the options say; return why it is refused, if so."""
    try:
        with transaction.atomic():
            actions.accept_import(
                actor=OPERATOR,
                batch=batch,
                attempt=batch.attempt,
                only_good=options["accept"] == "good",
                reason=options["reason"],
            )
            transaction.set_rollback(options["dry_run"])
    except ActionError as error:
        actions.cancel_import(actor=OPERATOR, batch=batch)
        return str(error)
    if options["dry_run"]:
        actions.cancel_import(actor=OPERATOR, batch=batch)
        return ""
    _work_on(batch)
    if batch.state == ImportState.QUEUED:
        # Somebody wrote to these series meanwhile.
        return _preview(batch) or _decide(batch, options)
    return batch.refusal


def _work_on(batch: Import) -> None:
    """Do here what a worker would do; wait for one that has it in hand already."""
    while (taken := bookkeeping.take(batch.pk)) is None:
        batch.refresh_from_db()
        if batch.state not in DUE:
            return
        sleep(0.2)
    take_on(taken)
    batch.refresh_from_db()


def _told(
    batch: Import, refusal: str, *, is_dry: bool = False, done: str = "accepted"
) -> dict[str, Any]:
    pages = ImportPage.objects.filter(batch=batch.pk, outcome=Outcome.REJECTED)
    return {
        "outcome": "refused" if refusal else done,
        "dry_run": is_dry,
        "message": refusal,
        "file": batch.file_name,
        "sha256": batch.sha256,
        "import": str(batch.pk) if batch.pk else None,
        "read_as": batch.dialect,
        "notices": batch.notices,
        **{str(one): batch.counts.get(one, 0) for one in Outcome},
        "rejected_rows": [
            {"row": row.line, **problem._asdict()}
            for page in pages
            for row in rows_of(page)
            for problem in row.problems
        ],
    }


def _in_words(told: dict[str, Any]) -> str:
    counts = ", ".join(f"{told[str(one)]} {one.label}" for one in Outcome)
    tried = " (only tried: nothing was written)" if told["dry_run"] else ""
    lines = [f"{told['file']}: {told['outcome']}{tried}", counts, *told["notices"]]
    if told["message"]:
        lines.append(told["message"])
    lines += [
        f"row {one['row']}, {one['column'] or 'whole row'}: “{one['value']}”: {one['words']}"
        for one in told["rejected_rows"]
    ]
    return "\n".join(lines)
