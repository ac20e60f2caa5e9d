"""What organisations propose for the catalogue, and what becomes of it."""

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.activity.log import record
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.actions._definitions import (
    TAKEN,
    insert_version,
    locked,
    make_indicator,
    number_in_use,
    put_in_use,
    require_operator,
    topic_called,
)
from exchange.kpis.choices import Standing
from exchange.kpis.models import Definition, Indicator
from exchange.kpis.texts import Text, clean_code, clean_definition, key_of
from exchange.partners.models import Organisation
from exchange.partners.viewers import in_office_now
from exchange.topics.models import Topic


@transaction.atomic
def propose_indicator(
    *, actor: Viewer, organisation: Organisation, code: str, topic: str, text: Text
) -> Indicator:
    """Propose an indicator that the catalogue lacks; its own organisation sees it until it is accepted.

    Raises Forbidden, Invalid by field, Conflict for a code that is taken.
    """
    actor = in_office_now(actor, organisation)
    _require_proposer(actor, organisation)
    code = clean_code(code)
    if Indicator.objects.filter(code=code, current__isnull=False).exists():
        raise Conflict(TAKEN)
    standing = Indicator.objects.filter(code=code, organisation=organisation).first()
    indicator = (
        _propose_anew(standing, topic_called(topic), text, organisation)
        if standing
        else make_indicator(code, topic_called(topic), text, organisation=organisation)
    )
    _steps.record_at_home("indicator.proposed", actor=actor, thing=indicator)
    return indicator


@transaction.atomic
def propose_version(
    *, actor: Viewer, organisation: Organisation, indicator: Indicator, text: Text
) -> Definition:
    """Propose another definition of an indicator in use.

    Raises Forbidden, Invalid by field, Conflict when the organisation's last proposal is still open.
    """
    actor = in_office_now(actor, organisation)
    _require_proposer(actor, organisation)
    indicator = locked(indicator)
    if indicator.current_id is None:
        raise Conflict(_("This KPI is still a proposal itself. Take it back, and propose it anew."))
    definition = _propose(indicator, text, organisation)
    _record_at(organisation, "indicator.revision_proposed", actor, indicator)
    return definition


@transaction.atomic
def accept_proposal(*, actor: Viewer, definition: Definition) -> Indicator:
    """Put a proposed definition in use; everybody sees the indicator then.

    Raises Forbidden for all but the operator, Conflict when it was decided on before.
    """
    require_operator(actor)
    indicator, definition = _open_proposal(definition)
    is_first = indicator.current_id is None
    before = indicator.effective_audience
    taken = Indicator.objects.filter(code=indicator.code, current__isnull=False)
    if is_first and taken.exists():
        raise Conflict(TAKEN)
    definition.standing, definition.decided_at = Standing.ACCEPTED, time.now()
    definition.version = number_in_use(indicator)
    definition.save(update_fields=["standing", "decided_at", "version"])
    if is_first:
        indicator.effective_audience = indicator.audience
    put_in_use(indicator, definition)
    _steps.record_for_readers(
        "indicator.accepted" if is_first else "indicator.revised",
        actor=actor,
        thing=indicator,
        before=before if is_first else None,
        version=definition.version,
    )
    return indicator


@transaction.atomic
def decline_proposal(*, actor: Viewer, definition: Definition, reason: str) -> Definition:
    """Decline a proposed definition, with a reason; the proposer does so to take it back.

    Raises Forbidden, Invalid without a reason, Conflict when it was decided on before.
    """
    if definition.organisation and not actor.is_system:
        actor = in_office_now(actor, definition.organisation)
    _steps.require(
        actor.is_system or policies.can_withdraw_proposal(actor, definition), _steps.ONLY_OPERATOR
    )
    indicator, definition = _open_proposal(definition)
    why = _steps.clean_reason(reason, needed=_("Say why, so that the proposer can mend it."))
    definition.standing, definition.decided_at = Standing.DECLINED, time.now()
    definition.decision_reason = why
    definition.save(update_fields=["standing", "decided_at", "decision_reason"])
    _record_at(definition.organisation, "indicator.declined", actor, indicator)
    return definition


def _require_proposer(actor: Viewer, organisation: Organisation) -> None:
    allowed = policies.can_propose(actor, organisation)
    _steps.require_at(actor, organisation, allowed, _("Only coordinators propose KPIs."))


def _propose(indicator: Indicator, text: Text, organisation: Organisation) -> Definition:
    """Store a proposed version; raise Conflict while the organisation has another."""
    open_one = Definition.objects.filter(
        indicator=indicator, organisation=organisation, standing=Standing.PROPOSED
    )
    if open_one.exists():
        raise Conflict(
            _("Your organisation has a proposal for this KPI already. Take it back first.")
        )
    return insert_version(indicator, clean_definition(text), Standing.PROPOSED, organisation)


def _propose_anew(
    indicator: Indicator, topic: Topic, text: Text, organisation: Organisation
) -> Indicator:
    """Propose again what was declined, or taken back."""
    indicator = locked(indicator)
    definition = _propose(indicator, text, organisation)
    indicator.topic, indicator.name = topic, definition.name
    indicator.sort_key = key_of(definition.name)
    _steps.save(indicator, "topic", "name", "sort_key")
    return indicator


def _open_proposal(definition: Definition) -> tuple[Indicator, Definition]:
    indicator = locked(definition.indicator)
    definition = Definition.objects.select_related("organisation__home_audience").get(
        pk=definition.pk
    )
    if definition.standing != Standing.PROPOSED:
        raise Conflict(_("This proposal was decided on before."))
    return indicator, definition


def _record_at(
    organisation: Organisation | None, verb: str, actor: Viewer, indicator: Indicator
) -> None:
    """Record what only the proposer hears of, about an indicator that others may see."""
    home = organisation.home_audience if organisation else None
    if organisation and home:
        record(
            verb,
            actor=actor,
            target=indicator,
            audience=home,
            home_audience=home,
            organisation_id=organisation.pk,
            version=indicator.lock,
        )
