"""Programs see no people of the parties, wherever one is named."""

from typing import Any

import pytest

from exchange.agreements import actions
from tests.agreements.factories import make_agreement
from tests.agreements.work_factories import make_action, make_workstream, report
from tests.api.program import Program
from tests.cast import Cast, eyes


def test_who_leads_a_workstream_is_told_by_function(cast: Cast) -> None:
    workstream, person = make_workstream(cast, make_agreement(cast)), cast.gothenburg.contributor
    actions.name_lead(
        actor=eyes(cast.gothenburg.coordinator),
        workstream=workstream,
        lock=workstream.lock,
        organisation=cast.gothenburg.organisation,
        person=person,
        function="Head of energy",
    )
    body = Program(cast.los_angeles).get(f"/api/v1/workstreams/{workstream.pk}").json()
    owner = str(cast.gothenburg.organisation.pk)
    assert body["leads"] == [{"organisation": owner, "function": "Head of energy"}]


def test_no_list_names_a_person(cast: Cast) -> None:
    agreement, people = make_agreement(cast), [cast.gothenburg.coordinator, cast.gothenburg.reader]
    make_action(cast, agreement, owner=cast.gothenburg, person=people[1])
    report(cast, make_workstream(cast, agreement))
    program = Program(cast.gothenburg)
    for path in ("agreements", "workstreams", "updates", "actions"):
        said = program.get(f"/api/v1/{path}").content.decode()
        assert not [one for one in people if one.full_name in said or str(one.pk) in said], path


def test_a_person_who_is_named_while_a_program_asks_is_not_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = make_action(cast, make_agreement(cast), owner=cast.gothenburg)
    named, revise = cast.gothenburg.contributor, actions.revise_task

    def after_another(**asked: Any) -> Any:
        home, by = cast.gothenburg.organisation, eyes(cast.gothenburg.coordinator)
        hands = {"organisation": home, "person": named}
        revise(actor=by, task=action, lock=1, text={}, hands=hands)
        return revise(**asked)

    monkeypatch.setattr(actions, "revise_task", after_another)
    address = f"/api/v1/actions/{action.pk}"
    response = Program(cast.gothenburg).patch(address, {"title": "Mine"}, version=2)
    action.refresh_from_db()
    assert (response.status_code, action.title, action.person) == (200, "Mine", named)
