import datetime as dt
from dataclasses import replace
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exchange.common.zones import offered
from exchange.digests.periods import Cadence, Period, Schedule, first_instant, period_of

FROM, UNTIL = dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.datetime(2029, 1, 1, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)

schedules = st.builds(
    Schedule,
    cadence=st.sampled_from(Cadence),
    weekday=st.integers(1, 7),
    hour=st.integers(0, 23),
    zone=st.sampled_from(sorted({zone for zone, _city in offered()})).map(ZoneInfo),
)


def wish(
    zone: str, *, cadence: Cadence = Cadence.DAILY, weekday: int = 1, hour: int = 2
) -> Schedule:
    return Schedule(cadence=cadence, weekday=weekday, hour=hour, zone=ZoneInfo(zone))


def five_years(schedule: Schedule) -> list[tuple[Period, dt.datetime]]:
    found = []
    for period, due in schedule.after(FROM):
        if due >= UNTIL:
            return found
        found.append((period, due))
    raise AssertionError


@settings(max_examples=40, deadline=None)
@given(schedules)
@example(wish("Asia/Kathmandu"))
@example(wish("Pacific/Chatham"))
@example(wish("Pacific/Chatham", hour=3))
@example(wish("Pacific/Apia", hour=0))
@example(wish("Australia/Lord_Howe"))
@example(wish("Europe/Stockholm"))
@example(wish("Africa/Cairo", hour=0))
@example(wish("America/Los_Angeles", cadence=Cadence.WEEKLY, weekday=7))
def test_each_period_has_one_due_moment_and_periods_tile(schedule: Schedule) -> None:
    found = five_years(schedule)
    for (one, due_one), (two, due_two) in pairwise(found):
        assert one.end == two.start
        assert due_one < due_two
    assert len({period.key for period, _due in found}) == len(found)


@settings(max_examples=40, deadline=None)
@given(schedules)
@example(wish("Europe/Stockholm"))
@example(wish("Pacific/Chatham", hour=3))
def test_the_mail_leaves_at_the_wished_hour_or_right_after_the_gap(schedule: Schedule) -> None:
    for period, due in five_years(schedule):
        local = due.astimezone(schedule.zone).replace(tzinfo=None)
        wanted = dt.datetime.combine(schedule.send_day(period), dt.time(schedule.hour))
        before = (due - SECOND).astimezone(schedule.zone).replace(tzinfo=None)
        assert period.start <= schedule.send_day(period) < period.end
        assert local == wanted or before < wanted < local


@settings(max_examples=40, deadline=None)
@given(schedules, st.datetimes(FROM.replace(tzinfo=None), UNTIL.replace(tzinfo=None)))
def test_the_newest_due_period_is_the_last_whose_moment_has_come(
    schedule: Schedule, naive: dt.datetime
) -> None:
    now = naive.replace(tzinfo=dt.UTC)
    period, due = schedule.newest_due(now)
    assert due <= now < schedule.due(period.following)
    assert schedule.newest_due(due) == (period, due)
    assert schedule.newest_due(due - SECOND)[0] == period.preceding


