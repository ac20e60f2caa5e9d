"""Workstreams, progress updates and meetings by the API."""

from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.agreements.models import Agreement, Meeting, ProgressUpdate, Workstream
from exchange.common import time
from tests.agreements.factories import again, leave, make_agreement
from tests.agreements.work_factories import DAY, make_meeting, make_workstream, report
from tests.api.program import Program, pointers
from tests.cast import Cast

WORKSTREAMS = "/api/v1/workstreams"
UPDATES = "/api/v1/updates"
MEETINGS = "/api/v1/meetings"
PAST = "2026-03-06T08:00:00Z"


@pytest.fixture
def meeting(cast: Cast, agreement: Agreement) -> Meeting:
    return make_meeting(cast, agreement)


def at(path: str, thing: Any, step: str = "") -> str:
    return f"{path}/{thing.pk}{step}"


def test_a_program_plans_a_workstream(cast: Cast, agreement: Agreement) -> None:
    body = {"agreement": str(agreement.pk), "title": "Shore power", "starts": "2023", "ends": ""}
    response = Program(cast.los_angeles).post(WORKSTREAMS, body)
    told = response.json()
    assert (response.status_code, {name: told[name] for name in body}) == (201, body)
    assert (told["number"], told["status"], told["health"]) == (1, "planned", None)
    assert told["allowed_actions"] == ["revise", "report", "plan_milestone"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"agreement": None}, "/agreement"),
        ({"agreement": "x"}, "/agreement"),
        ({"starts": "2024", "ends": "2023-12"}, "/ends"),
        ({"status": None}, "/status"),
        ({"health": "on_track"}, "/health"),
        ({"lead": "Karin"}, "/lead"),
    ],
)
def test_what_is_wrong_with_a_workstream_is_named_by_its_place(
    cast: Cast, agreement: Agreement, wrong: dict[str, Any], pointer: str
) -> None:
    body = {"agreement": str(agreement.pk), "title": "Shore power", **wrong}
    assert set(pointers(Program(cast.gothenburg).post(WORKSTREAMS, body))) == {pointer}


def test_an_agreement_that_one_may_not_see_is_none(cast: Cast, agreement: Agreement) -> None:
    body = {"agreement": str(agreement.pk), "title": "Shore power"}
    assert set(pointers(Program(cast.tokyo).post(WORKSTREAMS, body))) == {"/agreement"}


def test_who_sees_an_agreement_and_is_no_party_plans_nothing(cast: Cast) -> None:
    agreement = make_agreement(cast, audience=cast.public)
    body = {"agreement": str(agreement.pk), "title": "Shore power"}
    assert Program(cast.tokyo).post(WORKSTREAMS, body).status_code == 403
    assert Program(cast.tokyo).ids(WORKSTREAMS) == []


def test_a_party_that_left_loses_the_work_at_once(cast: Cast, workstream: Workstream) -> None:
    partner = Program(cast.los_angeles)
    assert partner.ids(WORKSTREAMS) == [str(workstream.pk)]
    leave(workstream.agreement, cast.los_angeles)
    assert partner.ids(WORKSTREAMS) == []
    response = partner.patch(at(WORKSTREAMS, workstream), {"title": "x"}, version=1)
    assert response.status_code == 404


def test_of_two_programs_that_change_a_workstream_the_second_is_told(
    cast: Cast, workstream: Workstream
) -> None:
    address = at(WORKSTREAMS, workstream)
    first, second = Program(cast.gothenburg), Program(cast.los_angeles)
    assert first.patch(address, {"title": "First"}, version=1).status_code == 200
    refused = second.patch(address, {"title": "Second"}, version=1)
    assert (refused.status_code, refused.json()["current_version"]) == (412, 2)
    merged = second.patch(address, {"objective": "Ours"}, version=2).json()
    assert (merged["title"], merged["objective"]) == ("First", "Ours")


def test_a_workstream_that_was_read_can_be_sent_back(cast: Cast, workstream: Workstream) -> None:
    program, address = Program(cast.gothenburg), at(WORKSTREAMS, workstream)
    read = program.get(address)
    after = program.patch(address, read.json(), version=read["ETag"])
    assert (after.status_code, after.json()) == (200, read.json())


def test_a_change_to_a_workstream_needs_a_version(cast: Cast, workstream: Workstream) -> None:
    response = Program(cast.gothenburg).patch(at(WORKSTREAMS, workstream), {"title": "x"})
    assert response.status_code == 428


def test_null_empties_a_date_and_a_list(cast: Cast, workstream: Workstream) -> None:
    body = {"starts": None, "topics": None, "objective": None}
    after = Program(cast.gothenburg).patch(at(WORKSTREAMS, workstream), body, version=1).json()
    assert (after["starts"], after["topics"], after["objective"]) == ("", [], "")


