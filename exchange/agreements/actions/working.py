"""Milestones and actions: planning, changing, finishing, dropping, opening again."""

import datetime as dt
from typing import Any, TypedDict, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.accounts.models import User
from exchange.agreements import policies
from exchange.agreements.actions import _steps
from exchange.agreements.models import Action, Agreement, Meeting, Milestone, Workstream
from exchange.agreements.texts import Text, clean_action, clean_done_on, clean_milestone
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Invalid, Message
from exchange.partners.models import Membership, Organisation


class Hands(TypedDict, total=False):
    """Who has something in hand: a party (None: all together), and a person of it (None: nobody named)."""

    organisation: Organisation | None
    person: User | None


NOBODY_ELSE: Hands = {}
# By when something is due, and by whom: who is reminded waits anew when one of these changes.
HANDS = {"due", "organisation_id", "person_id"}
NOT_YOURS: Message = gettext_lazy("It is in the hands of another party or person.")
T = TypeVar("T", bound=Milestone | Action)


@transaction.atomic
def plan_milestone(
    *, actor: Viewer, workstream: Workstream, text: Text, organisation: Organisation | None = None
) -> Milestone:
    """Set a milestone of a workstream, in the hands of one party, or (None) of all together.

    Raises Forbidden, Conflict when the agreement is over or for who is no party, Invalid by field.
    """
    actor, agreement = _steps.locked(actor, workstream.agreement_id)
    workstream = _steps.row_of(Workstream, workstream.pk)
    workstream.agreement = agreement
    _steps.require_open(agreement)
    _steps.require(actor.is_system or policies.can_report(actor, workstream))
    milestone = Milestone.objects.create(
        agreement=agreement,
        workstream=workstream,
        organisation_id=_steps.party_of(agreement, organisation),
        set_at=time.now(),
        **clean_milestone({"title": None, **text}),
    )
    _steps.record_at_home("milestone.planned", actor=actor, agreement=agreement, target=milestone)
    return milestone


@transaction.atomic
def agree_action(
    *,
    actor: Viewer,
    agreement: Agreement,
    text: Text,
    workstream: Workstream | None = None,
    meeting: Meeting | None = None,
    organisation: Organisation | None = None,
    person: User | None = None,
) -> Action:
    """Note something that is to be done, by a party, a person of it, or (None) all together.

    `workstream` and `meeting` are of the same agreement. Raises Forbidden, Conflict, Invalid.
    """
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_open(agreement)
    leading = bool(workstream and policies.leads(actor, workstream) & agreement.party_ids)
    _steps.require(actor.is_system or leading or bool(policies.spoken_for(actor, agreement)))
    for part in (workstream, meeting):
        if part and part.agreement_id != agreement.pk:
            raise Conflict(_("This belongs to another agreement."))
    owner = _steps.party_of(agreement, organisation)
    _require_person(agreement, owner, person)
    action = Action.objects.create(
        agreement=agreement,
        workstream=workstream or (meeting.workstream if meeting else None),
        meeting=meeting,
        organisation_id=owner,
        person=person,
        set_at=time.now(),
        **clean_action({"title": None, **text}),
    )
    _steps.record_at_home("action.agreed", actor=actor, agreement=agreement, target=action)
    return action


@transaction.atomic
def revise_task(
    *,
    actor: Viewer,
    task: T,
    lock: int,
    text: Text,
    hands: Hands = NOBODY_ELSE,
) -> T:
    """Change a milestone or an action, and in whose hands it is. The same words change nothing.

    What `text` and `hands` leave out stays: who has left, too, until somebody chooses another; but
    a person goes with the owner. Raises Forbidden, Stale, Conflict, Invalid by field.
    """
    actor, agreement, task = _taken(actor, task)
    _steps.require_lock(task, lock)
    values: dict[str, Any] = (
        clean_milestone(text) if isinstance(task, Milestone) else clean_action(text)
    )
    if "organisation" in hands:
        values["organisation_id"] = _steps.party_of(agreement, hands["organisation"])
    if isinstance(task, Action):
        owner = values.get("organisation_id", task.organisation_id)
        if "person" in hands or owner != task.organisation_id:
            person = hands.get("person")
            _require_person(agreement, owner, person)
            values["person_id"] = person.pk if person else None
    changed = _steps.put(task, values)
    if changed:
        if HANDS & set(changed):
            task.set_at = time.now()
        _steps.save(task, *changed, "set_at")
        _record(task, "changed", actor, agreement, fields=_steps.named(changed))
    return task


