"""Recording an agreement, its shared text, and who may see it."""

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from exchange.agreements import policies
from exchange.agreements.actions import _steps
from exchange.agreements.choices import PartyState
from exchange.agreements.models import FEWEST, Agreement, Party, Term
from exchange.agreements.texts import Text, clean_agreement, clean_external_id, clean_term
from exchange.audiences import actions as audiences
from exchange.audiences.choosing import covers
from exchange.audiences.models import Audience, AudienceKind
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Invalid, Message
from exchange.partners.models import Organisation
from exchange.partners.viewers import in_office_now


@transaction.atomic
def register_agreement(
    *,
    actor: Viewer,
    organisation: Organisation | None,
    parties: Collection[Organisation],
    text: Text,
    term: Text,
    audience: Audience | None = None,
    external_id: str | None = None,
) -> Agreement:
    """Record an agreement that `organisation` is party to, with its first term.

    It is party at once; the other `parties` are asked to confirm, and until a second one has, nobody
    else sees it. The operator gives no `organisation`: then all are party at once. `audience` is
    who may see it then: everybody, all partners, or (None) its parties. Raises Forbidden, Invalid by
    field, Conflict for an external id that is taken.
    """
    if organisation is not None:
        actor = in_office_now(actor, organisation)
        _steps.require(policies.can_register(actor, organisation))
    else:
        _steps.require(actor.is_system)
    asked = {one.pk: one for one in parties}
    if len({*asked, *([organisation.pk] if organisation else [])}) < FEWEST:
        raise Invalid({"parties": [_("An agreement has two parties or more. Choose the other.")]})
    fields = clean_agreement({"title": None, **text})
    dates = clean_term(term)
    chosen = fields.pop("topics", [])
    group = audiences.make_group(actor=actor, name=fields["title"], members=[])
    agreement = Agreement(
        organisation=organisation,
        external_id=clean_external_id(external_id),
        audience=_meant_for(audience, group),
        effective_audience=group,
        home_audience=group,
        **fields,
    )
    _insert(agreement)
    agreement.topics.set(chosen)
    _add_term(agreement, 1, dates)
    _add_parties(agreement, organisation, asked.values(), actor=actor)
    conclude(agreement, actor=actor)
    _steps.record_for_readers("agreement.registered", actor=actor, agreement=agreement)
    for party in Party.objects.filter(agreement=agreement, state=PartyState.PROPOSED):
        _steps.record_for_one("party.asked", actor=actor, party=party)
    return agreement


@transaction.atomic
def revise_agreement(*, actor: Viewer, agreement: Agreement, lock: int, text: Text) -> Agreement:
    """Change the shared text; what `text` leaves out stays. The same words change nothing.

    Raises Forbidden, Conflict when it is over, Stale, Invalid by field.
    """
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_editor(actor, agreement)
    _steps.require_lock(agreement, lock)
    fields = clean_agreement(text)
    chosen = fields.pop("topics", None)
    changed = _steps.put(agreement, fields)
    if chosen is not None and set(chosen) != set(agreement.topics.all()):
        agreement.topics.set(chosen)
        changed.append("topics")
    if not changed:
        return agreement
    if "title" in changed:
        group, name = agreement.home_audience, agreement.title
        audiences.change_group(actor=actor, group=group, name=name)
        # Who takes no part now does not see the agreement, hence reads no later title either.
        told = Party.objects.filter(
            agreement=agreement,
            state__in=[PartyState.PROPOSED, PartyState.CONFIRMED],
            organisation__in=Organisation.objects.taking_part(),
        )
        told.update(known_as=name)
    _steps.save(agreement, *(name for name in changed if name != "topics"))
    _steps.record_for_readers(
        "agreement.changed", actor=actor, agreement=agreement, fields=_steps.named(changed)
    )
    return agreement


@transaction.atomic
def share_agreement(
    *, actor: Viewer, agreement: Agreement, lock: int, audience: Audience | None
) -> Agreement:
    """Choose who may see the agreement besides its parties: everybody, all partners, or nobody (None).

    The work under it stays the parties' own. Raises Forbidden, Stale, Invalid.
    """
    actor, agreement = _steps.locked(actor, agreement.pk)
    _steps.require_decider(actor, agreement)
    _steps.require_lock(agreement, lock)
    chosen, before = _meant_for(audience, agreement.home_audience), agreement.effective_audience
    if chosen.pk == agreement.audience_id:
        return agreement
    agreement.audience = chosen
    agreement.effective_audience = chosen if agreement.concluded_at else agreement.home_audience
    _steps.save(agreement, "audience", "effective_audience")
    if agreement.effective_audience_id == before.pk:
        _steps.record_at_home("agreement.changed", actor=actor, agreement=agreement)
        return agreement
    narrowed = covers(before, agreement.effective_audience)
    verb = "agreement.narrowed" if narrowed else "agreement.widened"
    _steps.record_for_readers(verb, actor=actor, agreement=agreement, before=before)
    return agreement


def conclude(agreement: Agreement, *, actor: Viewer) -> bool:
    """Have the agreement stand as soon as two parties have confirmed it; tell whether it does now.

    From then on others see it as its audience says.
    """
    _steps.set_home(agreement, actor=actor)
    _steps.fresh(agreement)
    if agreement.concluded_at is None and len(agreement.standing) >= FEWEST:
        agreement.concluded_at = time.now()
        agreement.effective_audience = agreement.audience
        agreement.save(update_fields=["concluded_at", "effective_audience"])
        return True
    return False


def _add_term(agreement: Agreement, number: int, dates: dict[str, Any]) -> None:
    """Write a term and make it the present one."""
    term = Term(agreement=agreement, number=number, **dates)
    term.reckon()
    term.save()
    agreement.current_term = term
    agreement.save(update_fields=["current_term"])


def _add_parties(
    agreement: Agreement,
    organisation: Organisation | None,
    asked: Collection[Organisation],
    *,
    actor: Viewer,
) -> None:
    """Write the parties: who records it has confirmed; with the operator, all have."""
    everybody = {one.pk: one for one in [*([organisation] if organisation else []), *asked]}
    for one in everybody.values():
        confirmed = organisation is None or one.pk == organisation.pk
        Party.objects.create(
            agreement=agreement,
            organisation=one,
            known_as=agreement.title,
            state=PartyState.CONFIRMED if confirmed else PartyState.PROPOSED,
            joined_at=time.now() if confirmed else None,
            proposed_by=organisation,
        )
    del actor


def _insert(agreement: Agreement) -> None:
    try:
        with transaction.atomic():
            agreement.save(force_insert=True)
    except IntegrityError as error:
        taken = Agreement.objects.filter(
            organisation=agreement.organisation, external_id=agreement.external_id
        ).first()
        words: Message = _("There is an agreement with this external id already: %(id)s.")
        raise Conflict(str(words) % {"id": taken.pk if taken else "–"}) from error


def _meant_for(audience: Audience | None, group: Audience) -> Audience:
    if audience is None or audience.pk == group.pk:
        return group
    if audience.kind not in {AudienceKind.PUBLIC, AudienceKind.PARTNERS}:
        words = _("An agreement is seen by its parties, by all partners or by everybody.")
        raise Invalid({"audience": [words]})
    return audience
