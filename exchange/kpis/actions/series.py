"""Series: which indicators an organisation reports, how, to whom, and what it aims at."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from exchange.accounts.models import User
from exchange.audiences import actions as audiences
from exchange.audiences.choosing import covers
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Invalid
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.models import Indicator, Observation, Series, Target
from exchange.kpis.periods import Period, code_of, parse_period
from exchange.kpis.texts import Text, clean_series, clean_target
from exchange.partners.models import Membership, Organisation
from exchange.partners.policies import may_reach
from exchange.partners.viewers import in_office_now

# What of a series is its owner's own business.
AT_HOME = {"peer_consent", "responsible_id"}


@transaction.atomic
def begin_series(
    *,
    actor: Viewer,
    organisation: Organisation,
    indicator: Indicator,
    audience: Audience,
    text: Text | None = None,
    responsible: User | None = None,
    peer_consent: bool = False,
) -> Series:
    """Have an organisation report an indicator, by the version of its definition that is in use.

    `audience` sees the approved values. Of a reference port the operator begins public ones. Raises
    Forbidden, Invalid by field, Conflict when the organisation has the series already.
    """
    if not actor.is_system:
        actor = in_office_now(actor, organisation)
    allowed = policies.can_keep(actor, organisation)
    _steps.require_at(actor, organisation, allowed, _steps.ONLY_KEEPERS)
    _require_consent(actor, organisation, peer_consent)
    indicator = Indicator.objects.with_shown().get(pk=indicator.pk)
    if not policies.is_listed(indicator):
        raise Conflict(_("This KPI is not in use, so nothing is reported for it."))
    _require_reach(organisation, audience)
    _require_member(organisation, responsible)
    series = Series(
        definition=indicator.current,
        organisation=organisation,
        audience=audience,
        effective_audience=audience,
        home_audience=organisation.home_audience or audiences.public(),
        responsible=responsible,
        peer_consent=peer_consent,
        **clean_series(text or {}),
    )
    try:
        with transaction.atomic():
            series.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("Your organisation reports this KPI already.")) from error
    _steps.record_for_readers("series.begun", actor=actor, thing=series)
    _close_earlier(series, actor=actor)
    return series


@transaction.atomic
def revise_series(
    *,
    actor: Viewer,
    series: Series,
    lock: int,
    text: Text,
    responsible: User | None = None,
    peer_consent: bool = False,
) -> Series:
    """Change what is said of a series. The same words change nothing.

    The year's beginning stays once there are values or targets, whose periods it names. Raises Forbidden,
    Stale, Conflict, Invalid by field.
    """
    actor, series = _kept(actor, series, lock)
    if peer_consent != series.peer_consent:
        _require_consent(actor, series.organisation, True)
    if responsible is None or responsible.pk != series.responsible_id:
        _require_member(series.organisation, responsible)
    values: dict[str, Any] = clean_series(text)
    values |= {"responsible_id": responsible.pk if responsible else None}
    values |= {"peer_consent": peer_consent}
    if values.get("year_start", series.year_start) != series.year_start:
        _require_unnamed(series)
    changed = _steps.put(series, values)
    if changed:
        # A preview was made by the periods as they were named: it is made anew.
        series.revised += "year_start" in changed
        _steps.save(series, "revised", *changed)
        _record_change(actor, series, changed)
    return series


@transaction.atomic
def share_series(*, actor: Viewer, series: Series, lock: int, audience: Audience) -> Series:
    """Choose who sees the approved values besides their owner; it holds for all that there are.

    Raises Forbidden, Stale, Invalid for an audience that the owner does not reach.
    """
    actor, series = _kept(actor, series, lock)
    if audience.pk == series.audience_id:
        return series
    _require_reach(series.organisation, audience)
    before = series.effective_audience
    series.audience = series.effective_audience = audience
    _steps.save(series, "audience", "effective_audience")
    verb = "series.narrowed" if covers(before, audience) else "series.widened"
    _steps.record_for_readers(verb, actor=actor, thing=series, before=before)
    return series


@transaction.atomic
def close_series(*, actor: Viewer, series: Series, lock: int) -> Series:
    """Have no more values be entered; those that are there stay. Raises Forbidden, Stale."""
    actor, series = _kept(actor, series, lock)
    if series.closed_at is None:
        series.closed_at = time.now()
        series.revised += 1
        _steps.save(series, "closed_at", "revised")
        _steps.record_for_readers("series.closed", actor=actor, thing=series)
    return series


@transaction.atomic
def reopen_series(*, actor: Viewer, series: Series, lock: int) -> Series:
    """Have values be entered again. Raises Forbidden, Stale."""
    actor, series = _kept(actor, series, lock)
    if series.closed_at is not None:
        series.closed_at = None
        _steps.save(series, "closed_at")
        _steps.record_for_readers("series.reopened", actor=actor, thing=series)
    return series


@transaction.atomic
def set_target(*, actor: Viewer, series: Series, period: str, text: Text, lock: int = 0) -> Target:
    """Say what the series aims at in a period, or what it is measured against; a new word replaces.

    `lock` is that of the target that is replaced, 0 where there is none yet. The same words change
    nothing. Raises Forbidden, Stale, Conflict when the owner is not in the group that the series is
    shared with, Invalid by field.
    """
    actor, series = _kept(actor, series)
    _steps.require_reach(series)
    fields = {"upper": None, "note": "", **clean_target(text, series.definition)}
    days = _days(period, series)
    aim = fields.pop("aim", Target.aim.field.get_default())
    place = {"series": series, "aim": aim, "first": days.first, "last": days.last}
    target = Target.objects.filter(**place).first()
    if target is None:
        _require_unread(lock)
        target = Target.objects.create(**place, **fields, period=code_of(days, series.year_start))
    elif changed := _steps.put(target, fields):
        _steps.require_lock(target, lock)
        _steps.save(target, *changed)
    else:
        return target
    _steps.record_for_readers(
        "series.target_set", actor=actor, thing=series, aim=aim, period=target.period
    )
    return target


@transaction.atomic
def drop_target(*, actor: Viewer, target: Target, lock: int) -> None:
    """Have a target or a baseline be no more; one that is gone already stays so.

    It goes from those who read it at any time, also when nothing new reaches them. Raises Forbidden,
    Stale.
    """
    actor, series = _kept(actor, target.series)
    found = Target.objects.filter(pk=target.pk).first()
    if found is None:
        return
    _steps.require_lock(found, lock)
    found.delete()
    _steps.record_for_readers(
        "series.target_dropped", actor=actor, thing=series, aim=found.aim, period=found.period
    )


def _record_change(actor: Viewer, series: Series, changed: list[str]) -> None:
    """Record what of a series was changed: readers hear of what they read alone."""
    told = [name for name in sorted(changed) if name not in AT_HOME]
    tell = _steps.record_for_readers if told else _steps.record_at_home
    tell("series.changed", actor=actor, thing=series, fields=told or sorted(changed))


def _kept(actor: Viewer, series: Series, lock: int | None = None) -> tuple[Viewer, Series]:
    """Return actor and series as they are now; raise unless the actor may keep the series."""
    actor, series = _steps.locked(actor, series.pk)
    allowed = policies.can_keep(actor, series.organisation)
    _steps.require_at(actor, series.organisation, allowed, _steps.ONLY_KEEPERS)
    if lock is not None:
        _steps.require_lock(series, lock)
    return actor, series


def _days(period: str, series: Series) -> Period:
    """Return the days of a period as the series reckons its years; raise Invalid for what is none."""
    try:
        return parse_period(period, series.year_start)
    except ValidationError as error:
        raise Invalid({"period": error.messages}) from error


def _require_unread(lock: int) -> None:
    """Raise Conflict when the actor saw a target that is gone by now."""
    if lock:
        raise Conflict(_("This was dropped meanwhile. Set it anew if it is still to be there."))


def _close_earlier(series: Series, *, actor: Viewer) -> None:
    """Close what the organisation reported by earlier versions of the definition."""
    earlier = Series.objects.running().filter(
        organisation=series.organisation_id, definition__indicator=series.definition.indicator_id
    )
    for one in _steps.hold(
        set(earlier.exclude(pk=series.pk).values_list("pk", flat=True))
    ).values():
        one.closed_at = time.now()
        one.revised += 1
        _steps.save(one, "closed_at", "revised")
        _steps.record_for_readers("series.closed", actor=actor, thing=one)


def _require_unnamed(series: Series) -> None:
    """Raise Conflict when periods of values or targets are named by where the year begins now."""
    if (
        Observation.objects.filter(series=series).exists()
        or Target.objects.filter(series=series).exists()
    ):
        raise Conflict(
            _("The year’s beginning names the periods of values and targets that are there.")
        )


def _require_consent(actor: Viewer, organisation: Organisation, wanted: bool) -> None:
    if wanted:
        allowed = policies.can_consent(actor, organisation)
        words = _("Only coordinators decide whether values count in peer bands.")
        _steps.require_at(actor, organisation, allowed, words)


def _require_reach(organisation: Organisation, audience: Audience) -> None:
    """Raise Invalid unless the organisation shares with that audience; it leaves no group meanwhile."""
    audiences.hold_groups(audience)
    if not may_reach(organisation, audience):
        raise Invalid({"audience": [_("Your organisation does not share with this audience.")]})


def _require_member(organisation: Organisation, person: User | None) -> None:
    members = Membership.objects.active().filter(organisation=organisation, user=person)
    if person is not None and not members.exists():
        raise Conflict(_("Choose somebody of this organisation."))
