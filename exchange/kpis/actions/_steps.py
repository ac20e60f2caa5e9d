"""The steps that the actions on KPIs share."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.activity.log import record_all, unwritten
from exchange.activity.models import Event
from exchange.audiences import actions as audiences
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.cleaning import clean_block, shortened
from exchange.common.errors import Conflict, Forbidden, Invalid, Message, Stale
from exchange.kpis.models import Indicator, Series
from exchange.kpis.models.observation import REASON_LENGTH
from exchange.partners.models import Organisation
from exchange.partners.policies import may_reach, why_not
from exchange.partners.viewers import in_office_now

ONLY_WRITERS: Message = gettext_lazy("Only who writes for this organisation enters its values.")
ONLY_KEEPERS: Message = gettext_lazy(
    "Only reviewers and coordinators of this organisation keep its KPIs."
)
ONLY_OPERATOR: Message = gettext_lazy("Only the operator keeps the catalogue of KPIs.")
CLOSED: Message = gettext_lazy(
    "This series is closed: its values are read, and none are added. Open it again first."
)
RETIRED: Message = gettext_lazy("This KPI is retired: no new values are entered for it.")


def locked(actor: Viewer, series_id: UUID) -> tuple[Viewer, Series]:
    """Return the actor as they are now and the series, nobody else's to change meanwhile.

    The organisation's row is locked before the series'.
    """
    owner = Series.objects.values_list("organisation", flat=True).get(pk=series_id)
    organisation = Organisation.objects.get(pk=owner)
    if not actor.is_system:
        actor = in_office_now(actor, organisation)
    return actor, hold([series_id])[series_id]


def hold(ids: Collection[UUID], *, to_publish: bool = False) -> dict[UUID, Series]:
    """Lock series in one order, and return them as they are now.

    `to_publish`: what is new of them goes to their audiences at once. Then their owners and all groups
    that they are shared with are locked before, each in one order too: of two who publish the one
    waits for the other, and never both.
    """
    if to_publish:
        _hold_reach(ids)
    list(Series.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    audiences = ("audience", "effective_audience", "home_audience")
    rows = Series.objects.filter(pk__in=ids).select_related(*audiences)
    return {one.pk: one for one in rows.with_place()}


def _hold_reach(ids: Collection[UUID]) -> None:
    rows = Series.objects.filter(pk__in=ids).order_by()
    owners = Organisation.objects.filter(pk__in=rows.values("organisation"))
    list(owners.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    audiences.hold_groups(*Audience.objects.filter(pk__in=rows.values("audience")))


def require(allowed: bool, message: Message) -> None:
    """Raise Forbidden with `message` unless `allowed`."""
    if not allowed:
        raise Forbidden(message)


def require_at(actor: Viewer, organisation: Organisation, allowed: bool, message: Message) -> None:
    """Raise Forbidden unless `allowed`, or for the operator; say so when the partner takes no part."""
    require(actor.is_system or allowed, why_not(actor, organisation.pk, message))


def require_lock(row: Any, lock: int) -> None:
    """Raise Stale when a row has changed since the caller saw `lock`."""
    if row.lock != lock:
        raise Stale(
            _("This has changed meanwhile. Read it again and merge the changes."), current=row.lock
        )


def require_open(series: Series) -> None:
    """Raise Conflict when no values are added to the series, or to any of its KPI, any more."""
    if series.closed_at is not None:
        raise Conflict(CLOSED)
    if series.definition.indicator.retired_at is not None:
        raise Conflict(RETIRED)


def require_reach(*shared: Series) -> None:
    """Raise Conflict unless what is new of each of the locked series may go to its audience.

    Their owners leave no group meanwhile.
    """
    audiences.hold_groups(*{one.audience for one in shared})
    for series in shared:
        if not may_reach(series.organisation, series.audience):
            raise Conflict(
                _(
                    "“%(series)s” is shared with a group that its owner is not in now, or whose "
                    "agreement is over: nothing new is published there. Share the series with another "
                    "audience first."
                )
                % {"series": series}
            )


def clean_reason(text: str, *, needed: Message = "") -> str:
    """Return a reason as it is stored. Raises Invalid for one too long, and with `needed` for none."""
    try:
        reason = shortened(clean_block(text), REASON_LENGTH)
    except ValidationError as error:
        raise Invalid({"reason": error.messages}) from error
    if needed and not reason:
        raise Invalid({"reason": [needed]})
    return reason


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


def record_for_readers(
    verb: str,
    *,
    actor: Viewer,
    thing: Indicator | Series,
    before: Audience | None = None,
    **data: Any,
) -> None:
    """Record what everybody may hear of who may see the thing now, `before` who could."""
    record_all([for_readers(verb, thing, before=before, **data)], actor=actor)


def record_at_home(verb: str, *, actor: Viewer, thing: Indicator | Series, **data: Any) -> None:
    """Record what its own organisation hears of, and nobody else."""
    record_all([at_home(verb, thing, **data)], actor=actor)


def for_readers(
    verb: str, thing: Indicator | Series, *, before: Audience | None = None, **data: Any
) -> Event:
    """Return the event that `record_for_readers` records."""
    return _event(verb, thing, thing.effective_audience, audience_before=before, data=data)


def at_home(verb: str, thing: Indicator | Series, **data: Any) -> Event:
    """Return the event that `record_at_home` records."""
    return _event(verb, thing, thing.home_audience, data=data)


def _event(verb: str, thing: Indicator | Series, audience: Audience, **rest: Any) -> Event:
    return unwritten(
        verb,
        target=thing,
        audience=audience,
        home_audience=thing.home_audience,
        organisation_id=thing.organisation_id,
        version=thing.lock,
        **rest,
    )
