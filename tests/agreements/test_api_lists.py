"""The lists of agreements and of the work under them: what they find, and what they cost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.agreements.factories import make_agreement
from tests.agreements.work_factories import (
    make_action,
    make_meeting,
    make_milestone,
    make_workstream,
    report,
)
from tests.api.program import Program
from tests.cast import Cast

AGREEMENTS = "/api/v1/agreements"
WORK = [
    f"/api/v1/{name}" for name in ("workstreams", "updates", "milestones", "actions", "meetings")
]


@pytest.fixture
def three(cast: Cast) -> dict[str, str]:
    """Three agreements, the oldest first."""
    texts = [
        {"title": "Anchor", "kind": "mou", "topics": ["energy/shore-power"]},
        {"title": "Buoy", "kind": "sister_port", "topics": ["digital"]},
        {"title": "Crane", "kind": "mou", "topics": []},
    ]
    terms = [{"ends": "2021", "signed": "2020"}, {"signed": "2023"}, {"signed": "2099"}]
    made = [
        make_agreement(cast, text=text, term=term) for text, term in zip(texts, terms, strict=True)
    ]
    return {str(agreement.pk): str(agreement) for agreement in made}


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ["Crane", "Buoy", "Anchor"]),
        ({"sort": "title"}, ["Anchor", "Buoy", "Crane"]),
        ({"status": "ended"}, ["Anchor"]),
        ({"status": "active"}, ["Buoy"]),
        ({"status": "coming"}, ["Crane"]),
        ({"kind": ["sister_port", "other"]}, ["Buoy"]),
        ({"topic": "energy"}, ["Anchor"]),
        ({"topic": "digital"}, ["Buoy"]),
        ({"topic": "infrastructure"}, []),
    ],
)
def test_agreements_are_filtered_and_sorted(
    cast: Cast, three: dict[str, str], parameters: dict[str, Any], found: list[str]
) -> None:
    ids = Program(cast.los_angeles).ids(AGREEMENTS, **parameters)
    assert [three[key] for key in ids] == found


def test_agreements_are_filtered_by_party(cast: Cast) -> None:
    agreement, program = make_agreement(cast), Program(cast.gothenburg)
    found = {
        port.organisation.unlocode: program.ids(AGREEMENTS, organisation=port.organisation.pk)
        for port in (cast.los_angeles, cast.tokyo)
    }
    assert found == {"USLAX": [str(agreement.pk)], "JPTYO": []}


@pytest.mark.parametrize("query", ["stauts=active", "status=", "status=a", "sort=id", "q=x"])
def test_a_parameter_that_is_none_is_refused(cast: Cast, query: str) -> None:
    assert Program(cast.gothenburg).get(f"{AGREEMENTS}?{query}").status_code == 400


def make_all(cast: Cast) -> None:
    """Make one of each kind under an agreement of its own."""
    agreement = make_agreement(cast)
    workstream = make_workstream(cast, agreement)
    report(cast, workstream)
    make_milestone(cast, workstream, owner=cast.gothenburg)
    person = cast.los_angeles.contributor
    make_action(cast, agreement, owner=cast.los_angeles, person=person)
    make_meeting(cast, agreement)


def queries(program: Program, path: str, **parameters: Any) -> int:
    """Return what a list of at most 200 costs."""
    with CaptureQueriesContext(connection) as captured:
        found = program.get(path, **parameters)
    assert found.status_code == 200
    return len(captured)


def test_a_list_costs_the_same_for_one_and_for_fifty(cast: Cast) -> None:
    program = Program(cast.los_angeles)
    make_all(cast)
    few = {path: queries(program, path) for path in [AGREEMENTS, *WORK]}
    for _number in range(49):
        make_all(cast)
    many = {path: queries(program, path, limit=200) for path in [AGREEMENTS, *WORK]}
    assert many == few
    assert max(few.values()) <= 8, few


@pytest.mark.parametrize("path", WORK)
def test_a_list_of_work_is_read_page_by_page(cast: Cast, path: str) -> None:
    for _number in range(3):
        make_all(cast)
    program = Program(cast.gothenburg)
    whole = [item["id"] for item in program.get(path).json()["items"]]
    assert len(whole) == 3
    assert program.ids(path, limit=1) == whole


@pytest.mark.parametrize("path", [AGREEMENTS, *WORK])
def test_a_list_holds_the_members_that_were_asked_for(cast: Cast, path: str) -> None:
    make_all(cast)
    [item] = Program(cast.gothenburg).get(path, fields="id").json()["items"]
    assert set(item) == {"id"}


@pytest.mark.parametrize("path", WORK)
def test_the_work_of_a_public_agreement_is_its_parties_own(cast: Cast, path: str) -> None:
    agreement = make_agreement(cast, audience=cast.public)
    workstream = make_workstream(cast, agreement)
    report(cast, workstream)
    make_milestone(cast, workstream)
    make_action(cast, agreement)
    make_meeting(cast, agreement)
    assert Program(cast.tokyo).ids(path) == []
    assert len(Program(cast.los_angeles).ids(path)) == 1


@pytest.mark.parametrize("query", ["agreement=x", "state=", "due_after=2023", "sort=id", "q=x"])
def test_a_parameter_of_work_that_is_none_is_refused(cast: Cast, query: str) -> None:
    assert Program(cast.gothenburg).get(f"/api/v1/milestones?{query}").status_code == 400
