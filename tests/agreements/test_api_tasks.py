"""Milestones and actions by the API."""

from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.agreements.models import Action, Agreement, Milestone, Workstream
from exchange.partners.actions import end_membership
from exchange.partners.models import Membership
from tests.agreements.factories import ask, confirm, leave, make_agreement
from tests.agreements.work_factories import (
    make_action,
    make_meeting,
    make_milestone,
)
from tests.api.program import Program, pointers
from tests.cast import Cast, eyes

MILESTONES = "/api/v1/milestones"
ACTIONS = "/api/v1/actions"


@pytest.fixture
def milestone(cast: Cast, workstream: Workstream) -> Milestone:
    return make_milestone(cast, workstream, owner=cast.gothenburg)


@pytest.fixture
def action(cast: Cast, agreement: Agreement) -> Action:
    """An action that names Gothenburg's contributor."""
    person = cast.gothenburg.contributor
    return make_action(cast, agreement, owner=cast.gothenburg, person=person)


def at(thing: Any, step: str = "") -> str:
    path = MILESTONES if isinstance(thing, Milestone) else ACTIONS
    return f"{path}/{thing.pk}{step}"


def told_of(thing: Any, verb: str) -> int:
    """Return how many events of a verb there are."""
    return Event.objects.filter(target_id=thing.pk, verb=verb).count()


def test_a_program_sets_a_milestone(cast: Cast, workstream: Workstream) -> None:
    owner = str(cast.los_angeles.organisation.pk)
    body = {"workstream": str(workstream.pk), "title": "The first plug", "due": "2099-01-31"}
    response = Program(cast.gothenburg).post(MILESTONES, {**body, "organisation": owner})
    told = response.json()
    assert {name: told[name] for name in body} == body
    assert (told["organisation"], told["state"]) == (owner, "open")
    assert told["agreement"] == str(workstream.agreement_id)


def test_a_program_notes_an_action_of_a_meeting(cast: Cast, workstream: Workstream) -> None:
    meeting = make_meeting(cast, workstream.agreement)
    body = {
        "agreement": str(workstream.agreement_id),
        "workstream": str(workstream.pk),
        "meeting": str(meeting.pk),
        "title": "Send the drawings",
        "due": None,
        "organisation": None,
    }
    told = Program(cast.los_angeles).post(ACTIONS, body).json()
    assert {name: told[name] for name in body} == body


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"title": "  "}, "/title"),
        ({"due": "2023"}, "/due"),
        ({"due": "2026-02-30"}, "/due"),
        ({"due": "2026-03-01T08:00:00Z"}, "/due"),
        ({"person": "Karin"}, "/person"),
        ({"evidence": "https://example.org"}, "/evidence"),
        ({"state": "done"}, "/state"),
        ({"organisation": "Tokyo"}, "/organisation"),
        ({"meeting": "01a22aaf-f281-7370-8858-4a7aba9e2fb5"}, "/meeting"),
    ],
)
def test_what_is_wrong_with_an_action_is_named_by_its_place(
    cast: Cast, agreement: Agreement, wrong: dict[str, Any], pointer: str
) -> None:
    body = {"agreement": str(agreement.pk), "title": "Send the drawings", **wrong}
    assert set(pointers(Program(cast.gothenburg).post(ACTIONS, body))) == {pointer}


def test_only_a_party_has_something_in_hand(cast: Cast, workstream: Workstream) -> None:
    body = {"workstream": str(workstream.pk), "title": "The first plug"}
    owner = {"organisation": str(cast.tokyo.organisation.pk)}
    response = Program(cast.gothenburg).post(MILESTONES, {**body, **owner})
    assert set(pointers(response)) == {"/organisation"}


def test_evidence_is_a_web_address(cast: Cast, milestone: Milestone) -> None:
    program = Program(cast.gothenburg)
    refused = program.patch(at(milestone), {"evidence": "javascript:alert(1)"}, version=1)
    assert set(pointers(refused)) == {"/evidence"}
    refused = program.post(at(milestone, "/finish"), {"evidence": "the plug"})
    assert set(pointers(refused)) == {"/evidence"}