def test_workstreams_are_filtered(cast: Cast, workstream: Workstream) -> None:
    program, pk = Program(cast.gothenburg), str(workstream.pk)
    make_workstream(cast, make_agreement(cast), status="active")
    report(cast, workstream)
    assert program.ids(WORKSTREAMS, agreement=workstream.agreement_id) == [pk]
    assert program.ids(WORKSTREAMS, status="planned") == [pk]
    assert program.ids(WORKSTREAMS, health=["at_risk", "off_track"]) == [pk]
    assert program.ids(WORKSTREAMS, id=pk) == [pk]


REPORT = {"period": "2026-Q3", "health": "off_track", "reason": "No grid.", "done": "We *asked*."}


def test_a_program_says_how_a_workstream_stands(cast: Cast, workstream: Workstream) -> None:
    program = Program(cast.los_angeles)
    response = program.post(UPDATES, {"workstream": str(workstream.pk), **REPORT})
    body = response.json()
    assert {name: body[name] for name in REPORT} == REPORT
    assert body["organisation"] == str(cast.los_angeles.organisation.pk)
    assert program.get(response["Location"]).json() == body
    assert program.get(at(WORKSTREAMS, workstream)).json()["health"] == "off_track"


def test_a_progress_update_sent_twice_is_made_once(cast: Cast, workstream: Workstream) -> None:
    program, body = Program(cast.gothenburg), {"workstream": str(workstream.pk), **REPORT}
    answers = [program.post(UPDATES, body, key="k") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert ProgressUpdate.objects.count() == 1
    assert Event.objects.filter(verb="workstream.reported").count() == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"period": "March"}, "/period"),
        ({"reason": ""}, "/reason"),
        ({"health": None}, "/health"),
        ({"done": "\n"}, "/done"),
        ({"workstream": "x"}, "/workstream"),
        ({"author": "Karin"}, "/author"),
        ({"organisation": "x"}, "/organisation"),
    ],
)
def test_what_is_wrong_with_a_progress_update_is_named_by_its_place(
    cast: Cast, workstream: Workstream, wrong: dict[str, Any], pointer: str
) -> None:
    body = {"workstream": str(workstream.pk), **REPORT, **wrong}
    assert set(pointers(Program(cast.gothenburg).post(UPDATES, body))) == {pointer}


def test_a_progress_update_names_no_person(cast: Cast, workstream: Workstream) -> None:
    report(cast, workstream)
    [item] = Program(cast.los_angeles).get(UPDATES).json()["items"]
    assert "Siv" not in str(item)
    assert item["organisation"] == str(cast.gothenburg.organisation.pk)


def test_progress_updates_are_filtered(cast: Cast, workstream: Workstream) -> None:
    made, program = report(cast, workstream), Program(cast.los_angeles)
    report(cast, make_workstream(cast, workstream.agreement), health="on_track")
    agreement = workstream.agreement_id
    assert len(program.ids(UPDATES, agreement=agreement)) == 2
    assert program.ids(UPDATES, workstream=workstream.pk) == [str(made.pk)]
    assert program.ids(UPDATES, health="at_risk") == [str(made.pk)]
    assert program.ids(UPDATES, organisation=cast.los_angeles.organisation.pk) == []


def test_a_program_calls_a_meeting(cast: Cast, workstream: Workstream) -> None:
    body = {
        "agreement": str(workstream.agreement_id),
        "workstream": str(workstream.pk),
        "title": "Steering",
        "starts_at": "2099-03-06T08:00:00+01:00",
        "timezone": "Europe/Stockholm",
        "minutes_long": 90,
    }
    told = Program(cast.los_angeles).post(MEETINGS, body).json()
    assert (told["starts_at"], told["ends_at"]) == ("2099-03-06T07:00:00Z", "2099-03-06T08:30:00Z")
    assert (told["state"], told["allowed_actions"]) == ("planned", ["revise", "cancel"])
    assert told["organisation"] == str(cast.los_angeles.organisation.pk)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"starts_at": "2026-03-06"}, "/starts_at"),
        ({"starts_at": "2026-03-06T08:00:00"}, "/starts_at"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "/starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, "/starts_at"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"minutes_long": 4}, "/minutes_long"),
        ({"state": "held"}, "/state"),
        ({"workstream": "01a22aaf-f281-7370-8858-4a7aba9e2fb5"}, "/workstream"),
    ],
)
def test_what_is_wrong_with_a_meeting_is_named_by_its_place(
    cast: Cast, agreement: Agreement, wrong: dict[str, Any], pointer: str
) -> None:
    body = {"agreement": str(agreement.pk), "title": "Steering", "starts_at": PAST, **wrong}
    assert set(pointers(Program(cast.gothenburg).post(MEETINGS, body))) == {pointer}


