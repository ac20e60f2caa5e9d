"""Imports: sending a file, deciding on its preview, writing it, taking it back."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.cleaning import clean_line
from exchange.common.errors import Conflict, Invalid, Message
from exchange.common.faults import faultpoint
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.actions.series import begin_series
from exchange.kpis.actions.values import Written, record_taken_back, record_written, write
from exchange.kpis.choices import ImportState, Missing, Outcome, State, Way
from exchange.kpis.entries import Entry
from exchange.kpis.importing.staged import TAKEN, Staged, taken_rows
from exchange.kpis.models import Import, ImportFile, Indicator, Observation, Series
from exchange.kpis.periods import Period
from exchange.kpis.reading import Dialect
from exchange.kpis.writing import Hand
from exchange.partners.actions import create_organisation
from exchange.partners.models import Organisation
from exchange.partners.ports import port_with
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


@transaction.atomic
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
        sha256=hashlib.sha256(content).hexdigest(),
        asked=_answers(asked or {}),
    )
    ImportFile.objects.create(batch=batch, content=content)
    return batch


@transaction.atomic
def answer_import(*, actor: Viewer, batch: Import, asked: Mapping[str, str]) -> Import:
    """Say how the file is written, and have it read (again). Raises Forbidden, Conflict by state."""
    actor, batch = _taken(actor, batch)
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
    *, actor: Viewer, batch: Import, only_good: bool = False, reason: str = ""
) -> Import:
    """Have what the preview shows be written: all of it, or with `only_good` all but what is rejected.

    `reason` is why values that hold are corrected; the file's name if nobody says. Raises Forbidden,
    Conflict by state, when rows are rejected and it was not chosen to leave them out, and when
    nothing is left.
    """
    actor, batch = _taken(actor, batch)
    if batch.state != ImportState.READY:
        raise Conflict(_("There is no preview of this import to be accepted."))
    rejected = batch.counts.get(Outcome.REJECTED, 0)
    if rejected and not only_good:
        raise Conflict(
            _(
                "%(count)s rows are rejected, so nothing was written. Mend the file, or choose to take "
                "the good rows only."
            )
            % {"count": rejected}
        )
    good = sum(batch.counts.get(one, 0) for one in (*TAKEN, Outcome.UNCHANGED))
    if not good:
        raise Conflict(_("There is no row that could be taken."))
    batch.state, batch.only_good = ImportState.ACCEPTING, only_good
    batch.reason = _steps.clean_reason(reason) or _("Imported from %(file)s") % {
        "file": batch.file_name
    }
    batch.save(update_fields=["state", "only_good", "reason"])
    return batch


@transaction.atomic
def cancel_import(*, actor: Viewer, batch: Import) -> Import:
    """Have nothing come of an import that was not accepted. Raises Forbidden, Conflict by state."""
    actor, batch = _taken(actor, batch)
    if batch.state == ImportState.CANCELLED:
        return batch
    if batch.state not in MAY_CANCEL:
        raise Conflict(_("This import can no longer be cancelled. Undo it instead."))
    return _end(batch, ImportState.CANCELLED, "")


@transaction.atomic
def fail_import(*, actor: Viewer, batch: Import, words: Message) -> Import:
    """End an import that cannot be read or written, and say why; nothing of it was. Raises Forbidden."""
    _steps.require(actor.is_system, _steps.ONLY_OPERATOR)
    batch = _hold(batch)
    under_way = batch.state in {ImportState.READING, ImportState.ACCEPTING}
    return _end(batch, ImportState.REFUSED, str(words)) if under_way else batch


@transaction.atomic
def write_import(*, actor: Viewer, batch: Import) -> Import:
    """Write what was accepted, all in one transaction; twice changes nothing.

    The operator's values hold at once, others wait for a reviewer. When values of these series were
    written since the preview, nothing is: it is made anew. Raises Forbidden for who may no longer
    enter values.
    """
    if batch.organisation and not actor.is_system:
        actor = in_office_now(actor, batch.organisation)
    batch = _hold(batch)
    if not _is_accepting(batch):
        return batch
    made = _make_missing(actor, batch) if actor.is_system else {}
    series = _steps.hold({*map(UUID, batch.seen), *made.values()})
    seen = {**batch.seen, **{str(pk): 0 for pk in made.values()}}
    if any(series[UUID(key)].revised != revised for key, revised in seen.items()):
        return _again(batch)
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
    total: dict[UUID, Written] = defaultdict(Written)
    waiting: dict[UUID, list[Entry]] = defaultdict(list)
    for number, row in enumerate(taken_rows(batch), start=1):
        waiting[_series_of(row, made)].append(row.entry)
        if number % LOT == 0:
            _flush(series, waiting, hand, batch.reason, total)
    _flush(series, waiting, hand, batch.reason, total)
    faultpoint("import_written")
    for key, written in total.items():
        record_written(actor, series[key], written, holds=hand.holds)
    return _end(batch, ImportState.ACCEPTED, "")


@transaction.atomic
def undo_import(*, actor: Viewer, batch: Import, reason: str) -> Import:
    """Take back what an import wrote: what waits is withdrawn, what holds gets a revision.

    The revision says again what held before, or that the value was taken back; it waits for a
    reviewer unless the operator undoes it. What was corrected since stays. Raises Forbidden,
    Conflict by state, Invalid without a reason.
    """
    actor, batch = _taken(actor, batch)
    if batch.state == ImportState.UNDONE:
        return batch
    if batch.state != ImportState.ACCEPTED:
        raise Conflict(_("Only an import that was accepted can be undone."))
    why = _steps.clean_reason(reason, needed=_("Say why it is undone."))
    mine = Observation.objects.filter(batch=batch)
    held = _steps.hold(set(mine.order_by().values_list("series", flat=True).distinct()))
    hand = Hand(user_id=actor.user_id, way=batch.way, at=time.now(), holds=actor.is_system)
    for series in held.values():
        allowed = policies.can_enter(actor, series.organisation)
        _steps.require_at(actor, series.organisation, allowed, _steps.ONLY_WRITERS)
        rows = mine.filter(series=series)
        entries = [*_waited_before(series, rows), *_held_before(series, rows)]
        withdrawn = rows.filter(state=State.SUBMITTED).update(
            state=State.WITHDRAWN, decided_by=actor.user_id, decided_at=hand.at, decision=why
        )
        written = write(series, entries, hand, reason=why)
        if written.changed:
            record_written(actor, series, written, holds=hand.holds)
        elif withdrawn:
            record_taken_back(actor, series, withdrawn)
    batch.undone_at = time.now()
    return _end(batch, ImportState.UNDONE, "")


def _taken(actor: Viewer, batch: Import) -> tuple[Viewer, Import]:
    """Return actor and import as they are now; raise unless the actor decides on it.

    The organisation is locked before the import, and that before the series.
    """
    if batch.organisation is not None and not actor.is_system:
        actor = in_office_now(actor, batch.organisation)
    batch = _hold(batch)
    _steps.require(policies.can_answer_for(actor, batch), _steps.ONLY_WRITERS)
    return actor, batch


def _hold(batch: Import) -> Import:
    Import.objects.select_for_update().only("pk").get(pk=batch.pk)
    found: Import = Import.objects.select_related("organisation").get(pk=batch.pk)
    return found


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


def _again(batch: Import) -> Import:
    """Have the preview be made anew: what it was compared with has changed."""
    batch.state, batch.lease_until = ImportState.QUEUED, None
    batch.only_good, batch.reason = False, ""
    batch.save(update_fields=["state", "lease_until", "only_good", "reason"])
    return batch


def _is_accepting(batch: Import) -> bool:
    return batch.state == ImportState.ACCEPTING


def _end(batch: Import, state: ImportState, words: str) -> Import:
    batch.state, batch.refusal, batch.lease_until = state, words, None
    if state == ImportState.ACCEPTED:
        batch.accepted_at = time.now()
    batch.save(update_fields=["state", "refusal", "lease_until", "accepted_at", "undone_at"])
    return batch


def _flush(
    series: Mapping[UUID, Series],
    waiting: dict[UUID, list[Entry]],
    hand: Hand,
    reason: str,
    total: dict[UUID, Written],
) -> None:
    for key, entries in waiting.items():
        write(series[key], entries, hand, reason=reason, written=total[key])
    waiting.clear()


def _series_of(row: Staged, made: Mapping[tuple[str, str], UUID]) -> UUID:
    return UUID(row.series) if row.series else made[row.port, row.kpi]


def _make_missing(actor: Viewer, batch: Import) -> dict[tuple[str, str], UUID]:
    """Make the reference ports and the public series that rows of the operator's file need."""
    wanted = {(row.port, row.kpi) for row in taken_rows(batch) if not row.series}
    made: dict[tuple[str, str], UUID] = {}
    for port, kpi in sorted(wanted):
        organisation = Organisation.objects.filter(unlocode=port).first() or _note(actor, port)
        indicator = Indicator.objects.in_use().with_shown().get(code=kpi)
        standing = Series.objects.filter(
            organisation=organisation, definition=indicator.current_id
        ).first()
        series = standing or begin_series(
            actor=actor,
            organisation=organisation,
            indicator=indicator,
            audience=audiences.public(),
        )
        made[port, kpi] = series.pk
    return made


