import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.audiences.models import Audience
from exchange.common import time
from exchange.lessons.choices import State
from tests.api.program import Program
from tests.cast import Cast
from tests.lessons.factories import CANARY, act, make_lesson, make_topics

LESSONS = "/api/v1/lessons"
ORGANISATIONS = "/api/v1/organisations"


def one(lesson: Any) -> str:
    return f"{LESSONS}/{lesson.pk}"


def test_topics_come_in_the_order_of_the_taxonomy(cast: Cast) -> None:
    make_topics()
    items = Program(cast.tokyo).get("/api/v1/topics", limit=200).json()["items"]
    codes = [item["code"] for item in items]
    assert codes.index("energy") < codes.index("energy/shore-power")
    assert items[codes.index("energy/shore-power")]["theme"] == "energy"


def test_organisations_come_by_name(cast: Cast) -> None:
    items = Program(cast.tokyo).get("/api/v1/organisations").json()["items"]
    assert [item["unlocode"] for item in items] == ["SEGOT", "USLAX", "JPTYO"]


def test_organisations_are_filtered(cast: Cast) -> None:
    found = Program(cast.tokyo).get("/api/v1/organisations", country=["SE", "JP"], kind="port")
    assert [item["country"] for item in found.json()["items"]] == ["SE", "JP"]


def test_one_organisation_is_read(cast: Cast) -> None:
    organisation = cast.gothenburg.organisation
    body = Program(cast.tokyo).get(f"/api/v1/organisations/{organisation.pk}").json()
    assert body["name"] == "Port of Gothenburg"
    assert "coordinator" not in str(body).lower()


@pytest.mark.parametrize("path", [LESSONS, "/api/v1/organisations"])
def test_what_does_not_exist_is_404(cast: Cast, path: str) -> None:
    assert Program(cast.tokyo).get(f"{path}/{uuid4()}").status_code == 404


def test_a_partner_inside_the_audience_reads_the_lesson(cast: Cast) -> None:
    lesson = make_lesson(cast, canary=True)
    program = Program(cast.los_angeles)
    assert program.ids(LESSONS) == [str(lesson.pk)]
    assert CANARY in program.get(one(lesson)).json()["situation"]


def test_an_outsider_gets_nothing_of_it(cast: Cast) -> None:
    lesson = make_lesson(cast, canary=True)
    program = Program(cast.tokyo)
    assert program.get(one(lesson)).status_code == 404
    for parameters in ({}, {"topic": "energy"}, {"sort": "title"}, {"state": "published"}):
        response = program.get(LESSONS, **parameters)
        assert response.json()["items"] == []
        assert CANARY not in response.content.decode()
    organisation = {"organisation": str(cast.gothenburg.organisation.pk)}
    assert program.ids(LESSONS, **organisation) == []


@pytest.mark.parametrize("state", [state for state in State if state != State.PUBLISHED])
def test_what_is_not_published_is_at_home_only(cast: Cast, state: str) -> None:
    lesson = make_lesson(cast, state=state)
    assert Program(cast.los_angeles).get(one(lesson)).status_code == 404
    home = Program(cast.gothenburg)
    assert home.get(one(lesson)).json()["state"] == state
    assert home.ids(LESSONS) == []
    assert home.ids(LESSONS, state=state) == [str(lesson.pk)]


def test_a_state_lists_the_own_organisations_lessons_only(cast: Cast) -> None:
    make_lesson(cast)
    assert Program(cast.los_angeles).ids(LESSONS, state="published") == []


def test_work_on_a_published_lesson_is_told_at_home_only(cast: Cast) -> None:
    lesson = make_lesson(cast)
    partner, home = Program(cast.los_angeles), Program(cast.gothenburg)
    before = partner.get(one(lesson))
    act("revise", lesson, cast.gothenburg, text={"title": f"{CANARY} better"})
    after = partner.get(one(lesson), text="latest")
    assert after.json() == before.json()
    assert after["ETag"] == before["ETag"]
    assert home.get(one(lesson)).json()["title"] == before.json()["title"]
    assert home.get(one(lesson), text="latest").json()["title"] == f"{CANARY} better"
    assert home.get(one(lesson)).json()["state"] == "captured"


def test_others_are_not_told_states_keys_or_rights(cast: Cast) -> None:
    lesson = make_lesson(cast, external_id="SEGOT-7")
    body = Program(cast.los_angeles).get(one(lesson)).json()
    assert (body["state"], body["external_id"], body["allowed_actions"]) == (None, None, [])
    assert body["audience"] == "group"
    assert "Karin" not in str(body)


