"""Who is party to an agreement: asking, answering, leaving."""

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.agreements import policies
from exchange.agreements.actions import _steps
from exchange.agreements.actions.closing import close
from exchange.agreements.actions.registering import conclude
from exchange.agreements.choices import Closing, PartyState
from exchange.agreements.models import FEWEST, Agreement, Party
from exchange.agreements.texts import clean_signatory
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict
from exchange.partners.models import Organisation

ASKED_BY_OTHERS = "Only who asked takes that back, and only until it is answered."


@transaction.atomic
def ask_party(
    *, actor: Viewer, agreement: Agreement, lock: int, organisation: Organisation
) -> Party:
    """Ask an organisation to confirm that it is party; the operator's word confirms it at once.

    A reference port has nobody to answer: the operator confirms it. Raises Forbidden, Stale,
    Conflict when it is party or asked already, or the agreement is over.
    """
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_decider(actor, agreement)
    _steps.require_open(agreement)
    _steps.require_lock(agreement, lock)
    party = Party.objects.filter(agreement=agreement, organisation=organisation).first()
    if party and party.state in {PartyState.PROPOSED, PartyState.CONFIRMED}:
        raise Conflict(_("It is party to this agreement already, or has been asked."))
    party = party or Party(agreement=agreement, organisation=organisation)
    party.state, party.left_at, party.joined_at = PartyState.PROPOSED, None, None
    party.known_as, party.proposed_at = agreement.title, time.now()
    party.proposed_by_id = _steps.acting_for(actor, agreement)
    party.save()
    if actor.is_system:
        _join(party, agreement, actor=actor)
        return party
    _steps.save(agreement)
    _steps.record_at_home(
        "agreement.party_asked", actor=actor, agreement=agreement, party=str(organisation.pk)
    )
    _steps.record_for_one("party.asked", actor=actor, party=party)
    return party


@transaction.atomic
def take_back_question(*, actor: Viewer, party: Party) -> None:
    """Take back that an organisation was asked, before it has answered. Raises Forbidden, Conflict."""
    actor, agreement = _steps.locked(actor, party.agreement_id)
    party = _steps.row_of(Party, party.pk, "organisation__home_audience")
    if party.state != PartyState.PROPOSED:
        raise Conflict(_("It has answered already."))
    _steps.require(policies.can_take_back(actor, party), _(ASKED_BY_OTHERS))
    _steps.part(party, PartyState.UNASKED)
    _steps.save(agreement)
    _steps.record_at_home(
        "agreement.question_taken_back",
        actor=actor,
        agreement=agreement,
        party=str(party.organisation_id),
    )
    _steps.record_for_one("party.taken_back", actor=actor, party=party)


@transaction.atomic
def confirm_party(*, actor: Viewer, party: Party, lock: int) -> Party:
    """Say for the organisation that was asked that it is party: it reads all at once.

    `lock` is that of the agreement as it was read: nobody confirms words they have not seen. Raises
    Forbidden, Stale, Conflict when nothing is asked of it (any more) or the agreement is over.
    """
    actor, agreement = _steps.locked(actor, party.agreement_id)
    party = _asked(party, actor)
    _steps.require_open(agreement)
    _steps.require_lock(agreement, lock)
    _join(party, agreement, actor=actor)
    return party


@transaction.atomic
def decline_party(*, actor: Viewer, party: Party) -> Party:
    """Say for the organisation that was asked that it is no party. Raises Forbidden, Conflict."""
    actor, agreement = _steps.locked(actor, party.agreement_id)
    party = _asked(party, actor)
    _steps.part(party, PartyState.DECLINED)
    _steps.save(agreement)
    _steps.record_at_home(
        "agreement.party_declined",
        actor=actor,
        agreement=agreement,
        party=str(party.organisation_id),
    )
    _steps.record_for_one("party.declined", actor=actor, party=party)
    return party


