"""When a digest is due: pure functions of dates, hours and zones.

A period is a day, a working day with the weekend before it, an ISO week or a calendar month of the
reader's own calendar, and has exactly one due moment: the chosen hour on its send day. Nothing here
asks when the last mail was sent.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

ONE_DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)
SATURDAY = 6


class Cadence(models.TextChoices):
    """How often a digest comes."""

    WEEKLY = "weekly", _("every week")
    DAILY = "daily", _("every day")
    WORKDAYS = "workdays", _("from Monday to Friday")
    MONTHLY = "monthly", _("every month")

    @property
    def rarer(self) -> "tuple[Cadence, ...]":
        """Return the cadences that bring fewer mails, the next one down first."""
        order = (Cadence.DAILY, Cadence.WORKDAYS, Cadence.WEEKLY, Cadence.MONTHLY)
        return order[order.index(self) + 1 :]


@dataclass(frozen=True)
class Period:
    """The days from `start` up to, not including, `end`, in the reader's calendar."""

    cadence: Cadence
    start: dt.date
    end: dt.date

    @property
    def key(self) -> str:
        """Return the name of the period: "2026-W43", "2026-10-25" or "2026-10"."""
        if self.cadence == Cadence.WEEKLY:
            year, week, _weekday = self.start.isocalendar()
            return f"{year}-W{week:02}"
        if self.cadence == Cadence.MONTHLY:
            return f"{self.start:%Y-%m}"
        # A day has one mail, whether it is wished for every day or from Monday to Friday.
        return self.last_day.isoformat()

    @property
    def last_day(self) -> dt.date:
        return self.end - ONE_DAY

    @property
    def following(self) -> "Period":
        return period_of(self.end, self.cadence)

    @property
    def preceding(self) -> "Period":
        return period_of(self.start - ONE_DAY, self.cadence)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A reader's wish: `weekday` is 1 (Monday) to 7, and means nothing to a daily digest.

    A monthly digest leaves on the first such weekday of the month. `pause` is the first and the last
    day on which none leaves, in the reader's calendar.
    """

    cadence: Cadence
    weekday: int
    hour: int
    zone: ZoneInfo
    pause: tuple[dt.date, dt.date] | None = None

    def rests(self, moment: dt.datetime) -> bool:
        """Tell whether `moment` is on a day on which the reader wants no mail."""
        if self.pause is None:
            return False
        first, last = self.pause
        return first <= moment.astimezone(self.zone).date() <= last

    def send_day(self, period: Period) -> dt.date:
        """Return the one day of the period on which its digest leaves."""
        if self.cadence in {Cadence.DAILY, Cadence.WORKDAYS}:
            return period.last_day
        return period.start + ONE_DAY * ((self.weekday - period.start.isoweekday()) % 7)

    def due(self, period: Period) -> dt.datetime:
        """Return the instant (UTC) at which the period's digest is due."""
        return first_instant(self.send_day(period), self.hour, self.zone)

    def newest_due(self, now: dt.datetime) -> tuple[Period, dt.datetime]:
        """Return the last period whose due moment has come, and that moment."""
        period = period_of(now.astimezone(self.zone).date(), self.cadence)
        while (due := self.due(period)) > now:
            period = period.preceding
        return period, due

    def after(self, now: dt.datetime) -> Iterator[tuple[Period, dt.datetime]]:
        """Yield the periods that fall due after `now`, with their due moments, soonest first."""
        period, _due = self.newest_due(now)
        while True:
            period = period.following
            yield period, self.due(period)

    def next_due(
        self, now: dt.datetime, count: int = 3, *, taken: frozenset[str] = frozenset()
    ) -> list[dt.datetime]:
        """Return the next `count` moments at which a mail leaves.

        That is without those of periods whose keys are `taken`, and without the pause.
        """
        free = (due for period, due in self.after(now) if period.key not in taken)
        return list(islice((due for due in free if not self.rests(due)), count))


def period_of(day: dt.date, cadence: Cadence) -> Period:
    """Return the period of that cadence which holds `day`."""
    if cadence == Cadence.DAILY:
        return Period(cadence, day, day + ONE_DAY)
    if cadence == Cadence.WORKDAYS:
        return _working_day(day)
    if cadence == Cadence.WEEKLY:
        monday = day - ONE_DAY * (day.isoweekday() - 1)
        return Period(cadence, monday, monday + 7 * ONE_DAY)
    first = day.replace(day=1)
    return Period(cadence, first, (first + 31 * ONE_DAY).replace(day=1))


def _working_day(day: dt.date) -> Period:
    """Return the day by itself; a Monday has the weekend before it."""
    since_saturday = (day.isoweekday() - SATURDAY) % 7
    if since_saturday > 2:
        return Period(Cadence.WORKDAYS, day, day + ONE_DAY)
    saturday = day - since_saturday * ONE_DAY
    return Period(Cadence.WORKDAYS, saturday, saturday + 3 * ONE_DAY)


def first_instant(day: dt.date, hour: int, zone: ZoneInfo) -> dt.datetime:
    """Return the first instant (UTC) at which clocks in `zone` show `hour` of `day`, or later.

    An hour that comes twice counts the first time. For an hour that is skipped it is the instant
    at which clocks jump over it.
    """
    wanted = dt.datetime.combine(day, dt.time(hour))
    instant = wanted.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if _shown(instant, zone) == wanted:
        return instant
    # In a gap fold=0 reads the clock as before the jump, fold=1 as after: the jump is in between.
    early = wanted.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    while instant - early > SECOND:
        middle = early + (instant - early) // (2 * SECOND) * SECOND
        if _shown(middle, zone) >= wanted:
            instant = middle
        else:
            early = middle
    return instant


def _shown(instant: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
