"""Agreements by the API: who reads how much of them, and what programs record and change."""

from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.agreements import actions
from exchange.agreements.models import Agreement
from tests.agreements.factories import (
    again,
    ask,
    confirm,
    leave,
    make_agreement,
    party,
    today,
    words,
)
from tests.api.program import Program, pointers
from tests.architecture.routes import CANARY
from tests.cast import Cast, Port, eyes
from tests.lessons.factories import make_topics

AGREEMENTS = "/api/v1/agreements"
NEW = {"title": "Los Angeles–Gothenburg MOU", "parties": ["USLAX"], "announced": "2023-03-06"}


def one(agreement: Any) -> str:
    return f"{AGREEMENTS}/{getattr(agreement, 'pk', agreement)}"


@pytest.fixture
def program(cast: Cast) -> Program:
    make_topics()
    return Program(cast.gothenburg)


def test_a_recorded_agreement_waits_for_the_other_party(cast: Cast, program: Program) -> None:
    response = program.post(AGREEMENTS, NEW)
    body = response.json()
    assert (response.status_code, body["status"], body["audience"][:6]) == (
        201,
        "proposed",
        "group:",
    )
    states = {party["unlocode"]: party["state"] for party in body["parties"]}
    assert states == {"SEGOT": "confirmed", "USLAX": "proposed"}
    assert response["Location"].endswith(one(body["id"]))
    assert program.get(one(body["id"])).json() == body


@pytest.mark.parametrize("date", ["2023", "2023-03", "2023-03-06", ""])
def test_a_date_comes_back_as_exact_as_it_was_sent(program: Program, date: str) -> None:
    dates = {"announced": date, "signed": date, "effective": date, "ends": date}
    [term] = program.post(AGREEMENTS, {**NEW, **dates}).json()["terms"]
    assert {name: term[name] for name in dates} == dates


def test_an_end_that_follows_from_the_length_is_told_as_reckoned(program: Program) -> None:
    [term] = program.post(AGREEMENTS, {**NEW, "signed": "2023-03", "months": 36}).json()["terms"]
    assert (term["ends"], term["ends_by"], term["is_reckoned"]) == ("", "2026-03", True)


def test_parties_are_named_by_id_or_code(cast: Cast, program: Program) -> None:
    named = [str(cast.los_angeles.organisation.pk), "jptyo"]
    body = program.post(AGREEMENTS, {**NEW, "parties": named}).json()
    assert [party["unlocode"] for party in body["parties"]] == ["SEGOT", "USLAX", "JPTYO"]


