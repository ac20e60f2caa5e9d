"""Terms, renewal, and the end of an agreement."""

import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.agreements import policies
from exchange.agreements.actions import _steps
from exchange.agreements.choices import Closing, PartyState, Status
from exchange.agreements.models import FEWEST, Agreement, Party, Term
from exchange.agreements.texts import Text, clean_reason, clean_term
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.dates import in_order
from exchange.common.errors import Conflict, Invalid

logger = logging.getLogger(__name__)

CLOSING = ["closing", "closing_reason", "closed_at"]


@transaction.atomic
def change_term(*, actor: Viewer, agreement: Agreement, lock: int, term: Text) -> Agreement:
    """Correct the dates of the present term; what `term` leaves out stays.

    What had ended by its term alone goes on when its end is not past any more. Raises Forbidden, Stale,
    Conflict when it was ended otherwise, Invalid by field.
    """
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_decider(actor, agreement)
    _steps.require_lock(agreement, lock)
    if not policies.may_be_dated(agreement):
        raise Conflict(_steps.OVER)
    present = _term_of(agreement)
    changed = _steps.put(present, clean_term(term, present))
    if not changed:
        return agreement
    before = present.last_day
    _reckon(present)
    if present.last_day != before:
        present.set_at = time.now()
    present.save()
    _steps.save(agreement)
    goes_on = agreement.closing and not present.is_past(time.now().date())
    if goes_on:
        _go_on(agreement, actor=actor)
    verb = "agreement.resumed" if goes_on else "agreement.changed"
    _steps.record_for_readers(verb, actor=actor, agreement=agreement, fields=sorted(changed))
    return agreement


@transaction.atomic
def renew_agreement(*, actor: Viewer, agreement: Agreement, lock: int, term: Text) -> Agreement:
    """Begin the next term; the one before stays as it was, and what had ended goes on.

    Raises Forbidden, Stale, Invalid by field; Conflict while a second party has not confirmed it, when
    fewer than two are left, or while its present term has not begun.
    """
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_decider(actor, agreement)
    _steps.require_lock(agreement, lock)
    if agreement.status == Status.PROPOSED:
        raise Conflict(
            _("It has not been confirmed by a second party yet. Change its dates instead.")
        )
    if len(agreement.standing) < FEWEST:
        raise Conflict(_("Its parties have left. Record a new agreement."))
    present = _term_of(agreement)
    if not agreement.closing and not present.has_begun(time.now().date()):
        raise Conflict(_("The present term has not begun yet. Change its dates instead."))
    number = present.number + 1
    following = Term(agreement=agreement, number=number, **clean_term(term))
    _reckon(following)
    if not (following.begins or following.announced or following.ends_by):
        words = _("Say from when the new term is in force, or until when: a year will do.")
        raise Invalid({"effective": [words]})
    if following.first_day and not agreement.closing:
        following.bridged_until = present.last_day or following.first_day
    if not in_order(present.begins, following.begins):
        words = _("The term before began later. Check both dates.")
        raise Invalid({"effective" if following.effective else "signed": [words]})
    if following.is_past(time.now().date()):
        raise Invalid({"ends": [_("This end has passed. A new term ends in the future.")]})
    following.save()
    for name in CLOSING:
        setattr(present, name, getattr(agreement, name))
    present.save(update_fields=CLOSING)
    agreement.current_term = following
    _steps.save(agreement, "current_term")
    _go_on(agreement, actor=actor)
    _steps.record_for_readers("agreement.renewed", actor=actor, agreement=agreement, term=number)
    return agreement


@transaction.atomic
def terminate_agreement(
    *, actor: Viewer, agreement: Agreement, lock: int, reason: str
) -> Agreement:
    """End an agreement before its time; who were parties keep reading. `reason` is for them.

    Raises Forbidden, Stale, Invalid without a reason, Conflict when it is over.
    """
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_decider(actor, agreement)
    _steps.require_lock(agreement, lock)
    _steps.require_open(agreement)
    agreement.closing_reason = clean_reason(reason)
    close(agreement, Closing.TERMINATED, actor=actor)
    return agreement


def end_due(*, actor: Viewer) -> int:
    """Close every agreement whose term has passed, each by itself; return how many.

    `actor` is the system. It may run twice, and at once.
    """
    due = list(Agreement.objects.over(time.now().date()).values_list("pk", flat=True))
    return sum(_ended(actor, agreement) for agreement in due)


def _ended(actor: Viewer, agreement_id: UUID) -> bool:
    try:
        with transaction.atomic():
            _steps.hold(agreement_id)
            due = Agreement.objects.over(time.now().date()).filter(pk=agreement_id)
            agreement = due.select_related("effective_audience", "home_audience").first()
            if agreement is None:
                return False
            close(agreement, Closing.TERM, actor=actor)
    except Exception:
        logger.exception("%s could not be closed", agreement_id)
        return False
    return True


def close(
    agreement: Agreement, closing: Closing, *, actor: Viewer, left: Party | None = None
) -> None:
    """Have nothing new done under the locked agreement, nor published to its parties.

    Who has not answered yet is asked no more. `left`: the party by whose leaving it ends.
    """
    asked = Party.objects.filter(agreement=agreement, state=PartyState.PROPOSED)
    for party in asked.select_related("organisation__home_audience"):
        _steps.part(party, PartyState.UNASKED)
        _steps.record_for_one("party.taken_back", actor=actor, party=party)
    agreement.closing, agreement.closed_at = closing, time.now()
    _steps.save(agreement, *CLOSING)
    audiences.change_group(actor=actor, group=agreement.home_audience, is_closed=True)
    verb = "terminated" if closing == Closing.TERMINATED else "ended"
    whose: dict[str, Any] = {"party": str(left.organisation_id)} if left else {}
    _steps.record_for_readers(
        f"agreement.{verb}",
        actor=actor,
        agreement=agreement,
        organisation_id=left.organisation_id if left else None,
        closing=str(closing),
        **whose,
    )


def _go_on(agreement: Agreement, *, actor: Viewer) -> None:
    """Have things be done under the locked agreement again."""
    agreement.closing, agreement.closing_reason, agreement.closed_at = "", "", None
    agreement.save(update_fields=CLOSING)
    audiences.change_group(actor=actor, group=agreement.home_audience, is_closed=False)


def _term_of(agreement: Agreement) -> Term:
    """Return the present term; every agreement has one after its first transaction."""
    if agreement.current_term is None:
        raise Agreement.DoesNotExist("an agreement without a term")
    return agreement.current_term


def _reckon(term: Term) -> None:
    """Work its days out; refuse dates by which it ends before it begins."""
    term.reckon()
    if term.first_day and term.last_day and term.last_day < term.first_day:
        raise Invalid({"ends": [_("The end lies before the start. Check both dates.")]})
