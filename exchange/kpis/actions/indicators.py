"""The catalogue: defining, proposing, accepting, declining, retiring indicators."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.activity.log import record
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Invalid, Message
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.choices import Standing
from exchange.kpis.models import Definition, Indicator
from exchange.kpis.texts import (
    DEFINITION_FIELDS,
    Text,
    clean_code,
    clean_definition,
    key_of,
)
from exchange.partners.models import Organisation
from exchange.partners.viewers import in_office_now
from exchange.topics.models import Topic
from exchange.topics.naming import topics_named

TAKEN: Message = gettext_lazy("There is a KPI with this code already. Choose another code.")


@transaction.atomic
def load_catalogue(*, actor: Viewer, rows: Iterable[Mapping[str, Any]]) -> int:
    """Make the indicators of `catalogue.rows` that are not there; return how many there are in it.

    One whose definition is another by now gets a new version. An empty catalogue is filled without
    an event: there is nobody yet to hear of it. Raises Forbidden for all but the operator.
    """
    _require_operator(actor)
    listed = list(rows)
    in_use = Indicator.objects.filter(current__isnull=False)
    known = {one.code: one for one in in_use.with_shown()}
    made = _make_many([row for row in listed if row["code"] not in known])
    for indicator in made if known else []:
        _steps.record_for_readers("indicator.defined", actor=actor, thing=indicator)
    for row in listed:
        standing = known.get(row["code"])
        text = {name: row[name] for name in DEFINITION_FIELDS}
        if standing and standing.current and _differs(standing.current, text):
            revise_indicator(actor=actor, indicator=standing, lock=standing.lock, text=text)
    return len(listed)


@transaction.atomic
def define_indicator(*, actor: Viewer, code: str, topic: str, text: Text) -> Indicator:
    """Make an indicator with the first version of its definition; everybody sees it.

    Raises Forbidden for all but the operator, Invalid by field, Conflict for a code that is taken.
    """
    _require_operator(actor)
    indicator = _make(clean_code(code), _topic(topic), text)
    _steps.record_for_readers("indicator.defined", actor=actor, thing=indicator)
    return indicator


@transaction.atomic
def revise_indicator(*, actor: Viewer, indicator: Indicator, lock: int, text: Text) -> Indicator:
    """Give an indicator a new version of its definition; series say which one they follow.

    Raises Forbidden for all but the operator, Stale, Invalid by field.
    """
    _require_operator(actor)
    indicator = _locked(indicator)
    _steps.require_lock(indicator, lock)
    definition = _version(indicator, text, standing=Standing.ACCEPTED)
    _put_in_use(indicator, definition)
    _steps.record_for_readers(
        "indicator.revised", actor=actor, thing=indicator, version=definition.version
    )
    return indicator


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
        _propose_anew(standing, _topic(topic), text, organisation)
        if standing
        else _make(code, _topic(topic), text, organisation=organisation)
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
    indicator = _locked(indicator)
    if indicator.current_id is None:
        raise Conflict(_("This KPI is still a proposal itself. Take it back, and propose it anew."))
    definition = _version(indicator, text, standing=Standing.PROPOSED, organisation=organisation)
    _record_at(organisation, "indicator.revision_proposed", actor, indicator)
    return definition


@transaction.atomic
def accept_proposal(*, actor: Viewer, definition: Definition) -> Indicator:
    """Put a proposed definition in use; everybody sees the indicator then.

    Raises Forbidden for all but the operator, Conflict when it was decided on before.
    """
    _require_operator(actor)
    indicator, definition = _open_proposal(definition)
    is_first = indicator.current_id is None
    before = indicator.effective_audience
    taken = Indicator.objects.filter(code=indicator.code, current__isnull=False)
    if is_first and taken.exists():
        raise Conflict(TAKEN)
    definition.standing, definition.decided_at = Standing.ACCEPTED, time.now()
    definition.version = _next_version(indicator, but=definition)
    definition.save(update_fields=["standing", "decided_at", "version"])
    if is_first:
        indicator.effective_audience = indicator.audience
    _put_in_use(indicator, definition)
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


@transaction.atomic
def retire_indicator(*, actor: Viewer, indicator: Indicator, lock: int) -> Indicator:
    """Have no new values be entered for an indicator; what there is stays. Raises Forbidden, Stale."""
    _require_operator(actor)
    indicator = _locked(indicator)
    _steps.require_lock(indicator, lock)
    if indicator.retired_at is None:
        indicator.retired_at = time.now()
        _steps.save(indicator, "retired_at")
        _steps.record_for_readers("indicator.retired", actor=actor, thing=indicator)
    return indicator


@transaction.atomic
def reinstate_indicator(*, actor: Viewer, indicator: Indicator, lock: int) -> Indicator:
    """Have values be entered again for a retired indicator. Raises Forbidden, Stale."""
    _require_operator(actor)
    indicator = _locked(indicator)
    _steps.require_lock(indicator, lock)
    if indicator.retired_at is not None:
        indicator.retired_at = None
        _steps.save(indicator, "retired_at")
        _steps.record_for_readers("indicator.reinstated", actor=actor, thing=indicator)
    return indicator


def _require_operator(actor: Viewer) -> None:
    _steps.require(policies.can_keep_catalogue(actor), _steps.ONLY_OPERATOR)


def _require_proposer(actor: Viewer, organisation: Organisation) -> None:
    allowed = policies.can_propose(actor, organisation)
    _steps.require_at(actor, organisation, allowed, _("Only coordinators propose KPIs."))


def _topic(code: str) -> Topic:
    try:
        return topics_named([code], most=1)[0]
    except ValidationError as error:
        raise Invalid({"topic": error.messages}) from error


def _make(
    code: str, topic: Topic, text: Text, organisation: Organisation | None = None
) -> Indicator:
    """Make an indicator and its first version: the operator's in use at once, a proposal not."""
    everybody = audiences.public()
    home = (organisation and organisation.home_audience) or everybody
    fields = clean_definition(text)
    indicator = Indicator(
        code=code,
        name=fields["name"],
        sort_key=key_of(fields["name"]),
        topic=topic,
        organisation=organisation,
        audience=everybody,
        effective_audience=home,
        home_audience=home,
    )
    standing = Standing.PROPOSED if organisation else Standing.ACCEPTED
    definition = _first_version(indicator, fields, standing, organisation)
    if organisation is None:
        indicator.current = definition
    try:
        with transaction.atomic():
            # Each names the other: keys are checked when the transaction ends.
            indicator.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(TAKEN) from error
    definition.save(force_insert=True)
    return indicator


