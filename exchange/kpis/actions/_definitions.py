"""The steps that the actions on indicators and their definitions share."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy

from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Invalid, Message
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.choices import Standing
from exchange.kpis.models import Definition, Indicator
from exchange.kpis.texts import Text, clean_definition, key_of
from exchange.partners.models import Organisation
from exchange.topics.models import Topic
from exchange.topics.naming import topics_named

TAKEN: Message = gettext_lazy("There is a KPI with this code already. Choose another code.")


def require_operator(actor: Viewer) -> None:
    """Raise Forbidden unless the actor keeps the catalogue."""
    _steps.require(policies.can_keep_catalogue(actor), _steps.ONLY_OPERATOR)


def topic_called(code: str) -> Topic:
    """Return a topic by its code; raise Invalid where there is none."""
    try:
        return topics_named([code], most=1)[0]
    except ValidationError as error:
        raise Invalid({"topic": error.messages}) from error


def make_indicator(code: str, topic: Topic, text: Text, organisation: Organisation) -> Indicator:
    """Make an indicator that an organisation proposes, and its first version."""
    everybody = audiences.public()
    home = organisation.home_audience or everybody
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
    definition = first_version(indicator, fields, Standing.PROPOSED, organisation)
    try:
        with transaction.atomic():
            indicator.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(TAKEN) from error
    definition.save(force_insert=True)
    return indicator


def first_version(
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


def insert_version(
    indicator: Indicator,
    fields: dict[str, Any],
    standing: Standing,
    organisation: Organisation | None = None,
) -> Definition:
    """Store another version: one in use, or an organisation's proposal."""
    is_used = standing == Standing.ACCEPTED
    return Definition.objects.create(
        indicator=indicator,
        version=number_in_use(indicator) if is_used else next_version(indicator),
        standing=standing,
        organisation=organisation,
        decided_at=time.now() if is_used else None,
        **fields,
    )


def next_version(indicator: Indicator) -> int:
    """Return the number that comes after all others."""
    others = Definition.objects.filter(indicator=indicator)
    return int(others.aggregate(most=Max("version"))["most"] or 0) + 1


def number_in_use(indicator: Indicator) -> int:
    """Return the number of the next version in use: no gap tells readers of what was proposed.

    The proposal that has it gets another; those numbers mean nothing.
    """
    all_of_it = Definition.objects.filter(indicator=indicator)
    used = all_of_it.filter(standing=Standing.ACCEPTED).aggregate(most=Max("version"))["most"]
    number = int(used or 0) + 1
    all_of_it.filter(version=number).update(version=next_version(indicator))
    return number


def put_in_use(indicator: Indicator, definition: Definition) -> None:
    """Have a definition be that of the locked indicator."""
    indicator.current = definition
    indicator.name, indicator.sort_key = definition.name, key_of(definition.name)
    _steps.save(indicator, "current", "name", "sort_key", "effective_audience")


def locked(indicator: Indicator) -> Indicator:
    """Lock an indicator, and return it as it is now."""
    Indicator.objects.select_for_update().only("pk").get(pk=indicator.pk)
    rows = Indicator.objects.select_related(
        "current", "audience", "effective_audience", "home_audience"
    )
    found: Indicator = rows.get(pk=indicator.pk)
    return found