def test_a_milestone_finished_twice_is_met_once(cast: Cast, milestone: Milestone) -> None:
    program, body = Program(cast.gothenburg), {"done_on": "2026-03-06"}
    first = program.post(at(milestone, "/finish"), body).json()
    second = program.post(at(milestone, "/finish"), {"done_on": "2026-03-07"}).json()
    assert first == second
    assert (first["state"], first["done_on"]) == ("done", "2026-03-06")
    assert first["allowed_actions"] == ["revise", "reopen"]
    assert told_of(milestone, "milestone.met") == 1


def test_the_same_request_to_finish_is_answered_alike(cast: Cast, action: Action) -> None:
    program = Program(cast.gothenburg)
    first, second = (program.post(at(action, "/finish"), key="k") for _ in range(2))
    assert (first.content, second["Idempotent-Replayed"]) == (second.content, "true")
    assert told_of(action, "action.done") == 1


def test_a_milestone_is_met_with_what_proves_it(cast: Cast, milestone: Milestone) -> None:
    evidence = "https://example.org/photo"
    body = Program(cast.gothenburg).post(at(milestone, "/finish"), {"evidence": evidence}).json()
    assert (body["evidence"], body["state"]) == (evidence, "done")


def test_nothing_is_done_on_a_day_to_come(cast: Cast, action: Action) -> None:
    response = Program(cast.gothenburg).post(at(action, "/finish"), {"done_on": "2099-01-01"})
    assert set(pointers(response)) == {"/done_on"}


def test_an_action_has_no_evidence(cast: Cast, action: Action) -> None:
    body = {"evidence": "https://example.org/photo"}
    response = Program(cast.gothenburg).post(at(action, "/finish"), body)
    assert pointers(response) == {"/evidence": "unknown_field"}


def test_what_was_done_is_opened_again(cast: Cast, milestone: Milestone) -> None:
    program = Program(cast.gothenburg)
    program.post(at(milestone, "/finish"))
    body = program.post(at(milestone, "/reopen")).json()
    assert (body["state"], body["done_on"]) == ("open", None)
    assert program.post(at(milestone, "/reopen")).json() == body
    assert told_of(milestone, "milestone.reopened") == 1


def test_what_is_dropped_is_opened_before_it_is_done(cast: Cast, action: Action) -> None:
    program = Program(cast.gothenburg)
    assert program.post(at(action, "/drop")).json()["state"] == "dropped"
    response = program.post(at(action, "/finish"))
    told = (response.status_code, response.json()["allowed_actions"])
    assert told == (409, ["revise", "reopen"])


@pytest.mark.parametrize("step", ["/finish", "/reopen", "/drop"])
def test_a_step_needs_a_key(cast: Cast, milestone: Milestone, step: str) -> None:
    assert Program(cast.gothenburg).post(at(milestone, step), key=None).status_code == 400


@pytest.mark.parametrize("step", ["/finish", "/reopen", "/drop"])
def test_who_has_it_not_in_hand_is_refused(cast: Cast, action: Action, step: str) -> None:
    partner, outsider = Program(cast.los_angeles), Program(cast.tokyo)
    assert partner.get(at(action)).json()["allowed_actions"] == []
    assert partner.post(at(action, step)).status_code == 403
    assert outsider.post(at(action, step)).status_code == 404


def test_what_is_all_parties_any_of_them_finishes(cast: Cast, workstream: Workstream) -> None:
    milestone = make_milestone(cast, workstream)
    response = Program(cast.los_angeles).post(at(milestone, "/finish"))
    assert response.json()["state"] == "done"


def test_programs_see_no_person_and_leave_it_there(cast: Cast, action: Action) -> None:
    program, person = Program(cast.gothenburg), cast.gothenburg.contributor
    read = program.get(at(action))
    assert not [name for name in (str(person.pk), person.full_name) if name in str(read.json())]
    program.patch(at(action), {"due": "2099-06-01"}, version=1)
    action.refresh_from_db()
    assert (action.person, str(action.due)) == (person, "2099-06-01")


def test_a_person_who_is_no_member_any_more_stays_named(cast: Cast, action: Action) -> None:
    person = cast.gothenburg.contributor
    membership = Membership.objects.get(user=person, organisation=cast.gothenburg.organisation)
    end_membership(actor=eyes(cast.gothenburg.coordinator), membership=membership)
    response = Program(cast.gothenburg).patch(at(action), {"title": "Send them"}, version=1)
    action.refresh_from_db()
    assert (response.status_code, action.person) == (200, person)