def _first_version(
    indicator: Indicator,
    fields: dict[str, Any],
    standing: Standing,
    organisation: Organisation | None = None,
) -> Definition:
    """Return the first version of a definition, not stored yet."""
    return Definition(
        indicator=indicator,
        version=1,
        standing=standing,
        organisation=organisation,
        decided_at=time.now() if standing == Standing.ACCEPTED else None,
        **fields,
    )


def _make_many(rows: Sequence[Mapping[str, Any]]) -> list[Indicator]:
    """Make indicators of the catalogue with their definitions in use; two queries for all."""
    everybody = audiences.public()
    made: list[Indicator] = []
    definitions: list[Definition] = []
    for row in rows:
        fields = clean_definition({name: row[name] for name in DEFINITION_FIELDS})
        indicator = Indicator(
            code=row["code"],
            name=fields["name"],
            sort_key=key_of(fields["name"]),
            topic_id=row["topic"],
            audience=everybody,
            effective_audience=everybody,
            home_audience=everybody,
        )
        indicator.current = _first_version(indicator, fields, Standing.ACCEPTED)
        made.append(indicator)
        definitions.append(indicator.current)
    Indicator.objects.bulk_create(made)
    Definition.objects.bulk_create(definitions)
    return made


def _version(
    indicator: Indicator,
    text: Text,
    *,
    standing: Standing,
    organisation: Organisation | None = None,
) -> Definition:
    open_one = Definition.objects.filter(
        indicator=indicator, organisation=organisation, standing=Standing.PROPOSED
    )
    if organisation and open_one.exists():
        raise Conflict(
            _("Your organisation has a proposal for this KPI already. Take it back first.")
        )
    return _insert_version(indicator, clean_definition(text), standing, organisation)


def _insert_version(
    indicator: Indicator,
    fields: dict[str, Any],
    standing: Standing,
    organisation: Organisation | None,
) -> Definition:
    return Definition.objects.create(
        indicator=indicator,
        version=_next_version(indicator),
        standing=standing,
        organisation=organisation,
        decided_at=time.now() if standing == Standing.ACCEPTED else None,
        **fields,
    )


def _next_version(indicator: Indicator, but: Definition | None = None) -> int:
    """Return the number of the version that comes after all others."""
    others = Definition.objects.filter(indicator=indicator)
    others = others.exclude(pk=but.pk) if but else others
    return int(others.aggregate(most=Max("version"))["most"] or 0) + 1


def _propose_anew(
    indicator: Indicator, topic: Topic, text: Text, organisation: Organisation
) -> Indicator:
    """Propose again what was declined, or taken back."""
    indicator = _locked(indicator)
    definition = _version(indicator, text, standing=Standing.PROPOSED, organisation=organisation)
    indicator.topic, indicator.name = topic, definition.name
    indicator.sort_key = key_of(definition.name)
    _steps.save(indicator, "topic", "name", "sort_key")
    return indicator


def _put_in_use(indicator: Indicator, definition: Definition) -> None:
    indicator.current = definition
    indicator.name, indicator.sort_key = definition.name, key_of(definition.name)
    _steps.save(indicator, "current", "name", "sort_key", "effective_audience")


def _locked(indicator: Indicator) -> Indicator:
    Indicator.objects.select_for_update().only("pk").get(pk=indicator.pk)
    rows = Indicator.objects.select_related(
        "current", "audience", "effective_audience", "home_audience"
    )
    found: Indicator = rows.get(pk=indicator.pk)
    return found


def _open_proposal(definition: Definition) -> tuple[Indicator, Definition]:
    indicator = _locked(definition.indicator)
    definition = Definition.objects.select_related("organisation__home_audience").get(
        pk=definition.pk
    )
    if definition.standing != Standing.PROPOSED:
        raise Conflict(_("This proposal was decided on before."))
    return indicator, definition


def _differs(definition: Definition, text: Text) -> bool:
    fields = clean_definition(text)
    return any(getattr(definition, name) != value for name, value in fields.items())


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