def test_it_is_shared_as_it_says_once_it_is_confirmed(cast: Cast, program: Program) -> None:
    body = program.post(AGREEMENTS, {**NEW, "audience": "public"}).json()
    outsider = Program(cast.tokyo)
    assert outsider.get(one(body["id"])).status_code == 404
    confirm(party(Agreement.objects.get(pk=body["id"]), cast.los_angeles), cast.los_angeles)
    assert outsider.get(one(body["id"])).json()["status"] == "active"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"title": None}, "/title"),
        ({"titel": "x"}, "/titel"),
        ({"status": "active"}, "/status"),
        ({"kind": "gossip"}, "/kind"),
        ({"parties": []}, "/parties"),
        ({"parties": ["SEGOT"]}, "/parties"),
        ({"parties": ["QQQQQ"]}, "/parties"),
        ({"parties": [7]}, "/parties/0"),
        ({"topics": ["no/such"]}, "/topics"),
        ({"signed": "soon"}, "/signed"),
        ({"signed": "2023", "ends": "2022"}, "/ends"),
        ({"months": 0}, "/months"),
        ({"audience": "group:1"}, "/audience"),
        ({"links": "javascript:alert(1)"}, "/links"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(
    program: Program, wrong: dict[str, Any], pointer: str
) -> None:
    assert pointer in pointers(program.post(AGREEMENTS, {**NEW, **wrong}))
    assert Agreement.objects.count() == 0


def test_all_that_is_wrong_is_told_at_once(program: Program) -> None:
    wrong = {
        "titel": "x",
        "parties": ["nowhere"],
        "kind": "gossip",
        "ends": "soon",
        "topics": ["x"],
    }
    assert set(pointers(program.post(AGREEMENTS, wrong))) == {"/title", *(f"/{n}" for n in wrong)}


def test_an_external_id_is_taken_once_and_told_at_home_alone(cast: Cast, program: Program) -> None:
    body = {**NEW, "external_id": "MOU-7"}
    first = program.post(AGREEMENTS, body).json()
    second = program.post(AGREEMENTS, body)
    assert (second.status_code, first["id"] in second.json()["detail"]) == (409, True)
    confirm(party(Agreement.objects.get(pk=first["id"]), cast.los_angeles), cast.los_angeles)
    partner = Program(cast.los_angeles)
    assert partner.get(one(first["id"])).json()["external_id"] is None
    assert program.ids(AGREEMENTS, external_id="MOU-7") == [first["id"]]
    assert partner.ids(AGREEMENTS, external_id="MOU-7") == []


def test_a_request_sent_again_records_one_agreement(program: Program) -> None:
    first, again_ = (program.post(AGREEMENTS, NEW, key="k") for _ in range(2))
    assert (first.json(), again_["Idempotent-Replayed"]) == (again_.json(), "true")
    assert Agreement.objects.count() == 1


def test_a_program_that_may_only_read_records_nothing(cast: Cast) -> None:
    response = Program(cast.gothenburg, may_write=False).post(AGREEMENTS, NEW)
    assert (response.status_code, response.json()["code"]) == (403, "read_only_token")


def test_the_log_names_the_program(program: Program) -> None:
    body = program.post(AGREEMENTS, NEW).json()
    event = Event.objects.get(target_id=body["id"], verb="agreement.registered")
    assert event.actor.kind == "client"


def test_a_proposed_party_sees_nothing(cast: Cast) -> None:
    agreement = make_agreement(cast, confirmed=False, canary=True)
    asked = Program(cast.los_angeles)
    assert asked.get(one(agreement)).status_code == 404
    assert asked.ids(AGREEMENTS) == []
    assert asked.patch(one(agreement), {"title": "x"}, version=1).status_code == 404


def test_a_party_that_left_gets_404_at_once(cast: Cast) -> None:
    agreement = make_agreement(cast)
    partner = Program(cast.los_angeles)
    assert partner.get(one(agreement)).status_code == 200
    leave(agreement, cast.los_angeles)
    assert partner.get(one(agreement)).status_code == 404
    assert partner.ids(AGREEMENTS) == []


def test_its_parties_read_whom_they_have_asked_and_others_do_not(cast: Cast) -> None:
    agreement = make_agreement(cast, audience=cast.public)
    ask(agreement, cast.tokyo, cast.gothenburg)

    def parties(port: Port) -> set[str]:
        body = Program(port).get(one(agreement)).json()
        return {party["unlocode"] for party in body["parties"]}

    assert parties(cast.los_angeles) == {"SEGOT", "USLAX", "JPTYO"}
    assert parties(cast.tokyo) == {"SEGOT", "USLAX"}


def test_an_outsider_is_told_nothing_of_what_goes_on_inside(cast: Cast) -> None:
    agreement = make_agreement(cast, audience=cast.public, external_id="MOU-7")
    outsider = Program(cast.tokyo)
    before = outsider.get(one(agreement))
    ask(agreement, cast.tokyo, cast.gothenburg)
    after = outsider.get(one(agreement))
    assert (after.json(), after["ETag"]) == (before.json(), before["ETag"])
    body = after.json()
    told = (body["version"], body["updated_at"], body["external_id"], body["allowed_actions"])
    assert told == (0, None, None, [])
    assert body["audience"] == "public"


def test_an_outsider_may_not_change_what_they_see(cast: Cast) -> None:
    agreement = make_agreement(cast, audience=cast.public)
    response = Program(cast.tokyo).patch(one(agreement), {"title": "x"}, version=0)
    assert response.status_code == 403


def test_any_party_changes_the_shared_text(cast: Cast) -> None:
    agreement = make_agreement(cast)
    body = {"title": "A better title", "summary": None, "topics": ["digital"]}
    after = Program(cast.los_angeles).patch(one(agreement), body, version=agreement.lock).json()
    assert (after["title"], after["summary"], after["topics"]) == (
        "A better title",
        "",
        ["digital"],
    )
    assert (after["links"], after["version"]) == (words()["links"], agreement.lock + 1)


def test_what_was_read_can_be_sent_back(cast: Cast) -> None:
    program, agreement = Program(cast.gothenburg), make_agreement(cast, external_id="MOU-7")
    read = program.get(one(agreement))
    response = program.patch(one(agreement), read.json(), version=read["ETag"])
    assert (response.status_code, response.json()) == (200, read.json())


@pytest.mark.parametrize(
    "name", ["status", "parties", "terms", "audience", "external_id", "version"]
)
def test_what_people_decide_is_only_read(cast: Cast, name: str) -> None:
    program, agreement = Program(cast.gothenburg), make_agreement(cast)
    response = program.patch(one(agreement), {name: "x"}, version=agreement.lock)
    assert pointers(response) == {f"/{name}": "read_only"}


def test_a_change_without_a_version_is_refused(cast: Cast) -> None:
    agreement = make_agreement(cast)
    assert Program(cast.gothenburg).patch(one(agreement), {"title": "x"}).status_code == 428


def test_who_was_slower_is_told_the_current_version(cast: Cast) -> None:
    agreement = make_agreement(cast)
    first, second = Program(cast.gothenburg), Program(cast.los_angeles)
    first.patch(one(agreement), {"title": "Mine"}, version=agreement.lock)
    response = second.patch(one(agreement), {"title": "Ours"}, version=agreement.lock)
    assert (response.status_code, response.json()["current_version"]) == (412, agreement.lock + 1)
    assert second.get(response.json()["latest"]).json()["title"] == "Mine"


def test_what_is_over_is_read_and_not_changed(cast: Cast) -> None:
    agreement = make_agreement(cast, term={"signed": "2020", "ends": "2021"})
    program = Program(cast.gothenburg)
    body = program.get(one(agreement)).json()
    assert (body["status"], body["allowed_actions"]) == ("ended", [])
    response = program.patch(one(agreement), {"title": "x"}, version=agreement.lock)
    assert (response.status_code, response.json()["allowed_actions"]) == (409, [])


def test_nobody_is_told_of_people(cast: Cast) -> None:
    agreement = make_agreement(cast)
    body = str(Program(cast.gothenburg).get(one(agreement)).json())
    names = [eyes(cast.gothenburg.coordinator).name, eyes(cast.los_angeles.coordinator).name]
    assert not [name for name in names if name in body]


def test_the_owner_is_told_the_whole_text(cast: Cast) -> None:
    agreement = make_agreement(cast, canary=True)
    body = Program(cast.los_angeles).get(one(agreement)).json()
    assert all(CANARY in body[name] for name in ("title", "summary", "links"))
    assert (again(agreement).created_at.date(), body["version"]) == (today(), agreement.lock)


def test_why_it_was_ended_is_told_to_its_parties_alone(cast: Cast) -> None:
    agreement = make_agreement(cast, audience=cast.public)
    actions.terminate_agreement(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=agreement.lock,
        reason="The corridor was closed.",
    )
    told = [
        Program(port).get(one(agreement)).json()["closing_reason"]
        for port in (cast.los_angeles, cast.tokyo)
    ]
    assert told == ["The corridor was closed.", None]


def test_a_whole_agreement_read_before_a_change_is_stale(cast: Cast) -> None:
    program, agreement = Program(cast.gothenburg), make_agreement(cast)
    read = program.get(one(agreement))
    program.patch(one(agreement), {"title": "Changed"}, version=agreement.lock)
    assert program.patch(one(agreement), read.json(), version=read["ETag"]).status_code == 412
