"""Imports: sending a file, deciding on its preview, writing it, taking it back."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common import time
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
        file_name=file_name[:200] or "file",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        asked=dict(asked or {}),
    )
    ImportFile.objects.create(batch=batch, content=content)
    return batch


@transaction.atomic
def answer_import(*, actor: Viewer, batch: Import, asked: Mapping[str, str]) -> Import:
    """Say how the file is written, and have it read (again). Raises Forbidden, Conflict by state."""
    actor, batch = _taken(actor, batch)
    if batch.state not in {ImportState.ASKING, ImportState.READY, ImportState.REFUSED}:
        raise Conflict(_("This import is not waiting for an answer."))
    batch.asked = {**batch.asked, **asked}
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
    batch.reason = reason.strip() or _("Imported from %(file)s") % {"file": batch.file_name}
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
    """End an import that cannot be written, and say why; nothing of it was. Raises Forbidden."""
    _steps.require(actor.is_system, _steps.ONLY_OPERATOR)
    batch = _hold(batch)
    return _end(batch, ImportState.REFUSED, str(words)) if _is_accepting(batch) else batch


@transaction.atomic
def write_import(*, actor: Viewer, batch: Import) -> Import:
    """Write what was accepted, all in one transaction; twice changes nothing.

    The operator's values hold at once, others wait for a reviewer. When values of these series were
    written since the preview, nothing is: it is made anew. Raises Forbidden for who may no longer
    enter values.
    """
    batch = _hold(batch)
    if not _is_accepting(batch):
        return batch
    made = _make_missing(actor, batch) if actor.is_system else {}
    series = _steps.hold({*map(UUID, batch.seen), *made.values()})
    if any(series[UUID(key)].revised != seen for key, seen in batch.seen.items()):
        batch.state = ImportState.QUEUED
        batch.lease_until = None
        batch.save(update_fields=["state", "lease_until"])
        return batch
    for organisation in {one.organisation.pk: one.organisation for one in series.values()}.values():
        allowed = actor.is_system or policies.can_import(
            in_office_now(actor, organisation), organisation
        )
        _steps.require_at(actor, organisation, allowed, _steps.ONLY_WRITERS)
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
    why = reason.strip()
    if not why:
        raise Invalid({"reason": [_("Say why it is undone.")]})
    mine = Observation.objects.filter(batch=batch)
    held = _steps.hold(set(mine.order_by().values_list("series", flat=True).distinct()))
    hand = Hand(user_id=actor.user_id, way=batch.way, at=time.now(), holds=actor.is_system)
    for series in held.values():
        allowed = policies.can_enter(actor, series.organisation)
        _steps.require_at(actor, series.organisation, allowed, _steps.ONLY_WRITERS)
        rows = mine.filter(series=series)
        withdrawn = rows.filter(state=State.SUBMITTED).update(
            state=State.WITHDRAWN, decided_by=actor.user_id, decided_at=hand.at, decision=why
        )
        entries = _as_before(series, rows.filter(state=State.APPROVED))
        written = write(series, entries, hand, reason=why)
        if written.changed:
            record_written(actor, series, written, holds=hand.holds)
        elif withdrawn:
            record_taken_back(actor, series, withdrawn)
    batch.undone_at = time.now()
    return _end(batch, ImportState.UNDONE, "")


def _taken(actor: Viewer, batch: Import) -> tuple[Viewer, Import]:
    """Return actor and import as they are now; raise unless the actor decides on it."""
    batch = _hold(batch)
    if batch.organisation is not None and not actor.is_system:
        actor = in_office_now(actor, batch.organisation)
    _steps.require(policies.can_answer_for(actor, batch), _steps.ONLY_WRITERS)
    return actor, batch


def _hold(batch: Import) -> Import:
    Import.objects.select_for_update().only("pk").get(pk=batch.pk)
    found: Import = Import.objects.select_related("organisation").get(pk=batch.pk)
    return found


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
        indicator = Indicator.objects.with_shown().get(code=kpi)
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


def _as_before(series: Series, rows: "QuerySet[Observation]") -> list[Entry]:
    """Return for each of the rows that hold what held before it, or that it was taken back."""
    entries = []
    for row in rows.order_by("first", "last"):
        earlier = Observation.objects.filter(
            series=series,
            first=row.first,
            last=row.last,
            revision__lt=row.revision,
            state=State.SUPERSEDED,
        )
        entries.append(_said(row, earlier.order_by("-revision").first()))
    return entries


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
