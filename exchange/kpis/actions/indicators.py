"""The catalogue: loading, revising, retiring indicators."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict
from exchange.kpis import catalogue
from exchange.kpis.actions import _steps
from exchange.kpis.actions._definitions import (
    first_version,
    insert_version,
    locked,
    put_in_use,
    require_operator,
)
from exchange.kpis.choices import Standing
from exchange.kpis.models import Definition, Indicator
from exchange.kpis.texts import DEFINITION_FIELDS, Text, clean_definition, key_of


@transaction.atomic
def load_catalogue(*, actor: Viewer, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Make the indicators of `catalogue.rows` that are not there, and revise what is defined otherwise.

    A definition that was proposed here and accepted stays: return the codes of those that the release
    defines otherwise. An empty catalogue is filled without an event: there is nobody yet to hear of
    it. Raises Forbidden for all but the operator.
    """
    require_operator(actor)
    listed = list(rows)
    in_use = Indicator.objects.filter(current__isnull=False)
    known = {one.code: one for one in in_use.with_shown()}
    made = _make_many([row for row in listed if row["code"] not in known])
    for indicator in made if known else []:
        _steps.record_for_readers("indicator.defined", actor=actor, thing=indicator)
    kept = []
    note = _("As release %(release)s defines it.") % {"release": catalogue.RELEASE}
    for row in listed:
        standing = known.get(row["code"])
        text = {name: row[name] for name in DEFINITION_FIELDS}
        if not (standing and standing.current and _differs(standing.current, text)):
            continue
        if standing.current.organisation_id:
            kept.append(standing.code)
            continue
        text["change_note"] = note
        revise_indicator(actor=actor, indicator=standing, lock=standing.lock, text=text)
    return kept


@transaction.atomic
def revise_indicator(*, actor: Viewer, indicator: Indicator, lock: int, text: Text) -> Indicator:
    """Give an indicator a new version of its definition; series say which one they follow.

    Raises Forbidden for all but the operator, Stale, Invalid by field.
    """
    require_operator(actor)
    indicator = locked(indicator)
    _steps.require_lock(indicator, lock)
    definition = insert_version(indicator, clean_definition(text), Standing.ACCEPTED)
    put_in_use(indicator, definition)
    _steps.record_for_readers(
        "indicator.revised", actor=actor, thing=indicator, version=definition.version
    )
    return indicator


@transaction.atomic
def retire_indicator(*, actor: Viewer, indicator: Indicator, lock: int, reason: str) -> Indicator:
    """Have no new values be entered for an indicator; what there is stays.

    Who reports it is mailed the reason. Raises Forbidden, Stale, Invalid without a reason, Conflict
    for what is only proposed.
    """
    require_operator(actor)
    why = _steps.clean_reason(reason, needed=_("Say why, for those who report it."))
    indicator = locked(indicator)
    _steps.require_lock(indicator, lock)
    if indicator.current_id is None:
        raise Conflict(_("This KPI is only proposed. Decline the proposal instead."))
    if indicator.retired_at is None:
        indicator.retired_at = time.now()
        _steps.save(indicator, "retired_at")
        _steps.record_for_readers("indicator.retired", actor=actor, thing=indicator, reason=why)
    return indicator


@transaction.atomic
def reinstate_indicator(*, actor: Viewer, indicator: Indicator, lock: int) -> Indicator:
    """Have values be entered again for a retired indicator. Raises Forbidden, Stale."""
    require_operator(actor)
    indicator = locked(indicator)
    _steps.require_lock(indicator, lock)
    if indicator.retired_at is not None:
        indicator.retired_at = None
        _steps.save(indicator, "retired_at")
        _steps.record_for_readers("indicator.reinstated", actor=actor, thing=indicator)
    return indicator


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
        indicator.current = first_version(indicator, fields, Standing.ACCEPTED)
        made.append(indicator)
        definitions.append(indicator.current)
    Indicator.objects.bulk_create(made)
    Definition.objects.bulk_create(definitions)
    return made


def _differs(definition: Definition, text: Text) -> bool:
    fields = clean_definition(text)
    return any(getattr(definition, name) != value for name, value in fields.items())