def test_the_owner_is_told_what_it_may_do(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    body = Program(cast.gothenburg).get(one(lesson)).json()
    assert body["allowed_actions"] == ["revise", "submit", "discard"]
    assert body["version"] == lesson.lock
    assert body["audience"] == f"group:{cast.agreement.pk}"


def test_a_withdrawn_lesson_is_gone_for_its_readers(cast: Cast) -> None:
    lesson = make_lesson(cast)
    partner = Program(cast.los_angeles)
    assert partner.ids(LESSONS)
    act("withdraw", lesson, cast.gothenburg)
    assert partner.ids(LESSONS) == []
    assert partner.get(one(lesson)).status_code == 404


@pytest.fixture
def three(cast: Cast) -> dict[str, str]:
    """Three lessons of different kind, language, topic and owner, oldest first."""
    public: Audience = cast.public
    kinds = [
        (cast.gothenburg, {"kind": "good_practice", "title": "Anchor"}),
        (cast.tokyo, {"kind": "problem", "language": "ja", "title": "Buoy", "titles": {}}),
        (cast.gothenburg, {"kind": "problem", "topics": ["digital"], "title": "Crane"}),
    ]
    made = [make_lesson(port, audience=public, text=text) for port, text in kinds]
    return {str(lesson.pk): str(lesson) for lesson in made}


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ["Crane", "Buoy", "Anchor"]),
        ({"sort": "title"}, ["Anchor", "Buoy", "Crane"]),
        ({"sort": "-title,published_at"}, ["Crane", "Buoy", "Anchor"]),
        ({"kind": "problem"}, ["Crane", "Buoy"]),
        ({"kind": ["problem", "good_practice"]}, ["Crane", "Buoy", "Anchor"]),
        ({"language": "ja"}, ["Buoy"]),
        ({"topic": "energy"}, ["Buoy", "Anchor"]),
        ({"topic": "energy/shore-power"}, ["Buoy", "Anchor"]),
        ({"topic": "digital"}, ["Crane"]),
        ({"published_after": "2100-01-01T00:00:00Z"}, []),
        ({"published_before": "2100-01-01"}, ["Crane", "Buoy", "Anchor"]),
        ({"published_before": "2020-01-01T00:00:00+09:00"}, []),
    ],
)
def test_lessons_are_filtered_and_sorted(
    cast: Cast, three: dict[str, str], parameters: dict[str, Any], found: list[str]
) -> None:
    ids = Program(cast.los_angeles).ids(LESSONS, **parameters)
    assert [three[key] for key in ids] == found


@pytest.mark.parametrize("path", [LESSONS, "/api/v1/search"])
def test_a_topic_that_there_is_not_is_refused(cast: Cast, path: str) -> None:
    response = Program(cast.tokyo).get(path, topic="energy/shore-powr")
    assert response.status_code == 400
    assert "no topic “energy/shore-powr”" in response.json()["errors"][0]["detail"]


@pytest.mark.parametrize("path", [LESSONS, "/api/v1/search"])
@pytest.mark.parametrize("topic", ["a\0b", "Energy!", "a" * 61])
def test_what_cannot_be_a_topic_is_looked_up_nowhere(cast: Cast, path: str, topic: str) -> None:
    response = Program(cast.tokyo).get(path, topic=topic)
    assert response.status_code == 400
    assert "no topic" not in response.content.decode()


@pytest.mark.parametrize("path", [LESSONS, "/api/v1/search"])
def test_what_is_no_id_is_explained(cast: Cast, path: str) -> None:
    [error] = Program(cast.gothenburg).get(path, organisation="Tokyo").json()["errors"]
    assert (error["parameter"], error["detail"]) == (
        "organisation",
        "Send the `id` of one, a UUID.",
    )


def test_all_that_is_wrong_with_the_parameters_is_told_at_once(cast: Cast) -> None:
    response = Program(cast.tokyo).get(LESSONS, x="1", state=["a", "b"], kind="gossip", limit="0")
    errors = response.json()["errors"]
    assert {error["parameter"] for error in errors} == {"x", "state", "kind", "limit"}
    assert "Send 1 or more." in {error["detail"] for error in errors}


def test_lessons_are_filtered_by_owner(cast: Cast, three: dict[str, str]) -> None:
    owner = cast.tokyo.organisation.pk
    assert [three[key] for key in Program(cast.los_angeles).ids(LESSONS, organisation=owner)] == [
        "Buoy"
    ]


def test_moments_are_told_in_utc(cast: Cast) -> None:
    lesson = make_lesson(cast)
    told = Program(cast.los_angeles).get(one(lesson)).json()["published_at"]
    assert told.endswith("Z")
    assert dt.datetime.fromisoformat(told) <= time.now()


