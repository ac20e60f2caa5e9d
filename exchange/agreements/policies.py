"""Who may do what under an agreement. Visibility is not decided here but by `visible_to`."""

from uuid import UUID

from exchange.agreements.choices import Closing, PartyState
from exchange.agreements.models import (
    FEWEST,
    Agreement,
    Lead,
    Party,
    ProgressUpdate,
    Task,
    Workstream,
)
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.partners.models import Organisation


def speaks_for(viewer: Viewer, organisation_id: UUID | None) -> bool:
    """Coordinators speak for their organisation in an agreement, and so do its programs that may write."""
    if viewer.kind == "client":
        return viewer.may_write and viewer.role_in(organisation_id) is not None
    return decides_for(viewer, organisation_id)


def decides_for(viewer: Viewer, organisation_id: UUID | None) -> bool:
    """Only people who coordinate an organisation bind it: what it is party to, and who may see that."""
    return viewer.is_person and viewer.acts_as(Role.COORDINATOR, organisation_id)


def can_register(viewer: Viewer, organisation: Organisation) -> bool:
    """Who speaks for a partner records its agreements; the operator records those of others."""
    return viewer.is_system or (organisation.takes_part and speaks_for(viewer, organisation.pk))


def spoken_for(viewer: Viewer, agreement: Agreement) -> set[UUID]:
    """Return the parties that the viewer speaks for; one query unless the parties are loaded."""
    return {pk for pk in agreement.party_ids if speaks_for(viewer, pk)}


def can_edit(viewer: Viewer, agreement: Agreement) -> bool:
    """Each party edits the shared text and plans the work, until the agreement is over."""
    return not agreement.is_over and bool(spoken_for(viewer, agreement))


def can_decide(viewer: Viewer, agreement: Agreement) -> bool:
    """People who coordinate a party decide on terms, on parties to be asked, and on who sees it.

    Over or not: what has ended can be renewed.
    """
    return any(decides_for(viewer, pk) for pk in agreement.party_ids)


def can_date(viewer: Viewer, agreement: Agreement) -> bool:
    """Who decides corrects the dates, also those by which it has ended: a typing error is no end."""
    return may_be_dated(agreement) and can_decide(viewer, agreement)


def may_be_dated(agreement: Agreement) -> bool:
    """Tell whether its dates may be corrected: while it is open, and what had ended by them alone.

    That goes on then, so it needs two parties still.
    """
    ended_by_dates = agreement.closing == Closing.TERM and len(agreement.standing) >= FEWEST
    return not agreement.closing or ended_by_dates


def can_renew(viewer: Viewer, agreement: Agreement) -> bool:
    """Who decides renews what two parties have confirmed, as long as two are left and its term has begun."""
    lasting = agreement.concluded_at is not None and len(agreement.standing) >= FEWEST
    term, today = agreement.current_term, time.now().date()
    begun = bool(agreement.closing) or term is None or term.has_begun(today)
    return lasting and begun and can_decide(viewer, agreement)


def can_answer(viewer: Viewer, party: Party) -> bool:
    """Only people who coordinate the organisation that is asked say whether it is party, or the operator."""
    return viewer.is_system or decides_for(viewer, party.organisation_id)


def can_take_back(viewer: Viewer, party: Party) -> bool:
    """Who asked an organisation, and is party still, takes that back until it has answered."""
    asker = party.proposed_by_id
    mine = asker in party.agreement.party_ids and decides_for(viewer, asker)
    return party.state == PartyState.PROPOSED and (viewer.is_system or mine)


def can_leave(viewer: Viewer, party: Party) -> bool:
    """A party may always leave; the operator removes one."""
    return party.state == PartyState.CONFIRMED and can_answer(viewer, party)


def leads(viewer: Viewer, workstream: Workstream) -> set[UUID]:
    """Return the parties that the viewer leads a workstream for, as a person; one query."""
    if not viewer.is_person:
        return set()
    mine = Lead.objects.filter(workstream=workstream, person=viewer.user_id)
    return set(mine.values_list("organisation", flat=True)) & at_work(viewer)


def at_work(viewer: Viewer) -> set[UUID]:
    """Return the organisations that the viewer may lead or tend something for: those that take part."""
    return set(viewer.roles) - viewer.paused


def can_report(viewer: Viewer, workstream: Workstream, leading: set[UUID] | None = None) -> bool:
    """Who speaks for a party, or leads the workstream for one, plans it and says how it stands.

    `leading`: the parties for which the viewer leads it, when that is known.
    """
    agreement = workstream.agreement
    if agreement.is_over:
        return False
    if spoken_for(viewer, agreement):
        return True
    leading = leads(viewer, workstream) if leading is None else leading
    return bool(leading & agreement.party_ids)


def can_correct(viewer: Viewer, update: ProgressUpdate, leading: set[UUID] | None = None) -> bool:
    """The party that said so corrects a progress update, and its author as long as they report.

    That of a party that has left any other corrects. `leading` as for `can_report`.
    """
    agreement = update.workstream.agreement
    if agreement.is_over:
        return False
    spoken = spoken_for(viewer, agreement)
    if update.organisation_id in spoken or (
        spoken and update.organisation_id not in agreement.party_ids
    ):
        return True
    mine = viewer.is_person and update.author_id == viewer.user_id
    return mine and can_report(viewer, update.workstream, leading)


def can_tend(viewer: Viewer, task: Task, leading: set[UUID] | None = None) -> bool:
    """Its owner's coordinators, leads and programs tend a milestone or action, and whom of it it names.

    What is all parties', or was in the hands of one that has left, any of them tends. `leading`: the
    parties for which the viewer leads the workstream, when that is known.
    """
    agreement = task.agreement
    if agreement.is_over:
        return False
    if viewer.is_person and getattr(task, "person_id", None) == viewer.user_id:
        owned = task.organisation_id in agreement.party_ids
        if at_work(viewer) & ({task.organisation_id} if owned else agreement.party_ids):
            return True
    if leading is None:
        leading = leads(viewer, task.workstream) if task.workstream else set()
    mine = spoken_for(viewer, agreement) | (leading & agreement.party_ids)
    if task.organisation_id in agreement.party_ids:
        return task.organisation_id in mine
    return bool(mine)
