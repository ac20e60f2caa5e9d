from tests.api.program import Program
from tests.cast import Cast
from tests.lessons.factories import CANARY, make_lesson

SEARCH = "/api/v1/search"


def test_what_one_may_see_is_found(cast: Cast) -> None:
    lesson = make_lesson(cast, text={"title": "Agree <b>the</b> plug"})
    body = (
        Program(cast.los_angeles)
        .get(SEARCH, q="plug", organisation=str(lesson.organisation_id))
        .json()
    )
    (hit,) = body["items"]
    assert (hit["kind"], hit["id"], body["total"]) == ("lesson", str(lesson.pk), 1)
    assert hit["title"] == "Agree <b>the</b> plug"
    assert hit["marked"]["title"] == "Agree &lt;b&gt;the&lt;/b&gt; <mark>plug</mark>"
    assert body["facets"]["kind"] == {"lesson": 1}


def test_an_outsider_finds_counts_and_suggests_nothing(cast: Cast) -> None:
    make_lesson(cast, canary=True)
    response = Program(cast.tokyo).get(SEARCH, q=CANARY)
    body = response.json()
    assert (body["items"], body["total"]) == ([], 0)
    assert not any(body["facets"].values())


def test_facets_name_every_filter_whatever_was_found(cast: Cast) -> None:
    make_lesson(cast, text={"maturity": "pilot"})
    program = Program(cast.los_angeles)
    found, nothing = program.get(SEARCH, q="plug").json(), program.get(SEARCH, q="xyzzy").json()
    assert nothing["total"] == 0
    assert nothing["facets"].keys() == found["facets"].keys() >= {"kind", "maturity"}


def test_pages_follow_each_other(cast: Cast) -> None:
    made = {str(make_lesson(cast).pk) for _number in range(3)}
    program = Program(cast.los_angeles)
    first = program.get(SEARCH, q="plug", kind="lesson", limit=2).json()
    second = program.get(first["next"]).json()
    assert {hit["id"] for hit in first["items"] + second["items"]} == made
    assert (first["prev"], second["next"]) == (None, None)
    assert program.get(second["prev"]).json()["items"] == first["items"]


def test_dates_the_wrong_way_round_are_refused(cast: Cast) -> None:
    response = Program(cast.tokyo).get(SEARCH, since="2026-02-01", until="2026-01-01")
    assert response.json()["errors"][0]["parameter"] == "until"


def test_a_kind_that_is_not_searched_is_refused(cast: Cast) -> None:
    response = Program(cast.tokyo).get(SEARCH, kind="gossip")
    assert (response.status_code, response.json()["detail"]) == (
        400,
        "Wrong parameters: kind.",
    )


def test_a_parameter_without_a_value_is_told_so(cast: Cast) -> None:
    response = Program(cast.tokyo).get(SEARCH, kind="", q="")
    (wrong,) = response.json()["errors"]
    assert (wrong["parameter"], wrong["code"]) == ("kind", "blank")


def test_order_and_filters_are_those_of_the_page(cast: Cast) -> None:
    for title, maturity in (("Plug B", "pilot"), ("Plug A", "pilot"), ("Plug C", "idea")):
        make_lesson(cast, text={"title": title, "maturity": maturity})
    body = Program(cast.los_angeles).get(SEARCH, q="plug", sort="title", maturity="pilot").json()
    assert [hit["title"] for hit in body["items"]] == ["Plug A", "Plug B"]
    assert (body["full"], body["facets"]["maturity"]) == (2, {"pilot": 2, "idea": 1})


def test_an_order_and_a_value_that_are_none_are_refused(cast: Cast) -> None:
    for wrong in ({"sort": "best"}, {"maturity": "rotten"}, {"port": "Göteborg"}, {"year": "26"}):
        answer = Program(cast.tokyo).get(SEARCH, **wrong)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] in wrong


def test_how_work_on_a_lesson_stands_is_told_at_home_only(cast: Cast) -> None:
    make_lesson(cast)
    states = [
        Program(who).get(SEARCH, q="plug", kind="lesson").json()["items"][0]["state"]
        for who in (cast.gothenburg, cast.los_angeles)
    ]
    assert states == ["published", None]