@pytest.mark.parametrize("cadence", list(Cadence))
@given(day=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_is_in_its_own_period(cadence: Cadence, day: dt.date) -> None:
    period = period_of(day, cadence)
    assert period.start <= day < period.end
    assert period.following.preceding == period == period.preceding.following


@pytest.mark.parametrize(
    ("day", "cadence", "key"),
    [
        ("2026-10-25", Cadence.WEEKLY, "2026-W43"),
        ("2026-10-25", Cadence.DAILY, "2026-10-25"),
        ("2026-10-25", Cadence.MONTHLY, "2026-10"),
        ("2026-12-31", Cadence.WEEKLY, "2026-W53"),
        ("2027-01-03", Cadence.WEEKLY, "2026-W53"),
        ("2027-01-04", Cadence.WEEKLY, "2027-W01"),
        ("2024-12-30", Cadence.WEEKLY, "2025-W01"),
        ("2028-02-29", Cadence.DAILY, "2028-02-29"),
        ("2026-11-27", Cadence.WORKDAYS, "2026-11-27"),
        ("2026-11-28", Cadence.WORKDAYS, "2026-11-30"),
        ("2026-11-29", Cadence.WORKDAYS, "2026-11-30"),
        ("2026-11-30", Cadence.WORKDAYS, "2026-11-30"),
    ],
)
def test_a_period_bears_its_calendar_name(day: str, cadence: Cadence, key: str) -> None:
    assert period_of(dt.date.fromisoformat(day), cadence).key == key


@pytest.mark.parametrize(
    ("zone", "day", "hour", "instant"),
    [
        ("Europe/Stockholm", "2026-11-23", 8, "2026-11-23T07:00"),
        ("Europe/Stockholm", "2026-03-29", 2, "2026-03-29T01:00"),  # skipped: 02:00 to 03:00
        ("Europe/Stockholm", "2026-10-25", 2, "2026-10-25T00:00"),  # comes twice
        ("America/Los_Angeles", "2026-03-08", 2, "2026-03-08T10:00"),
        ("Asia/Kathmandu", "2026-11-23", 9, "2026-11-23T03:15"),
        ("Pacific/Chatham", "2026-09-27", 3, "2026-09-26T14:00"),  # 02:45 becomes 03:45
        ("Australia/Lord_Howe", "2026-10-04", 2, "2026-10-03T15:30"),  # half an hour is skipped
        ("Pacific/Apia", "2011-12-30", 8, "2011-12-30T10:00"),  # a day that never was
    ],
)
def test_the_first_instant_of_an_hour(zone: str, day: str, hour: int, instant: str) -> None:
    found = first_instant(dt.date.fromisoformat(day), hour, ZoneInfo(zone))
    assert found == dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)


def test_a_monthly_mail_leaves_on_the_first_such_weekday() -> None:
    schedule = wish("UTC", cadence=Cadence.MONTHLY, weekday=3)
    dues = [due for _period, due in islice(schedule.after(FROM), 3)]
    assert [f"{due:%a %d %b}" for due in dues] == ["Wed 03 Jan", "Wed 07 Feb", "Wed 06 Mar"]


def test_a_period_that_has_its_mail_is_not_promised_again() -> None:
    schedule = wish("UTC", cadence=Cadence.WEEKLY, weekday=5)
    now = dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC)
    days = [f"{due:%d %b}" for due in schedule.next_due(now, taken=frozenset({"2026-W47"}))]
    assert days == ["27 Nov", "04 Dec", "11 Dec"]


def test_no_mail_leaves_at_weekends_where_the_reader_lives() -> None:
    schedule = wish("Pacific/Auckland", cadence=Cadence.WORKDAYS, hour=0)
    dues = [due.astimezone(schedule.zone) for _period, due in islice(schedule.after(FROM), 200)]
    assert {due.isoweekday() for due in dues} == {1, 2, 3, 4, 5}


def test_a_day_has_one_mail_whether_daily_or_on_workdays() -> None:
    monday = dt.date(2026, 11, 30)
    assert period_of(monday, Cadence.DAILY).key == period_of(monday, Cadence.WORKDAYS).key


def test_each_cadence_knows_those_that_bring_fewer_mails() -> None:
    assert Cadence.DAILY.rarer == (Cadence.WORKDAYS, Cadence.WEEKLY, Cadence.MONTHLY)
    assert Cadence.MONTHLY.rarer == ()


def test_none_is_promised_in_a_pause() -> None:
    pause = (dt.date(2026, 11, 20), dt.date(2026, 12, 4))
    schedule = replace(wish("UTC", cadence=Cadence.WEEKLY, weekday=5), pause=pause)
    days = [f"{due:%d %b}" for due in schedule.next_due(dt.datetime(2026, 11, 18, tzinfo=dt.UTC))]
    assert days == ["11 Dec", "18 Dec", "25 Dec"]
