"""Calendars, read by the `icalendar` library: what is in them, for whom, and at which moment."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar

from exchange.accounts.models import User
from exchange.agreements import actions
from exchange.agreements.models import Meeting
from exchange.agreements.models.workstream import QUARTER
from exchange.audiences.viewer import Role
from exchange.common import dates, time
from exchange.lessons.models import Lesson
from exchange.partners.models import Membership
from tests.agreements.factories import again, ask, confirm, leave, make_agreement
from tests.agreements.pages import form_of
from tests.agreements.work import HOUR, action, meeting, milestone, name_lead, plan, report
from tests.cast import Cast, eyes
from tests.lessons.factories import make_lesson
from tests.lessons.pages import browser

TOMORROW = dt.timedelta(days=1)
STOCKHOLM, LOS_ANGELES = "Europe/Stockholm", "America/Los_Angeles"


def feed(token: str) -> list[Any]:
    """Return the events of a calendar at its address."""
    answer = Client().get(f"/calendars/{token}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def titles(token: str) -> list[str]:
    return [str(event["summary"]) for event in feed(token)]


def file_of(cast: Cast, called: Meeting) -> Any:
    answer = browser(cast.gothenburg.reader).get(f"/meetings/{called.pk}/meeting.ics")
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    return event


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        # The night to 25 October 2026 has 02:30 twice in Gothenburg, the first an hour earlier.
        (STOCKHOLM, "2026-10-25T01:30", "2026-10-24T23:30"),
        (STOCKHOLM, "2026-10-25T02:30", "2026-10-25T00:30"),
        (STOCKHOLM, "2026-10-25T03:30", "2026-10-25T02:30"),
        # The night to 29 March 2026 has no 02:30 there.
        (STOCKHOLM, "2026-03-29T01:30", "2026-03-29T00:30"),
        (STOCKHOLM, "2026-03-29T03:30", "2026-03-29T01:30"),
        (LOS_ANGELES, "2026-11-01T01:30", "2026-11-01T08:30"),
        (LOS_ANGELES, "2026-11-01T03:30", "2026-11-01T11:30"),
        (LOS_ANGELES, "2026-03-08T03:30", "2026-03-08T10:30"),
    ],
)
def test_an_hour_typed_on_a_night_of_the_clocks_is_that_moment(
    cast: Cast, zone: str, wall: str, utc: str
) -> None:
    agreement = make_agreement(cast)
    client = browser(cast.gothenburg.coordinator)
    body = {"title": "Night", "starts": wall, "timezone": zone, "minutes_long": 120}
    page = f"/agreements/{agreement.pk}/meetings/new/"
    nonce = client.get(page).content.decode().split('name="nonce" value="')[1].split('"')[0]
    assert client.post(page, {**body, "lock": 0, "nonce": nonce}).status_code == 302
    event = file_of(cast, Meeting.objects.get())
    moment = dt.datetime.fromisoformat(f"{utc}:00+00:00")
    assert event.decoded("dtstart") == moment
    assert event.decoded("dtend") - event.decoded("dtstart") == 2 * HOUR
    assert event.decoded("dtstart").astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") == wall


def test_an_hour_that_the_clocks_leave_out_is_refused(cast: Cast) -> None:
    agreement = make_agreement(cast)
    client = browser(cast.gothenburg.coordinator)
    page = f"/agreements/{agreement.pk}/meetings/new/"
    nonce = client.get(page).content.decode().split('name="nonce" value="')[1].split('"')[0]
    body = {"title": "Night", "starts": "2026-03-29T02:30", "timezone": STOCKHOLM}
    answer = client.post(page, {**body, "minutes_long": 60, "lock": 0, "nonce": nonce})
    assert "The clocks leave this hour out" in answer.content.decode()
    assert not Meeting.objects.exists()


def test_a_meeting_is_the_same_entry_after_it_moved_and_was_called_off(cast: Cast) -> None:
    siv, called = eyes(cast.gothenburg.coordinator), meeting(cast, starts_at=time.now() + HOUR)
    first = file_of(cast, called)
    later = {"starts_at": time.now() + TOMORROW}
    moved = actions.revise_meeting(actor=siv, meeting=called, lock=called.lock, text=later)
    actions.cancel_meeting(actor=siv, meeting=moved, lock=moved.lock)
    last = file_of(cast, called)
    assert (first["uid"], first["status"]) == (last["uid"], "CONFIRMED")
    assert (last["sequence"], last["status"]) == (first["sequence"] + 2, "CANCELLED")


def test_ones_own_calendar_has_what_is_in_ones_own_hands(cast: Cast) -> None:
    workstream, day = plan(cast), (time.now() + 5 * TOMORROW).date()
    agreement = workstream.agreement
    meeting(cast, agreement, starts_at=time.now() + HOUR)
    for owner, title in ((cast.gothenburg, "Ours"), (cast.los_angeles, "Theirs"), (None, "All")):
        milestone(cast, workstream, owner=owner, title=title, due=day)
        action(cast, agreement, owner=owner, text={"title": title, "due": day})
    token = actions.make_calendar_address(actor=eyes(cast.gothenburg.reader))
    assert sorted(titles(token)) == sorted(
        ["Steering group", "Milestone: Ours", "Milestone: All", "Action: Ours", "Action: All"]
    )


def test_the_calendar_of_an_agreement_has_all_of_it_and_nothing_else(cast: Cast) -> None:
    first, other = make_agreement(cast), make_agreement(cast, text={"title": "Other"})
    day = (time.now() + 5 * TOMORROW).date()
    milestone(cast, plan(cast, first), owner=cast.los_angeles, title="Theirs", due=day)
    milestone(cast, plan(cast, other), title="Elsewhere", due=day)
    token = actions.make_calendar_address(actor=eyes(cast.gothenburg.reader), agreement=first)
    assert titles(token) == ["Milestone: Theirs", "Say how it stands: Shore power"]


def test_what_is_overdue_stays_in_the_calendar(cast: Cast) -> None:
    milestone(cast, title="Long due", due=(time.now() - 200 * TOMORROW).date())
    client = browser(cast.gothenburg.reader)
    text = client.get("/calendar/").content.decode()
    assert "Milestone: Long due</a> <span" in text


def test_by_when_an_update_is_due_stands_there_for_who_gives_it(cast: Cast) -> None:
    workstream, karin = plan(cast), cast.gothenburg.contributor
    name_lead(workstream, cast.gothenburg, karin)
    said = report(cast, workstream)
    for person, told in ((karin, 1), (cast.gothenburg.reader, 0), (cast.tokyo.coordinator, 0)):
        events = feed(actions.make_calendar_address(actor=eyes(person)))
        days = [event.decoded("dtstart") for event in events]
        assert days == [(said.made_at + QUARTER).date()] * told


def test_who_leads_for_a_party_that_has_left_is_to_say_nothing(cast: Cast) -> None:
    workstream, chie = plan(cast), cast.tokyo.coordinator
    confirm(ask(workstream.agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    name_lead(workstream, cast.tokyo, chie)
    leave(workstream.agreement, cast.tokyo)
    Membership.objects.create(
        user=chie, organisation=cast.gothenburg.organisation, role=Role.READER
    )
    assert titles(actions.make_calendar_address(actor=eyes(chie))) == []


def test_what_is_late_leaves_room_for_what_is_coming(cast: Cast) -> None:
    workstream, today = plan(cast), time.now().date()
    for number in range(30):
        milestone(cast, workstream, title=f"Late {number}", due=today - TOMORROW)
    milestone(cast, workstream, title="Coming up", due=today + TOMORROW)
    text = browser(cast.gothenburg.reader).get("/calendar/").content.decode()
    assert (text.count("Milestone: Late"), "Coming up" in text) == (20, True)
    assert "and 10 more" in text


def test_a_day_of_notice_that_has_passed_is_not_coming_up(cast: Cast) -> None:
    ends = dates.after(time.now().date().isoformat(), 6)
    make_agreement(cast, term={"ends": ends, "notice_months": 24})
    text = browser(cast.gothenburg.reader).get("/calendar/").content.decode()
    assert "Ends:" in text
    assert "Last day to give notice" not in text


@pytest.mark.parametrize(
    ("ends", "day", "said"),
    [
        ("2099", "2099-12-31", "The day is not known: 2099."),
        ("2099-06", "2099-06-30", "The day is not known: June 2099."),
        ("2099-06-15", "2099-06-15", ""),
    ],
)
def test_an_end_stands_on_its_last_day_and_says_when_that_is_not_known(
    cast: Cast, ends: str, day: str, said: str
) -> None:
    make_agreement(cast, term={"ends": ends})
    [event] = feed(actions.make_calendar_address(actor=eyes(cast.gothenburg.reader)))
    assert event.decoded("dtstart").isoformat() == day
    assert str(event.get("description", "")) == said


def test_who_leaves_finds_an_empty_calendar_at_the_next_fetch(cast: Cast) -> None:
    called = meeting(cast, starts_at=time.now() + HOUR)
    token = actions.make_calendar_address(actor=eyes(cast.los_angeles.reader))
    assert titles(token) == ["Steering group"]
    leave(called.agreement, cast.los_angeles)
    assert titles(token) == []


def test_an_address_that_was_reset_opens_nothing(cast: Cast) -> None:
    rut = eyes(cast.gothenburg.reader)
    old, new = (actions.make_calendar_address(actor=rut) for _time in range(2))
    assert Client().get(f"/calendars/{old}.ics").status_code == 404
    assert Client().get(f"/calendars/{new}.ics").status_code == 200


def test_a_fetch_without_a_change_costs_a_304(cast: Cast) -> None:
    token = actions.make_calendar_address(actor=eyes(cast.gothenburg.reader))
    tag = Client().get(f"/calendars/{token}.ics")["ETag"]
    again_asked = Client().get(f"/calendars/{token}.ics", headers={"If-None-Match": tag})
    assert again_asked.status_code == 304


def test_lessons_to_look_at_again_are_in_the_calendar_of_who_writes(cast: Cast) -> None:
    lesson = make_lesson(cast.gothenburg)
    [event] = feed(actions.make_calendar_address(actor=eyes(cast.gothenburg.contributor)))
    assert event.decoded("dtstart") == Lesson.objects.get(pk=lesson.pk).confirm_by
    assert titles(actions.make_calendar_address(actor=eyes(cast.gothenburg.reader))) == []


@pytest.mark.parametrize("text", ["Line\nBreak", "Comma, semicolon; \\ backslash", "BEGIN:VALARM"])
def test_what_is_typed_stays_text(cast: Cast, text: str) -> None:
    called = meeting(cast, agenda=text)
    assert text in str(file_of(cast, called)["description"])


def test_a_meeting_is_shown_by_every_partys_clock(cast: Cast) -> None:
    called = meeting(cast, starts_at=dt.datetime(2026, 12, 3, 17, tzinfo=dt.UTC))
    text = browser(cast.los_angeles.reader).get(called.get_absolute_url()).content.decode()
    assert "Thursday 3 December 2026, 09:00" in text
    assert "Thursday 3 December 2026, 18:00" in text


def test_after_the_end_calendars_show_meetings_as_called_off_and_no_work(cast: Cast) -> None:
    workstream = plan(cast)
    agreement, siv = workstream.agreement, eyes(cast.gothenburg.coordinator)
    milestone(cast, workstream, due=time.now().date())
    meeting(cast, agreement, starts_at=time.now() + HOUR)
    token = actions.make_calendar_address(actor=siv, agreement=agreement)
    actions.terminate_agreement(
        actor=siv, agreement=agreement, lock=again(agreement).lock, reason="Closed."
    )
    [entry] = feed(token)
    assert entry["STATUS"] == "CANCELLED"


def test_the_page_makes_no_day_of_a_month(cast: Cast) -> None:
    agreement = make_agreement(cast, term={"signed": "2023", "ends": "2098-06"})
    shown = browser(cast.gothenburg.coordinator).get(f"/agreements/{agreement.pk}/calendar/")
    assert "<span>June 2098</span>" in shown.content.decode()


def test_a_title_alone_does_not_move_a_meeting_in_an_hour_that_comes_twice(cast: Cast) -> None:
    second = dt.datetime(2027, 10, 31, 1, 30, 7, tzinfo=dt.UTC)
    called = meeting(cast, starts_at=second)
    siv, address = browser(cast.gothenburg.coordinator), f"/meetings/{called.pk}/edit/"
    siv.post(address, {**form_of(siv, address), "title": "Kick-off"})
    changed = Meeting.objects.get()
    assert (changed.title, changed.starts_at) == ("Kick-off", second)


@pytest.mark.parametrize("gone", ["their account", "their membership", "their port"])
def test_an_address_ends_with_what_it_was_made_for(cast: Cast, gone: str) -> None:
    called = meeting(cast, starts_at=time.now() + HOUR)
    carla = cast.los_angeles.reader
    token = actions.make_calendar_address(actor=eyes(carla), agreement=called.agreement)
    assert titles(token) == ["Steering group"]
    if gone == "their account":
        User.objects.filter(pk=carla.pk).update(is_active=False)
    elif gone == "their membership":
        Membership.objects.filter(user=carla).delete()
    else:
        leave(called.agreement, cast.los_angeles)
    assert Client().get(f"/calendars/{token}.ics").status_code == 404


def test_a_meeting_that_comes_back_by_renewal_is_newer_than_its_cancellation(cast: Cast) -> None:
    called = meeting(cast, starts_at=time.now() + 24 * HOUR)
    agreement, siv = called.agreement, eyes(cast.gothenburg.coordinator)
    token = actions.make_calendar_address(actor=siv, agreement=agreement)
    actions.terminate_agreement(
        actor=siv, agreement=agreement, lock=again(agreement).lock, reason="Closed."
    )
    [ended] = feed(token)
    actions.renew_agreement(
        actor=siv, agreement=agreement, lock=again(agreement).lock, term={"ends": "2099"}
    )
    back = next(entry for entry in feed(token) if entry["UID"] == ended["UID"])
    assert (ended["STATUS"], back["STATUS"]) == ("CANCELLED", "CONFIRMED")
    assert back["SEQUENCE"] > ended["SEQUENCE"]
    assert back["LAST-MODIFIED"].dt >= ended["LAST-MODIFIED"].dt


def test_what_a_party_left_behind_is_in_the_calendars_of_those_who_stay(cast: Cast) -> None:
    workstream = plan(cast)
    confirm(ask(workstream.agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    milestone(cast, workstream, owner=cast.los_angeles, due=time.now().date())
    token = actions.make_calendar_address(actor=eyes(cast.gothenburg.reader))
    assert titles(token) == []
    leave(workstream.agreement, cast.los_angeles)
    assert titles(token) == ["Milestone: Ten plugs"]
