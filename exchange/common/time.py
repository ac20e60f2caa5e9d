"""The only clock, and what it says in a reader's zone."""

import datetime as dt
import zoneinfo
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC, shifted by `EXCHANGE_CLOCK_OFFSET` seconds."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=settings.CLOCK_OFFSET)


def today(zone_name: str) -> dt.date:
    """Return the day that it is in a zone."""
    return now().astimezone(zone(zone_name)).date()


@cache
def _known() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def span(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the first and the last moment of the days (UTC), as `__range` takes them.

    Unlike `__date__range` it uses an index, and SQLite need not ask Python for every row.
    """
    return (
        dt.datetime.combine(first, dt.time.min, dt.UTC),
        dt.datetime.combine(last, dt.time.max, dt.UTC),
    )


def validate_zone(value: str) -> None:
    """Raise ValidationError unless `value` is an IANA zone that this machine knows."""
    if value not in _known():
        raise ValidationError(
            _("“%(value)s” is no time zone we know. Use a name such as Europe/Stockholm."),
            code="unknown_zone",
            params={"value": value},
        )


def written(moment: dt.datetime, zone_name: str) -> str:
    """Return a moment as people of a zone write it, without the zone: 23 November 2026, 08:00."""
    return date_format(moment.astimezone(zone(zone_name)), "j F Y, H:i")


def zone(name: str) -> zoneinfo.ZoneInfo:
    """Return the zone of that name, or UTC when this machine does not know it."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