def test_who_has_it_already_gets_304(cast: Cast) -> None:
    lesson = make_lesson(cast)
    program = Program(cast.los_angeles)
    tag = program.get(one(lesson))["ETag"]
    again = program.get(one(lesson), headers={"if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again["ETag"]) == (304, tag)


def test_the_tag_changes_with_what_is_said(cast: Cast) -> None:
    lesson = make_lesson(cast)
    program = Program(cast.los_angeles)
    tag = program.get(one(lesson))["ETag"]
    act("withdraw", lesson, cast.gothenburg)
    assert program.get(one(lesson), headers={"if-none-match": tag}).status_code == 404


def test_answers_are_for_this_token_only(cast: Cast) -> None:
    response = Program(cast.los_angeles).get(LESSONS)
    assert "Authorization" in response["Vary"]
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", [LESSONS, "/api/v1/organisations", "/api/v1/topics"])
def test_a_list_costs_the_same_for_one_and_for_fifty(cast: Cast, path: str) -> None:
    program = Program(cast.los_angeles)
    make_lesson(cast)
    few = queries(program, path, limit=1)
    for _number in range(49):
        make_lesson(cast)
    assert queries(program, path, limit=200) == few <= 8


def test_one_lesson_costs_few_queries(cast: Cast) -> None:
    lesson = make_lesson(cast)
    assert queries(Program(cast.gothenburg), one(lesson)) <= 8


def queries(program: Program, path: str, **parameters: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        program.get(path, **parameters)
    return len(captured)


WITH_FIELDS = [
    (LESSONS, {"id", "title", "allowed_actions"}),
    (ORGANISATIONS, {"name", "url"}),
    ("/api/v1/topics", {"code"}),
]


@pytest.mark.parametrize(("path", "names"), WITH_FIELDS)
def test_a_list_holds_the_members_that_were_asked_for(
    cast: Cast, path: str, names: set[str]
) -> None:
    make_lesson(cast)
    items = Program(cast.gothenburg).get(path, fields=",".join(names)).json()["items"]
    assert items
    assert all(set(item) == names for item in items)


def test_one_thing_holds_the_members_that_were_asked_for(cast: Cast) -> None:
    program, lesson = Program(cast.gothenburg), make_lesson(cast)
    for path in (f"{LESSONS}/{lesson.pk}", f"{ORGANISATIONS}/{cast.tokyo.organisation.pk}"):
        whole = program.get(path).json()
        assert program.get(path, fields="id,url").json() == {
            name: whole[name] for name in ("id", "url")
        }


@pytest.mark.parametrize("fields", ["", "x", "id,x", "id,", "organisation.name", "*"])
def test_a_member_that_is_none_is_refused(cast: Cast, fields: str) -> None:
    response = Program(cast.gothenburg).get(f"{LESSONS}/{make_lesson(cast).pk}", fields=fields)
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (400, "fields")


def test_a_part_has_a_tag_of_its_own_and_the_same_version(cast: Cast) -> None:
    program, lesson = Program(cast.gothenburg), make_lesson(cast, state=State.CAPTURED)
    path = f"{LESSONS}/{lesson.pk}"
    whole, part = program.get(path)["ETag"], program.get(path, fields="id")["ETag"]
    assert whole != part
    assert program.get(path, fields="id", headers={"if-none-match": part}).status_code == 304
    assert program.get(path, headers={"if-none-match": part}).status_code == 200
    assert program.patch(path, {"summary": "x"}, version=part).status_code == 200


def test_members_may_change_from_page_to_page(cast: Cast) -> None:
    for _ in range(3):
        make_lesson(cast)
    program = Program(cast.gothenburg)
    following = program.get(LESSONS, limit=1, fields="id").json()["next"]
    item = program.get(following.replace("fields=id", "fields=title")).json()["items"][0]
    assert set(item) == {"title"}


def test_what_is_said_at_home_alone_is_null_elsewhere_when_asked_for(cast: Cast) -> None:
    make_lesson(cast, external_id="SEGOT-7")
    items = Program(cast.los_angeles).get(LESSONS, fields="state,external_id").json()["items"]
    assert items == [{"state": None, "external_id": None}]


def test_ids_find_what_may_be_seen_and_say_nothing_of_the_rest(cast: Cast) -> None:
    seen, hidden = make_lesson(cast), make_lesson(cast, audience=cast.gothenburg.home)
    make_lesson(cast)
    asked = [str(seen.pk), str(hidden.pk), str(uuid4())]
    assert Program(cast.los_angeles).ids(LESSONS, id=asked) == [str(seen.pk)]


def test_at_most_a_hundred_ids_are_asked_for(cast: Cast) -> None:
    program = Program(cast.gothenburg)
    statuses = [
        program.get(LESSONS, id=[str(uuid4()) for _ in range(number)]).status_code
        for number in (100, 101)
    ]
    assert statuses == [200, 400]


def test_an_id_of_blanks_finds_nothing(cast: Cast) -> None:
    make_lesson(cast, external_id="SEGOT-7")
    assert Program(cast.gothenburg).ids(LESSONS, external_id="\n") == []


def test_ones_own_id_finds_a_lesson_at_home_whatever_its_state(cast: Cast) -> None:
    draft = make_lesson(cast, state=State.CAPTURED, external_id="7")
    make_lesson(cast, external_id="8")
    assert Program(cast.gothenburg).ids(LESSONS, external_id="7") == [str(draft.pk)]
    assert Program(cast.gothenburg).ids(LESSONS, external_id=["7", "8"], state="published") != []
    assert Program(cast.los_angeles).ids(LESSONS, external_id=["7", "8"]) == []
