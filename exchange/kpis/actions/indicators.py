"""The catalogue: defining, revising, retiring indicators."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.kpis.actions import _steps
from exchange.kpis.actions._definitions import (
    first_version,
    insert_version,
    locked,
    make_indicator,
    put_in_use,
    require_operator,
    topic_called,
)
from exchange.kpis.choices import Standing
from exchange.kpis.models import Definition, Indicator
from exchange.kpis.texts import DEFINITION_FIELDS, Text, clean_code, clean_definition, key_of


@transaction.atomic
def load_catalogue(*, actor: Viewer, rows: Iterable[Mapping[str, Any]]) -> int:
    """Make the indicators of `catalogue.rows` that are not there; return how many there are in it.

    One whose definition is another by now gets a new version. An empty catalogue is filled without
    an event: there is nobody yet to hear of it. Raises Forbidden for all but the operator.
    """
    require_operator(actor)
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
    require_operator(actor)
    indicator = make_indicator(clean_code(code), topic_called(topic), text)
    _steps.record_for_readers("indicator.defined", actor=actor, thing=indicator)
    return indicator


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
def retire_indicator(*, actor: Viewer, indicator: Indicator, lock: int) -> Indicator:
    """Have no new values be entered for an indicator; what there is stays. Raises Forbidden, Stale."""
    require_operator(actor)
    indicator = locked(indicator)
    _steps.require_lock(indicator, lock)
    if indicator.retired_at is None:
        indicator.retired_at = time.now()
        _steps.save(indicator, "retired_at")
        _steps.record_for_readers("indicator.retired", actor=actor, thing=indicator)
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