@transaction.atomic
def finish_task(
    *, actor: Viewer, task: T, done_on: dt.date | None = None, evidence: str | None = None
) -> T:
    """Say that a milestone is met, or an action done; who says so again changes nothing.

    `done_on` is today in the actor's zone unless given; `evidence` is a milestone's web address.
    Raises Forbidden, Conflict when it was dropped, Invalid for a day that is yet to come.
    """
    actor, agreement, task = _taken(actor, task)
    if task.done_on is not None:
        return task
    if task.dropped_at is not None:
        raise Conflict(_("It was dropped. Open it again first."))
    today = time.today(actor.timezone)
    done_on = clean_done_on(done_on)
    if done_on and done_on > today:
        raise Invalid({"done_on": [_("This day is yet to come.")]})
    task.done_on = done_on or today
    changed = ["done_on"]
    if isinstance(task, Milestone) and evidence is not None:
        task.evidence = clean_milestone({"evidence": evidence})["evidence"]
        changed.append("evidence")
    _steps.save(task, *changed)
    _record(task, "met" if isinstance(task, Milestone) else "done", actor, agreement)
    return task


@transaction.atomic
def reopen_task(*, actor: Viewer, task: T) -> T:
    """Have what was done or dropped be open again; what is open stays. Raises Forbidden, Conflict."""
    actor, agreement, task = _taken(actor, task)
    if task.is_open:
        return task
    task.done_on, task.dropped_at, task.set_at = None, None, time.now()
    _steps.save(task, "done_on", "dropped_at", "set_at")
    _record(task, "reopened", actor, agreement)
    return task


@transaction.atomic
def drop_task(*, actor: Viewer, task: T) -> T:
    """Say that a milestone or an action will not be done. Raises Forbidden, Conflict when it is done."""
    actor, agreement, task = _taken(actor, task)
    if task.dropped_at is not None:
        return task
    if task.done_on is not None:
        raise Conflict(_("It is done already. Open it again first."))
    task.dropped_at = time.now()
    _steps.save(task, "dropped_at")
    _record(task, "dropped", actor, agreement)
    return task


def _taken(actor: Viewer, task: T) -> tuple[Viewer, Agreement, T]:
    """Return actor, agreement and task as they are now; raise unless the actor may tend the task."""
    actor, agreement = _steps.locked(actor, task.agreement_id)
    task = _steps.row_of(type(task), task.pk, "workstream")
    task.agreement = agreement
    _steps.require_open(agreement)
    _steps.require(actor.is_system or policies.can_tend(actor, task), NOT_YOURS)
    return actor, agreement, task


def _require_person(agreement: Agreement, owner: UUID | None, person: User | None) -> None:
    """Raise Conflict unless the person belongs to the party that has it in hand, or to any."""
    if person is None:
        return
    where = [owner] if owner else list(agreement.party_ids)
    members = Membership.objects.active().filter(organisation__in=where, user=person)
    if not members.exists():
        raise Conflict(_("Choose somebody who is a member of that party."))


def _record(task: T, what: str, actor: Viewer, agreement: Agreement, **data: Any) -> None:
    verb = f"{task._meta.model_name}.{what}"
    _steps.record_at_home(verb, actor=actor, agreement=agreement, target=task, **data)
