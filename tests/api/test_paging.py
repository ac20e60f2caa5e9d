import datetime as dt
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.common import time
from exchange.partners.models import Organisation
from tests.api.program import Program
from tests.cast import Cast
from tests.lessons.factories import make_lesson

ORGANISATIONS = "/api/v1/organisations"
LESSONS = "/api/v1/lessons"


def add(number: int, choice: int = 0) -> Organisation:
    """Add a reference port without the action's ceremony; few names, so that sort keys collide."""
    key = f"port {(number + choice) % 7}"
    return Organisation.objects.create(
        name=f"{key} {number}", sort_key=key, kind="agency", is_partner=False
    )


def pages(program: Program, path: str, **parameters: Any) -> list[list[str]]:
    found, address = [], path
    while address:
        body = program.get(address, **parameters).json()
        found.append([item["id"] for item in body["items"]])
        address, parameters = body["next"], {}
    return found


CHANGES = st.lists(st.tuples(st.sampled_from("+-"), st.integers(0, 200)), max_size=4)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.integers(0, 30),
    limit=st.integers(1, 9),
    descending=st.booleans(),
    changes=st.lists(CHANGES, max_size=12),
)
def test_what_lives_throughout_is_seen_once(
    cast: Cast, start: int, limit: int, descending: bool, changes: list[list[tuple[str, int]]]
) -> None:
    Organisation.objects.filter(kind="agency").delete()
    living = {add(number).pk: number for number in range(start)}
    throughout = {str(pk) for pk in living}
    parameters = {"kind": "agency", "limit": limit, "sort": "-name" if descending else "name"}
    program = Program(cast.gothenburg)
    seen: list[str] = []
    address: str | None = ORGANISATIONS
    number = 1000
    while address:
        body = program.get(address, **parameters).json()
        seen += [item["id"] for item in body["items"]]
        address, parameters = body["next"], {}
        for kind, choice in changes.pop() if changes else []:
            number += 1
            if kind == "+":
                living[add(number, choice).pk] = number
            elif living:
                gone = list(living)[choice % len(living)]
                del living[gone]
                Organisation.objects.filter(pk=gone).delete()
                throughout.discard(str(gone))
    assert len(seen) == len(set(seen))
    assert throughout <= set(seen)


@pytest.fixture
def many(cast: Cast) -> None:
    for number in range(23):
        add(number)


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_the_way_back_is_the_way_there(cast: Cast, many: None, sort: str) -> None:
    program = Program(cast.gothenburg)
    forward = pages(program, ORGANISATIONS, kind="agency", limit=5, sort=sort)
    last = program.get(ORGANISATIONS, kind="agency", limit=5, sort=sort).json()
    while last["next"]:
        last = program.get(last["next"]).json()
    backward = [[item["id"] for item in last["items"]]]
    while last["prev"]:
        last = program.get(last["prev"]).json()
        backward.append([item["id"] for item in last["items"]])
    assert backward[::-1] == forward
    assert last["next"]


@pytest.mark.parametrize(
    ("sort", "state"),
    [("-published_at", None), ("published_at", None), ("published_at,-title", "captured")],
)
def test_empty_sort_values_come_last_and_once(cast: Cast, sort: str, state: str | None) -> None:
    made = [make_lesson(cast.gothenburg) for _number in range(3)]
    for number in range(4):
        make_lesson(cast.gothenburg, state="captured", text={"title": f"Draft {number % 2}"})
    for lesson in made:
        type(lesson).objects.filter(pk=lesson.pk).update(state=state or "published")
    parameters = {"state": state} if state else {}
    found = pages(Program(cast.gothenburg), LESSONS, sort=sort, limit=2, **parameters)
    flat = [key for page in found for key in page]
    assert len(flat) == len(set(flat)) == (7 if state else 3)
    assert {str(lesson.pk) for lesson in made} == set(flat[:3])


def cursor_of(program: Program, **parameters: Any) -> str:
    address = program.get(ORGANISATIONS, limit=1, **parameters).json()["next"]
    return str(address).partition("cursor=")[2].partition("&")[0].replace("%3A", ":")


def code(response: Any) -> str:
    assert response.status_code == 400
    return str(response.json()["code"])


def test_a_cursor_that_was_changed_is_refused(cast: Cast) -> None:
    program = Program(cast.gothenburg)
    cursor = cursor_of(program)
    for spoilt in (cursor[:-1], "x" + cursor, cursor.swapcase(), cursor.partition(":")[0]):
        assert code(program.get(ORGANISATIONS, cursor=spoilt, limit=1)) == "invalid_cursor"


def test_a_cursor_belongs_to_its_viewer(cast: Cast) -> None:
    cursor = cursor_of(Program(cast.gothenburg))
    other = Program(cast.tokyo).get(ORGANISATIONS, cursor=cursor, limit=1)
    assert code(other) == "invalid_cursor"


@pytest.mark.parametrize("other", [{"sort": "-name"}, {"kind": "port"}, {"country": "SE"}])
def test_a_cursor_belongs_to_its_filters_and_order(cast: Cast, other: dict[str, str]) -> None:
    program = Program(cast.gothenburg)
    response = program.get(ORGANISATIONS, cursor=cursor_of(program), limit=1, **other)
    assert code(response) == "invalid_cursor"


def test_a_cursor_belongs_to_its_list(cast: Cast) -> None:
    program = Program(cast.gothenburg)
    assert code(program.get("/api/v1/topics", cursor=cursor_of(program))) == "invalid_cursor"


def test_a_cursor_works_with_another_limit(cast: Cast) -> None:
    program = Program(cast.gothenburg)
    assert len(program.get(ORGANISATIONS, cursor=cursor_of(program)).json()["items"]) == 2


def test_a_cursor_expires_after_a_day(cast: Cast) -> None:
    program = Program(cast.gothenburg)
    cursor = cursor_of(program)
    for hours, expected in ((23, 200), (25, 400)):
        with time_machine.travel(time.now() + dt.timedelta(hours=hours)):
            response = program.get(ORGANISATIONS, cursor=cursor, limit=1)
            assert response.status_code == expected
    assert code(response) == "cursor_expired"


def test_what_became_invisible_is_gone_from_the_next_page(cast: Cast) -> None:
    lessons = [make_lesson(cast) for _number in range(3)]
    program = Program(cast.los_angeles)
    first = program.get(LESSONS, limit=1).json()
    home = cast.gothenburg.home
    type(lessons[1]).objects.filter(pk=lessons[1].pk).update(audience=home, effective_audience=home)
    assert program.ids(first["next"]) == [str(lessons[0].pk)]
