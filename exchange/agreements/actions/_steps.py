"""The steps that the actions on agreements share."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.activity.log import record
from exchange.agreements import policies
from exchange.agreements.choices import PartyState
from exchange.agreements.models import Agreement, Party
from exchange.audiences import actions as audiences
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Message, Stale
from exchange.partners.models import Organisation
from exchange.partners.viewers import in_office_now

OVER: Message = gettext_lazy(
    "This agreement is over: its parties read it, and nothing new is done under it unless it is renewed."
)
NO_PARTY: Message = gettext_lazy("Only people who coordinate a party, and its programs, do this.")
ONLY_PEOPLE: Message = gettext_lazy("Only people who coordinate a party do this.")
M = TypeVar("M", bound=models.Model)


def locked(actor: Viewer, agreement_id: UUID) -> tuple[Viewer, Agreement]:
    """Return the actor as they are now and the agreement, nobody else's to change meanwhile.

    The organisations that the actor belongs to are locked before it, in one order.
    """
    for pk in sorted(actor.roles):
        actor = in_office_now(actor, Organisation.objects.get(pk=pk))
    hold(agreement_id)
    rows = Agreement.objects.select_related(
        "audience", "effective_audience", "home_audience", "current_term"
    )
    return actor, rows.get(pk=agreement_id)


def hold(agreement_id: UUID) -> None:
    """Lock an agreement, to be read after it: a statement that waits joins what was there before."""
    Agreement.objects.select_for_update().only("pk").get(pk=agreement_id)


def row_of(model: type[M], pk: Any, *related: str) -> M:
    """Return a row of what belongs to the locked agreement, as it is now."""
    return model._default_manager.select_related(*related).get(pk=pk)


def require(allowed: bool, message: Message = NO_PARTY) -> None:
    """Raise Forbidden with `message` unless `allowed`."""
    if not allowed:
        raise Forbidden(message)


def require_open(agreement: Agreement) -> None:
    """Raise Conflict when the agreement is over."""
    if agreement.is_over:
        raise Conflict(OVER)


def require_editor(actor: Viewer, agreement: Agreement) -> None:
    """Raise Forbidden unless the actor speaks for a party, Conflict when the agreement is over."""
    require(actor.is_system or bool(policies.spoken_for(actor, agreement)))
    require_open(agreement)


def require_decider(actor: Viewer, agreement: Agreement) -> None:
    """Raise Forbidden unless the actor is a person who coordinates a party, or the operator."""
    require(actor.is_system or policies.can_decide(actor, agreement), ONLY_PEOPLE)


def require_lock(row: Any, lock: int) -> None:
    """Raise Stale when a row has changed since the caller saw `lock`."""
    if row.lock == lock:
        return
    if lock > row.lock:
        words = _("There is no version %(asked)s of this yet. It is at %(current)s.")
        raise Stale(words % {"asked": lock, "current": row.lock}, current=row.lock)
    raise Stale(
        _("This has changed meanwhile. Read it again and merge the changes."), current=row.lock
    )


def acting_for(actor: Viewer, agreement: Agreement) -> UUID | None:
    """Return for which party the actor acts: the one they write for, else the first of theirs."""
    parties = agreement.party_ids
    if actor.organisation_id in parties:
        return actor.organisation_id
    return next(iter(sorted(parties & set(actor.roles))), None)


def party_of(agreement: Agreement, organisation: Organisation | UUID | None) -> UUID | None:
    """Return the id of one of the confirmed parties; None for none. Raises Conflict for others."""
    pk = organisation.pk if isinstance(organisation, Organisation) else organisation
    if pk is not None and pk not in agreement.party_ids:
        raise Conflict(_("Choose one of the parties of the agreement."))
    return pk


def save(row: Any, *fields: str) -> None:
    """Count the change and write these columns of a row."""
    row.lock += 1
    row.changed_at = time.now()
    row.save(update_fields=[*fields, "lock", "changed_at"])


def put(row: Any, values: dict[str, Any]) -> list[str]:
    """Set columns of a row; return the names of those that changed."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def named(changed: list[str]) -> list[str]:
    """Return which fields changed, as the log tells it."""
    return sorted(set(changed) - {"sort_key"})


def set_home(agreement: Agreement, *, actor: Viewer) -> None:
    """Have the agreement's group consist of its confirmed parties that are partners."""
    confirmed = Party.objects.filter(agreement=agreement, state=PartyState.CONFIRMED)
    homes = Audience.objects.filter(
        pk__in=confirmed.filter(organisation__home_audience__isnull=False).values(
            "organisation__home_audience"
        )
    )
    audiences.set_group_members(actor=actor, group=agreement.home_audience, members=list(homes))


def part(party: Party, state: PartyState) -> None:
    """Write that an organisation is no party: it left, declined, or is asked no more."""
    party.state, party.left_at, party.is_coordinating = state, time.now(), False
    party.save(update_fields=["state", "left_at", "is_coordinating"])


def fresh(agreement: Agreement) -> Agreement:
    """Return the agreement without what it remembers of its parties."""
    agreement.__dict__.pop("standing", None)
    return agreement


def record_for_readers(
    verb: str,
    *,
    actor: Viewer,
    agreement: Agreement,
    target: Any = None,
    before: Audience | None = None,
    organisation_id: UUID | None = None,
    **data: Any,
) -> None:
    """Record what everybody may hear of who may see the agreement now, `before` who could."""
    record(
        verb,
        actor=actor,
        target=target or agreement,
        audience=agreement.effective_audience,
        home_audience=agreement.home_audience,
        audience_before=before,
        organisation_id=organisation_id or acting_for(actor, agreement),
        version=getattr(target or agreement, "lock", 1),
        data=data,
    )


def record_at_home(
    verb: str, *, actor: Viewer, agreement: Agreement, target: Any = None, **data: Any
) -> None:
    """Record what the parties hear of, and nobody else."""
    record(
        verb,
        actor=actor,
        target=target or agreement,
        audience=agreement.home_audience,
        home_audience=agreement.home_audience,
        organisation_id=acting_for(actor, agreement),
        version=getattr(target or agreement, "lock", 1),
        data=data,
    )


def record_for_one(
    verb: str, *, actor: Viewer, party: Party, before: Audience | None = None, **data: Any
) -> None:
    """Record what only people of one organisation hear of; a reference port hears nothing."""
    home = party.organisation.home_audience
    if home is not None:
        record(
            verb,
            actor=actor,
            target=party,
            audience=home,
            home_audience=home,
            audience_before=before,
            organisation_id=party.organisation_id,
            data=data,
        )
