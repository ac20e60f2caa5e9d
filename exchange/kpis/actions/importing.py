"""Imports: sending a file, deciding on its preview, writing it."""

import hashlib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import islice
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.cleaning import clean_line
from exchange.common.errors import Conflict, Invalid, Message, Stale
from exchange.common.faults import faultpoint
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.actions._batch import end, hold, taken
from exchange.kpis.actions._beginning import begun, lacking, make
from exchange.kpis.actions.values import Lot, Written, add, record_written, write
from exchange.kpis.choices import ImportState, Outcome, Way
from exchange.kpis.entries import Said
from exchange.kpis.importing.staged import TAKEN, Staged, taken_rows
from exchange.kpis.models import Import, ImportFile, Series
from exchange.kpis.reading import Dialect
from exchange.kpis.writing import Hand
from exchange.partners.models import Organisation
from exchange.partners.viewers import in_office_now

MOST_BYTES = 25_000_000
# So many rows are held in memory while they are written.
LOT = 10_000
MAY_CANCEL = (
    ImportState.QUEUED,
    ImportState.READING,
    ImportState.ASKING,
    ImportState.READY,
)


def send_import(
    *,
    actor: Viewer,
    organisation: Organisation | None,
    file_name: str,
    content: bytes,
    asked: Mapping[str, str] | None = None,
    way: Way = Way.FILE,
) -> Import:
    """Take a file of values in: it is read in the background, and nothing is written yet.

    `asked` says how it is written (encoding, delimiter, decimal_sign, sheet), as far as that is
    known. The operator sends for all organisations (None). Raises Forbidden, Invalid for a file
    that is empty or too large.
    """
    # Before the transaction: SQLite has one writer at a time.
    digest, packed = hashlib.sha256(content).hexdigest(), zlib.compress(content[:MOST_BYTES], 1)
    with transaction.atomic():
        if organisation is not None and not actor.is_system:
            actor = in_office_now(actor, organisation)
            allowed = policies.can_import(actor, organisation)
            _steps.require_at(actor, organisation, allowed, _steps.ONLY_WRITERS)
        else:
            _steps.require(actor.is_system, _steps.ONLY_WRITERS)
        if not content:
            raise Invalid({"file": [_("This file is empty.")]})
        if len(content) > MOST_BYTES:
            most = {"megabytes": MOST_BYTES // 1_000_000}
            raise Invalid({"file": [_("Send a file of at most %(megabytes)s MB.") % most]})
        batch = Import.objects.create(
            organisation=organisation,
            user_id=actor.user_id,
            client_id=actor.actor_id if actor.kind == "client" else None,
            way=Way.OPERATOR if actor.is_system else way,
            file_name=_name_of(file_name),
            size=len(content),
            sha256=digest,
            asked=_answers(asked or {}),
        )
        ImportFile.objects.create(batch=batch, content=packed)
        return batch


@transaction.atomic
def answer_import(*, actor: Viewer, batch: Import, asked: Mapping[str, str]) -> Import:
    """Say how the file is written, and have it read (again). Raises Forbidden, Conflict by state."""
    actor, batch = taken(actor, batch)
    if batch.state not in {ImportState.ASKING, ImportState.READY, ImportState.REFUSED}:
        raise Conflict(_("This import is not waiting for an answer."))
    question = (batch.question or {}).get("about")
    if question and question not in asked:
        raise Invalid({"answer": [_("This is no answer to what was asked.")]})
    if not ImportFile.objects.filter(batch=batch).exists():
        raise Conflict(_("This file was thrown away after a month. Send it again."))
    batch.asked = {**batch.asked, **_answers(asked)}
    batch.state, batch.question, batch.refusal = ImportState.QUEUED, None, ""
    batch.save(update_fields=["asked", "state", "question", "refusal"])
    return batch


@transaction.atomic
def accept_import(
    *, actor: Viewer, batch: Import, attempt: int, only_good: bool = False, reason: str = ""
) -> Import:
    """Have what the preview shows be written: all of it, or with `only_good` all but what is rejected.

    `attempt` is that of the import when the actor saw its preview. `reason` is why values that hold
    are corrected, for everybody who reads them. Raises Forbidden, Stale when the preview was made anew,
    Conflict by state, when rows are rejected and it was not chosen to leave them out, and when
    nothing is left.
    """
    actor, batch = taken(actor, batch)
    if batch.state != ImportState.READY:
        raise Conflict(_("There is no preview of this import to be accepted."))
    if batch.attempt != attempt:
        raise Stale(_("The preview was made anew. Look at it again."), current=batch.attempt)
    rejected = batch.counts.get(Outcome.REJECTED, 0)
    if rejected and not only_good:
        words = ngettext(
            "%(count)s row is rejected, so nothing was written. Mend the file, or choose to take the "
            "good rows only.",
            "%(count)s rows are rejected, so nothing was written. Mend the file, or choose to take the "
            "good rows only.",
            rejected,
        )
        raise Conflict(words % {"count": rejected})
    good = sum(batch.counts.get(one, 0) for one in (*TAKEN, Outcome.UNCHANGED))
    if not good:
        raise Conflict(_("There is no row that could be taken."))
    batch.state, batch.only_good = ImportState.ACCEPTING, only_good
    batch.reason = _steps.clean_reason(reason) or _reason_of(batch)
    batch.save(update_fields=["state", "only_good", "reason"])
    return batch


@transaction.atomic
def cancel_import(*, actor: Viewer, batch: Import) -> Import:
    """Have nothing come of an import that was not accepted. Raises Forbidden, Conflict by state."""
    actor, batch = taken(actor, batch)
    if batch.state == ImportState.CANCELLED:
        return batch
    if batch.state not in MAY_CANCEL:
        raise Conflict(_("This import can no longer be cancelled. Undo it instead."))
    return end(batch, ImportState.CANCELLED, "")


@transaction.atomic
def fail_import(*, actor: Viewer, batch: Import, words: Message) -> Import:
    """End an import that cannot be read or written, and say why; nothing of it was.

    What cannot be undone stays as it was accepted. Raises Forbidden.
    """
    _steps.require(actor.is_system, _steps.ONLY_OPERATOR)
    batch = hold(batch)
    if batch.state == ImportState.UNDOING:
        return end(batch, ImportState.ACCEPTED, str(words))
    under_way = batch.state in {ImportState.READING, ImportState.ACCEPTING}
    return end(batch, ImportState.REFUSED, str(words)) if under_way else batch


@transaction.atomic
def write_import(*, actor: Viewer, batch: Import) -> Import:
    """Write what was accepted, all in one transaction; twice changes nothing.

    The operator's values hold at once, others wait for a reviewer. When values of these series were
    written since the preview, nothing is: it is made anew. Raises Forbidden for who may no longer
    enter values.
    """
    if batch.organisation and not actor.is_system:
        actor = in_office_now(actor, batch.organisation)
    batch = hold(batch)
    if not _is_accepting(batch):
        return batch
    seen = {UUID(key): revised for key, revised in batch.seen.items() if revised is not None}
    series = _steps.hold(seen, to_publish=actor.is_system)
    wanted = lacking(batch) if len(seen) < len(batch.seen) else []
    changed = any(series[key].revised != revised for key, revised in seen.items())
    if changed or begun(wanted):
        return _again(batch)
    made = make(actor, wanted)
    series |= _steps.hold([*map(UUID, made.values())])
    for one in series.values():
        allowed = policies.can_import(actor, one.organisation)
        _steps.require_at(actor, one.organisation, allowed, _steps.ONLY_WRITERS)
        _steps.require_open(one)
    hand = Hand(
        user_id=actor.user_id,
        way=batch.way,
        at=time.now(),
        batch_id=batch.pk,
        holds=actor.is_system,
    )
    total = {pk: Written() for pk in series}
    corrected = _by_series(taken_rows(batch, Outcome.CORRECTED), made)
    while rows := [*islice(corrected, LOT)]:
        write(_lots(rows, series, total), hand, reason=batch.reason)
    if batch.counts.get(Outcome.ADDED):
        add(_by_series(taken_rows(batch, Outcome.ADDED), made), series, hand, total)
    faultpoint("import_written")
    record_written(actor, ((series[key], total[key]) for key in series), holds=hand.holds)
    return end(batch, ImportState.ACCEPTED, "")


def _name_of(text: str) -> str:
    try:
        return clean_line(text)[:200] or "file"
    except ValidationError as error:
        raise Invalid({"file": error.messages}) from error


def _answers(asked: Mapping[str, str]) -> dict[str, str]:
    """Return how a file is said to be written; raise Invalid for what nobody asks."""
    known = {field.name for field in fields(Dialect)}
    if any(key not in known or not isinstance(value, str) for key, value in asked.items()):
        words = _("Say how the file is written by: %(names)s.") % {"names": ", ".join(known)}
        raise Invalid({"answer": [words]})
    return dict(asked)


def _reason_of(batch: Import) -> str:
    """Return why values are corrected when nobody says; a file's name may be nobody else's business."""
    if batch.way == Way.OPERATOR:
        return _("Imported from a file with the checksum SHA-256 %(sum)s") % {"sum": batch.sha256}
    return _("Corrected by an import")


def _again(batch: Import) -> Import:
    """Have the preview be made anew: what it was compared with has changed."""
    batch.state, batch.lease_until = ImportState.QUEUED, None
    batch.only_good, batch.reason = False, ""
    batch.save(update_fields=["state", "lease_until", "only_good", "reason"])
    return batch


def _is_accepting(batch: Import) -> bool:
    return batch.state == ImportState.ACCEPTING


def _by_series(
    rows: Iterable[Staged], made: Mapping[tuple[str, str], str]
) -> Iterator[tuple[UUID, Said]]:
    """Yield each row with the series that it goes to."""
    keys: dict[str, UUID] = {}
    for row in rows:
        text = row.series or made[row.port, row.kpi]
        key = keys.get(text)
        if key is None:
            key = keys[text] = UUID(text)
        yield key, row


def _lots(
    rows: Iterable[tuple[UUID, Said]],
    series: Mapping[UUID, Series],
    total: Mapping[UUID, Written],
) -> list[Lot]:
    found: dict[UUID, list[Said]] = defaultdict(list)
    for key, row in rows:
        found[key].append(row)
    return [Lot(series[key], entries, total[key]) for key, entries in found.items()]