def test_a_workstream_of_another_agreement_is_none_of_this(
    cast: Cast, agreement: Agreement
) -> None:
    other = make_workstream(cast, make_agreement(cast))
    body = {"agreement": str(agreement.pk), "title": "Steering", "starts_at": PAST}
    response = Program(cast.gothenburg).post(MEETINGS, {**body, "workstream": str(other.pk)})
    assert set(pointers(response)) == {"/workstream"}


def test_a_meeting_is_moved(cast: Cast, meeting: Meeting) -> None:
    program, address = Program(cast.los_angeles), at(MEETINGS, meeting)
    body = program.patch(address, {"starts_at": "2099-01-01T10:00:00Z"}, version=1).json()
    assert (body["starts_at"], body["ends_at"]) == ("2099-01-01T10:00:00Z", "2099-01-01T11:00:00Z")
    assert Event.objects.filter(verb="meeting.moved").count() == 1


def test_a_meeting_that_was_read_can_be_sent_back(cast: Cast, meeting: Meeting) -> None:
    program, address = Program(cast.gothenburg), at(MEETINGS, meeting)
    read = program.get(address)
    after = program.patch(address, read.json(), version=read["ETag"])
    assert (after.status_code, after.json()) == (200, read.json())


def test_a_meeting_is_held_once(cast: Cast, agreement: Agreement) -> None:
    meeting = make_meeting(cast, agreement, starts_at=time.now() - DAY)
    program, address = Program(cast.los_angeles), at(MEETINGS, meeting, "/hold")
    result = {"attendees": "Siv\nCole", "minutes": "*Agreed.*", "decisions": "Buy a plug"}
    first, second = (program.post(address, result, version=1, key="k") for _ in range(2))
    assert first.json() == second.json()
    assert {name: first.json()[name] for name in result} == result
    assert first.json()["state"] == "held"
    assert Event.objects.filter(verb="meeting.held").count() == 1


def test_a_meeting_that_is_yet_to_come_was_not_held(cast: Cast, meeting: Meeting) -> None:
    response = Program(cast.gothenburg).post(at(MEETINGS, meeting, "/hold"), {}, version=1)
    told = (response.status_code, response.json()["allowed_actions"])
    assert told == (409, ["revise", "cancel"])


def test_a_meeting_is_called_off(cast: Cast, meeting: Meeting) -> None:
    program, address = Program(cast.los_angeles), at(MEETINGS, meeting, "/cancel")
    assert program.post(address, version=1).json()["state"] == "cancelled"
    assert program.post(address, {"reason": "x"}, version=2).status_code == 422
    assert Event.objects.filter(verb="meeting.cancelled").count() == 1


@pytest.mark.parametrize("step", ["/hold", "/cancel"])
def test_a_step_of_a_meeting_needs_a_version_and_a_key(
    cast: Cast, meeting: Meeting, step: str
) -> None:
    program, address = Program(cast.gothenburg), at(MEETINGS, meeting, step)
    assert program.post(address).status_code == 428
    assert program.post(address, version=1, key=None).status_code == 400
    assert program.post(address, version=9).status_code in {409, 412}


def test_meetings_are_filtered(cast: Cast, workstream: Workstream) -> None:
    agreement = again(workstream.agreement)
    early = make_meeting(cast, agreement, starts_at="2026-03-06T08:00:00Z")
    late = make_meeting(cast, agreement, starts_at="2099-03-06T08:00:00Z")
    program = Program(cast.los_angeles)
    assert program.ids(MEETINGS) == [str(late.pk), str(early.pk)]
    assert program.ids(MEETINGS, starts_before="2099-03-06T08:00:00Z") == [str(early.pk)]
    assert program.ids(MEETINGS, starts_after="2099-03-06T08:00:00Z") == [str(late.pk)]
    assert program.ids(MEETINGS, workstream=workstream.pk) == []
    assert program.ids(MEETINGS, state=["held", "cancelled"]) == []


def test_who_has_left_is_not_told_again_of_what_they_made(cast: Cast) -> None:
    agreement, program = make_agreement(cast), Program(cast.los_angeles)
    workstream = make_workstream(cast, agreement)
    body = {"workstream": str(workstream.pk), "title": "Ten plugs"}
    made = program.post("/api/v1/milestones", body, key="once")
    leave(agreement, cast.los_angeles)
    again = program.post("/api/v1/milestones", body, key="once")
    assert (made.status_code, again.status_code) == (201, 403)
    assert "Ten plugs" not in again.content.decode()