def _note(actor: Viewer, unlocode: str) -> Organisation:
    """Make the reference port of a UN/LOCODE that the list of ports has."""
    port = port_with(unlocode)
    if port is None:
        raise Conflict(_("There is no port with this UN/LOCODE here."))
    return create_organisation(
        actor=actor,
        name=port.name,
        kind="port",
        unlocode=unlocode,
        timezone=port.timezone,
        is_partner=False,
    )


def _waited_before(series: Series, rows: "QuerySet[Observation]") -> list[Entry]:
    """Return what waited before the import's own waiting values took its place; it waits again."""
    mine = {_days(row): row for row in rows.filter(state=State.SUBMITTED)}
    moments = {row.submitted_at for row in mine.values()}
    replaced = Observation.objects.filter(
        series=series, state=State.WITHDRAWN, decided_at__in=moments
    )
    return [_said(row, row) for row in replaced if _days(row) in mine]


def _held_before(series: Series, rows: "QuerySet[Observation]") -> list[Entry]:
    """Return for what holds of the import what held before, or that it was taken back.

    Where somebody has submitted a correction since, that is left to the reviewer.
    """
    mine = {_days(row): row for row in rows.filter(state=State.APPROVED).order_by("first")}
    others = Observation.objects.filter(series=series).order_by("revision")
    corrected = {_days(row) for row in others.waiting() if _days(row) in mine}
    before = {
        _days(row): row
        for row in others.filter(state=State.SUPERSEDED)
        if _days(row) in mine and row.revision < mine[_days(row)].revision
    }
    return [_said(row, before.get(days)) for days, row in mine.items() if days not in corrected]


def _days(row: Observation) -> tuple[date, date]:
    return row.first, row.last


def _said(row: Observation, before: Observation | None) -> Entry:
    period = Period(row.first, row.last)
    if before is None:
        return Entry(period=period, code=row.period, missing=Missing.RETRACTED)
    return Entry(
        period=period,
        code=row.period,
        value=before.value,
        missing=before.missing,
        status=before.status,
        precision=before.precision,
        source_url=before.source_url,
        second_source_url=before.second_source_url,
        note=before.note,
    )