@transaction.atomic
def leave_agreement(*, actor: Viewer, party: Party) -> Party:
    """Have a party leave: it loses the agreement's own at once, and keeps what it has shared itself.

    When fewer than two are left the agreement is over. Raises Forbidden for anybody but its own
    coordinators and the operator, Conflict when it is no party.
    """
    actor, agreement = _steps.locked(actor, party.agreement_id)
    party = _steps.row_of(Party, party.pk, "organisation__home_audience")
    if party.state != PartyState.CONFIRMED:
        raise Conflict(_("It is no party to this agreement now."))
    _steps.require(
        policies.can_leave(actor, party),
        _("Only people who coordinate a party say that it leaves."),
    )
    _steps.part(party, PartyState.LEFT)
    ends = agreement.concluded_at and len(_steps.fresh(agreement).standing) < FEWEST
    if ends and not agreement.closing:
        close(agreement, Closing.PARTIES, actor=actor, left=party)
    else:
        _steps.save(agreement)
        _steps.record_for_readers(
            "agreement.party_left",
            actor=actor,
            agreement=agreement,
            organisation_id=party.organisation_id,
            party=str(party.organisation_id),
        )
    _steps.set_home(agreement, actor=actor)
    before = agreement.home_audience
    _steps.record_for_one("party.left", actor=actor, party=party, before=before)
    return party


@transaction.atomic
def name_signatory(*, actor: Viewer, party: Party, lock: int, signatory: str) -> Party:
    """Say who signed for a party: its own coordinators and programs do, and the operator.

    `lock` is that of the agreement. Raises Forbidden, Stale, Invalid, Conflict.
    """
    actor, agreement = _steps.locked(actor, party.agreement_id)
    party = _steps.row_of(Party, party.pk, "organisation__home_audience")
    speaks = actor.is_system or policies.speaks_for(actor, party.organisation_id)
    _steps.require(speaks, _("Only the party itself says who signed for it."))
    if party.state != PartyState.CONFIRMED:
        raise Conflict(_("It is no party to this agreement now."))
    _steps.require_lock(agreement, lock)
    named = clean_signatory(signatory)
    if named == party.signatory:
        return party
    party.signatory = named
    party.save(update_fields=["signatory"])
    _steps.save(agreement)
    _steps.record_for_readers(
        "agreement.changed", actor=actor, agreement=agreement, fields=["signatory"]
    )
    return party


@transaction.atomic
def choose_coordinator(
    *, actor: Viewer, agreement: Agreement, lock: int, party: Party
) -> Agreement:
    """Say which party coordinates the agreement. Raises Forbidden, Stale, Conflict."""
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_decider(actor, agreement)
    _steps.require_open(agreement)
    _steps.require_lock(agreement, lock)
    party = _steps.row_of(Party, party.pk)
    if party.agreement_id != agreement.pk or party.state != PartyState.CONFIRMED:
        raise Conflict(_("Choose one of the parties of the agreement."))
    if party.is_coordinating:
        return agreement
    Party.objects.filter(agreement=agreement, is_coordinating=True).update(is_coordinating=False)
    Party.objects.filter(pk=party.pk).update(is_coordinating=True)
    _steps.save(_steps.fresh(agreement))
    _steps.record_for_readers(
        "agreement.changed", actor=actor, agreement=agreement, fields=["coordinating"]
    )
    return agreement


def _asked(party: Party, actor: Viewer) -> Party:
    """Return the party as it is now; raise Forbidden, or Conflict when nothing is asked of it."""
    party = _steps.row_of(Party, party.pk, "organisation__home_audience")
    _steps.require(
        policies.can_answer(actor, party),
        _("Only people who coordinate the organisation that is asked answer."),
    )
    if party.state != PartyState.PROPOSED:
        raise Conflict(_("This was answered already, or is asked no more."))
    return party


def _join(party: Party, agreement: Agreement, *, actor: Viewer) -> None:
    party.state, party.joined_at, party.left_at = PartyState.CONFIRMED, time.now(), None
    party.known_as = agreement.title
    party.save()
    concluded = conclude(agreement, actor=actor)
    _steps.save(agreement)
    _steps.record_for_readers(
        "agreement.concluded" if concluded else "agreement.party_joined",
        actor=actor,
        agreement=agreement,
        organisation_id=party.organisation_id,
        party=str(party.organisation_id),
    )