def test_in_other_hands_an_action_names_nobody(cast: Cast, action: Action) -> None:
    owner = {"organisation": str(cast.los_angeles.organisation.pk)}
    body = Program(cast.gothenburg).patch(at(action), owner, version=1).json()
    action.refresh_from_db()
    assert (body["organisation"], action.person) == (owner["organisation"], None)


def test_what_was_read_can_be_sent_back(cast: Cast, milestone: Milestone, action: Action) -> None:
    program = Program(cast.gothenburg)
    for thing in (milestone, action):
        read = program.get(at(thing))
        after = program.patch(at(thing), read.json(), version=read["ETag"])
        assert (after.status_code, after.json()) == (200, read.json())


def test_who_was_slower_changes_nothing(cast: Cast, milestone: Milestone) -> None:
    program = Program(cast.gothenburg)
    program.patch(at(milestone), {"due": None}, version=1)
    response = program.patch(at(milestone), {"title": "x"}, version=1)
    assert (response.status_code, response.json()["current_version"]) == (412, 2)
    assert program.patch(at(milestone), {"title": "x"}, version=9).status_code == 412
    assert program.patch(at(milestone), {"title": "x"}).status_code == 428


def test_what_a_party_that_left_had_in_hand_another_one_ends(cast: Cast) -> None:
    agreement = make_agreement(cast)
    action = make_action(cast, agreement, owner=cast.los_angeles)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    leave(agreement, cast.los_angeles)
    assert Program(cast.gothenburg).post(at(action, "/drop")).json()["state"] == "dropped"


def test_a_party_that_left_loses_what_it_had_in_hand(cast: Cast, workstream: Workstream) -> None:
    milestone = make_milestone(cast, workstream, owner=cast.los_angeles)
    partner = Program(cast.los_angeles)
    leave(workstream.agreement, cast.los_angeles)
    assert partner.get(at(milestone)).status_code == 404
    assert partner.post(at(milestone, "/finish")).status_code == 404


@pytest.fixture
def several(cast: Cast, workstream: Workstream) -> dict[str, str]:
    """Milestones by id: open, without a day, done, dropped, overdue."""
    days = {"open": "2099-03-06", "whenever": None, "done": "2026-01-02", "dropped": "2026-01-03"}
    days["overdue"] = "2026-01-04"
    made = {
        name: make_milestone(cast, workstream, title=name, due=due) for name, due in days.items()
    }
    program = Program(cast.gothenburg)
    program.post(at(made["done"], "/finish"))
    program.post(at(made["dropped"], "/drop"))
    return {str(milestone.pk): name for name, milestone in made.items()}


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ["done", "dropped", "overdue", "open", "whenever"]),
        ({"sort": "title"}, ["done", "dropped", "open", "overdue", "whenever"]),
        ({"sort": "-due"}, ["open", "overdue", "dropped", "done", "whenever"]),
        ({"state": "open"}, ["overdue", "open", "whenever"]),
        ({"state": "done"}, ["done"]),
        ({"state": "dropped"}, ["dropped"]),
        ({"state": "overdue"}, ["overdue"]),
        ({"due_after": "2026-01-03", "due_before": "2026-01-04"}, ["dropped"]),
    ],
)
def test_milestones_are_filtered_and_sorted(
    cast: Cast, several: dict[str, str], parameters: dict[str, Any], found: list[str]
) -> None:
    program = Program(cast.los_angeles)
    assert [several[key] for key in program.ids(MILESTONES, limit=2, **parameters)] == found


def test_actions_are_filtered_by_where_and_whose(cast: Cast, action: Action) -> None:
    program, pk = Program(cast.los_angeles), str(action.pk)
    make_action(cast, make_agreement(cast), owner=cast.los_angeles)
    assert program.ids(ACTIONS, agreement=action.agreement_id) == [pk]
    assert program.ids(ACTIONS, organisation=cast.gothenburg.organisation.pk) == [pk]
    assert program.ids(ACTIONS, workstream=action.pk) == []
    assert Program(cast.tokyo).ids(ACTIONS, id=pk) == []
