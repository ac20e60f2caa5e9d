"""Many programs at an agreement at once: one thing is made, one step is taken, nothing is lost."""

from collections import Counter

import pytest

from exchange.activity.models import Event
from exchange.agreements.models import Agreement, ProgressUpdate
from tests.agreements.factories import make_agreement
from tests.agreements.work_factories import make_milestone, make_workstream
from tests.api.program import Program
from tests.api.test_storm import storm
from tests.cast import make_cast

pytestmark = pytest.mark.postgres

AGREEMENTS = "/api/v1/agreements"
WORKSTREAMS = "/api/v1/workstreams"


def test_thirty_requests_with_one_key_record_one_agreement(postgres: None) -> None:
    program = Program(make_cast().gothenburg)
    body = {"title": "Once", "parties": ["USLAX"]}
    answers = storm(30, lambda _index: program.post(AGREEMENTS, body, key="storm"))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert Agreement.objects.count() == 1


def test_of_ten_agreements_with_one_external_id_one_is_recorded(postgres: None) -> None:
    program = Program(make_cast().gothenburg)
    body = {"title": "Once", "parties": ["USLAX"], "external_id": "MOU-7"}
    answers = storm(10, lambda _index: program.post(AGREEMENTS, body))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}


def test_ten_workstreams_at_once_have_ten_numbers(postgres: None) -> None:
    cast = make_cast()
    agreement, programs = (
        make_agreement(cast),
        [Program(cast.gothenburg), Program(cast.los_angeles)],
    )
    body = {"agreement": str(agreement.pk), "title": "Shore power"}
    answers = storm(10, lambda index: programs[index % 2].post(WORKSTREAMS, body))
    assert sorted(answer.json()["number"] for answer in answers) == list(range(1, 11))


def test_of_ten_changes_to_one_version_of_a_workstream_one_is_kept(postgres: None) -> None:
    cast = make_cast()
    workstream = make_workstream(cast, make_agreement(cast))
    programs = [Program(cast.gothenburg), Program(cast.los_angeles)]
    address = f"{WORKSTREAMS}/{workstream.pk}"
    answers = storm(
        10, lambda index: programs[index % 2].patch(address, {"title": str(index)}, version=1)
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 9}
    assert Event.objects.filter(verb="workstream.changed").count() == 1


def test_a_milestone_that_ten_requests_finish_is_met_once(postgres: None) -> None:
    cast = make_cast()
    milestone = make_milestone(cast, make_workstream(cast, make_agreement(cast)))
    programs = [Program(cast.gothenburg), Program(cast.los_angeles)]
    address = f"/api/v1/milestones/{milestone.pk}/finish"
    answers = storm(10, lambda index: programs[index % 2].post(address))
    assert Counter(answer.status_code for answer in answers) == {200: 10}
    assert Event.objects.filter(verb="milestone.met").count() == 1


def test_an_update_sent_ten_times_with_one_key_is_made_once(postgres: None) -> None:
    cast = make_cast()
    workstream, program = make_workstream(cast, make_agreement(cast)), Program(cast.gothenburg)
    body = {
        "workstream": str(workstream.pk),
        "period": "2026",
        "health": "on_track",
        "done": "All.",
    }
    answers = storm(10, lambda _index: program.post("/api/v1/updates", body, key="storm"))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert ProgressUpdate.objects.count() == 1
