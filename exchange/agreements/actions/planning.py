"""Workstreams: planning them, who leads them, and how they stand."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from exchange.accounts.models import User
from exchange.agreements import policies
from exchange.agreements.actions import _steps
from exchange.agreements.models import Agreement, Lead, ProgressUpdate, Workstream
from exchange.agreements.texts import Text, clean_function, clean_update, clean_workstream
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict
from exchange.partners.models import Membership, Organisation


@transaction.atomic
def plan_workstream(*, actor: Viewer, agreement: Agreement, text: Text) -> Workstream:
    """Begin a line of work under an agreement. Raises Forbidden, Conflict, Invalid by field."""
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_editor(actor, agreement)
    fields = clean_workstream({"title": None, **text})
    chosen = fields.pop("topics", [])
    numbers = Workstream.objects.filter(agreement=agreement)
    number = (numbers.aggregate(last=Max("number"))["last"] or 0) + 1
    workstream = Workstream.objects.create(agreement=agreement, number=number, **fields)
    workstream.topics.set(chosen)
    _steps.record_at_home("workstream.planned", actor=actor, agreement=agreement, target=workstream)
    return workstream


@transaction.atomic
def revise_workstream(
    *, actor: Viewer, workstream: Workstream, lock: int, text: Text
) -> Workstream:
    """Change a workstream; what `text` leaves out stays. The same words change nothing.

    Raises Forbidden, Stale, Conflict when the agreement is over, Invalid by field.
    """
    actor, agreement = _steps.locked(actor, workstream.agreement_id)
    workstream = _steps.row_of(Workstream, workstream.pk)
    workstream.agreement = agreement
    _steps.require(actor.is_system or policies.can_report(actor, workstream) or agreement.is_over)
    _steps.require_open(agreement)
    _steps.require_lock(workstream, lock)
    fields = clean_workstream(text, workstream)
    chosen = fields.pop("topics", None)
    changed = _steps.put(workstream, fields)
    if chosen is not None and set(chosen) != set(workstream.topics.all()):
        workstream.topics.set(chosen)
        changed.append("topics")
    if changed:
        if "status" in changed:
            workstream.status_at = time.now()
        columns = [name for name in changed if name != "topics"]
        _steps.save(workstream, *columns, "status_at")
        _steps.record_at_home(
            "workstream.changed",
            actor=actor,
            agreement=agreement,
            target=workstream,
            fields=_steps.named(changed),
        )
    return workstream


@transaction.atomic
def name_lead(
    *,
    actor: Viewer,
    workstream: Workstream,
    lock: int,
    organisation: Organisation,
    person: User | None = None,
    function: str = "",
) -> Workstream:
    """Say who leads a workstream for one party: a member of it, a function, or nobody.

    Each party names its own. Raises Forbidden, Stale; Conflict for who is no member or no party;
    Invalid.
    """
    actor, agreement = _steps.locked(actor, workstream.agreement_id)
    workstream = _steps.row_of(Workstream, workstream.pk)
    _steps.require(
        actor.is_system or policies.speaks_for(actor, organisation.pk),
        _("Each party names its own leads."),
    )
    _steps.require_open(agreement)
    _steps.party_of(agreement, organisation)
    _steps.require_lock(workstream, lock)
    _require_member(organisation.pk, person)
    title = clean_function(function)
    present = Lead.objects.filter(workstream=workstream, organisation=organisation).first()
    if (
        (present.person_id, present.function) == (_id(person), title)
        if present
        else not (person or title)
    ):
        return workstream
    if person or title:
        Lead.objects.update_or_create(
            workstream=workstream,
            organisation=organisation,
            defaults={"person": person, "function": title},
        )
    elif present:
        present.delete()
    _steps.save(workstream)
    _steps.record_at_home(
        "workstream.changed", actor=actor, agreement=agreement, target=workstream, fields=["leads"]
    )
    return workstream


@transaction.atomic
def report_progress(
    *, actor: Viewer, workstream: Workstream, update: Mapping[str, object]
) -> ProgressUpdate:
    """Say how a workstream stands, or stood: its health is what the update on the latest time says.

    Raises Forbidden, Conflict, Invalid.
    """
    actor, agreement = _steps.locked(actor, workstream.agreement_id)
    workstream = _steps.row_of(Workstream, workstream.pk)
    workstream.agreement = agreement
    _steps.require_open(agreement)
    _steps.require(policies.can_report(actor, workstream), _("Its leads and coordinators report."))
    made = ProgressUpdate.objects.create(
        workstream=workstream,
        organisation_id=_steps.acting_for(actor, agreement),
        author_id=actor.user_id,
        **clean_update(update),
    )
    _take_health(workstream)
    _steps.record_at_home(
        "workstream.reported",
        actor=actor,
        agreement=agreement,
        target=workstream,
        health=made.health,
        period=made.period,
    )
    return made


@transaction.atomic
def correct_update(
    *, actor: Viewer, update: ProgressUpdate, lock: int, text: Text
) -> ProgressUpdate:
    """Correct a progress update; what `text` leaves out stays. The same words change nothing.

    The workstream's health follows, as by `report_progress`. Raises Forbidden, Stale, Conflict when
    the agreement is over, Invalid by field.
    """
    actor, agreement = _steps.locked(actor, update.workstream.agreement_id)
    update = _steps.row_of(ProgressUpdate, update.pk, "workstream")
    workstream = update.workstream
    workstream.agreement = agreement
    _steps.require_open(agreement)
    _steps.require(
        actor.is_system or policies.can_correct(actor, update),
        _("Only who said so, and people who coordinate that party, correct it."),
    )
    _steps.require_lock(update, lock)
    changed = _steps.put(update, clean_update(text, update))
    if not changed:
        return update
    _steps.save(update, *changed)
    _take_health(workstream)
    _steps.record_at_home(
        "workstream.corrected",
        actor=actor,
        agreement=agreement,
        target=workstream,
        period=update.period,
        fields=_steps.named(changed),
    )
    return update


def _take_health(workstream: Workstream) -> None:
    """Have a workstream stand as the update on the latest time says; of two the one made later."""
    said = ProgressUpdate.objects.filter(workstream=workstream)
    latest = max(said, key=lambda update: (update.as_of, update.made_at))
    workstream.health, workstream.health_reason = latest.health, latest.reason
    workstream.reported_at, workstream.changed_at = latest.made_at, time.now()
    workstream.save(update_fields=["health", "health_reason", "reported_at", "changed_at"])


def _require_member(organisation_id: UUID, person: User | None) -> None:
    if person is None:
        return
    members = Membership.objects.active().filter(organisation=organisation_id, user=person)
    if not members.exists():
        raise Conflict(_("Choose somebody who is a member of that party."))


def _id(person: User | None) -> UUID | None:
    return person.pk if person else None
