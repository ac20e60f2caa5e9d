from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, LessonVersion
from exchange.partners.actions import revoke_api_client
from tests.api.program import Program, pointers
from tests.cast import Cast, eyes
from tests.lessons.factories import act, full_text, make_lesson, make_topics

LESSONS = "/api/v1/lessons"
DRAFT = {"title": "Agree the plug before you order the ship"}


def one(lesson: Any) -> str:
    return f"{LESSONS}/{getattr(lesson, 'pk', lesson)}"


@pytest.fixture
def program(cast: Cast) -> Program:
    make_topics()
    return Program(cast.gothenburg)


def test_a_title_is_enough_for_a_draft(cast: Cast, program: Program) -> None:
    response = program.post(LESSONS, DRAFT)
    assert response.status_code == 201
    body = response.json()
    assert (body["state"], body["audience"]) == ("captured", "organisation")
    assert response["Location"].endswith(one(body["id"]))
    assert program.get(response["Location"].removeprefix("http://testserver")).json() == body


def test_a_whole_lesson_is_kept_as_it_was_sent(cast: Cast, program: Program) -> None:
    text = full_text()
    body = program.post(LESSONS, {**text, "audience": f"group:{cast.agreement.pk}"}).json()
    assert {name: body[name] for name in text} == text
    assert Lesson.objects.get(pk=body["id"]).audience == cast.agreement


def test_the_log_names_the_program(cast: Cast, program: Program) -> None:
    body = program.post(LESSONS, DRAFT).json()
    event = Event.objects.get(target_id=body["id"])
    assert (event.verb, event.actor.kind) == ("lesson.captured", "client")
    assert LessonVersion.objects.get(lesson=body["id"]).client == program.client


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/title"),
        ({"title": None}, "/title"),
        ({"title": ""}, "/title"),
        ({"title": 7}, "/title"),
        ({"title": ["x"]}, "/title"),
        ({"title": "x" * 141}, "/title"),
        ({**DRAFT, "titel": "x"}, "/titel"),
        ({**DRAFT, "a/b~c": "x"}, "/a~1b~0c"),
        ({**DRAFT, "state": "published"}, "/state"),
        ({**DRAFT, "organisation": "x"}, "/organisation"),
        ({**DRAFT, "kind": "gossip"}, "/kind"),
        ({**DRAFT, "topics": ["no/such"]}, "/topics"),
        ({**DRAFT, "topics": [7]}, "/topics/0"),
        ({**DRAFT, "topics": "energy"}, "/topics"),
        ({**DRAFT, "sdgs": [18]}, "/sdgs/0"),
        ({**DRAFT, "sdgs": [True]}, "/sdgs/0"),
        ({**DRAFT, "titles": {"xx": "x"}}, "/titles"),
        ({**DRAFT, "titles": []}, "/titles"),
        ({**DRAFT, "ports": ["nowhere"]}, "/ports"),
        ({**DRAFT, "started": "soon"}, "/started"),
        ({**DRAFT, "sources": "javascript:alert(1)"}, "/sources"),
        ({**DRAFT, "audience": "group:999999"}, "/audience"),
        ({**DRAFT, "audience": None}, "/audience"),
        ({**DRAFT, "external_id": "x" * 101}, "/external_id"),
        ([], ""),
        ("text", ""),
        (7, ""),
        (None, "/title"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(program: Program, body: Any, pointer: str) -> None:
    assert pointer in pointers(program.post(LESSONS, body))
    assert not Lesson.objects.exists()


def test_every_port_by_its_name_is_answered_with_its_code(program: Program) -> None:
    answer = program.post(LESSONS, {**DRAFT, "ports": ["Tokyo", "Göteborg", "SEGOT"]})
    told = [(error["pointer"], error["detail"]) for error in answer.json()["errors"]]
    assert told == [
        ("/ports", "“Tokyo” is no UN/LOCODE. Did you mean JPTYO (Port of Tokyo)?"),
        ("/ports", "“Göteborg” is no UN/LOCODE. Did you mean SEGOT (Port of Gothenburg)?"),
    ]


def test_all_that_is_wrong_is_told_at_once(program: Program) -> None:
    wrong = {"titel": "x", "state": "published", "kind": "gossip", "topics": ["no/such"]}
    wrong |= {"started": "soon", "audience": "group:999999"}
    found = pointers(program.post(LESSONS, wrong))
    assert set(found) == {"/title", *(f"/{name}" for name in wrong)}


def test_a_wrong_audience_does_not_hide_a_wrong_text(program: Program) -> None:
    found = pointers(program.post(LESSONS, {**DRAFT, "audience": "all", "sources": "data:,x"}))
    assert set(found) == {"/audience", "/sources"}


def test_a_patch_is_told_all_that_is_wrong_with_it_at_once(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    wrong = {"state": "published", "titel": "x", "kind": "gossip", "ended": "2001"}
    found = pointers(program.patch(one(lesson), wrong, version=1))
    assert set(found) == {f"/{name}" for name in wrong}


@pytest.mark.parametrize(
    "wrong", [{"started": "2025", "ended": 7}, {"started": 7, "ended": "2022"}]
)
def test_a_date_that_is_none_is_in_no_order(
    cast: Cast, program: Program, wrong: dict[str, Any]
) -> None:
    text = {"started": "2023", "ended": "2024"}
    lesson = make_lesson(cast, state=State.CAPTURED, text=text)
    [error] = program.patch(one(lesson), wrong, version=1).json()["errors"]
    assert error["detail"] == "Send this as text."


def test_a_group_one_is_not_in_cannot_be_chosen(cast: Cast) -> None:
    response = Program(cast.tokyo).post(
        LESSONS, {**DRAFT, "audience": f"group:{cast.agreement.pk}"}
    )
    assert "/audience" in pointers(response)


def test_an_external_id_is_taken_once(cast: Cast, program: Program) -> None:
    body = {**DRAFT, "external_id": "SEGOT-7"}
    first = program.post(LESSONS, body).json()
    response = program.post(LESSONS, body)
    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert first["id"] in response.json()["detail"]
    assert Program(cast.tokyo).post(LESSONS, body).status_code == 201


def test_a_patch_changes_what_it_names(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    response = program.patch(one(lesson), {"summary": "Shorter.", "cost_band": None}, version=1)
    body = response.json()
    assert (body["summary"], body["cost_band"]) == ("Shorter.", None)
    assert (body["title"], body["version"]) == (full_text()["title"], 2)


def test_a_patch_merges_the_titles(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    titles = {"sv": None, "es": "Acuerden el enchufe"}
    body = program.patch(one(lesson), {"titles": titles}, version=1).json()
    assert body["titles"] == {"es": "Acuerden el enchufe"}


def test_a_patch_may_be_typed_as_merge_patch(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    response = program.call(
        "patch",
        one(lesson),
        b'{"summary": "Shorter."}',
        headers={"if-match": '"v1"'},
        content_type="application/merge-patch+json",
    )
    assert response.status_code == 200


def test_what_was_read_can_be_sent_back(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    read = program.get(one(lesson))
    response = program.patch(one(lesson), read.json(), version=read["ETag"])
    assert response.status_code == 200
    assert response.json() == read.json()


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"state": "published"}, "/state", "read_only"),
        ({"version": 7}, "/version", "read_only"),
        ({"audience": "public"}, "/audience", "read_only"),
        ({"organisation": {}}, "/organisation", "read_only"),
        ({"tittel": "x"}, "/tittel", "unknown_field"),
        ({"lock": 1}, "/lock", "unknown_field"),
        ({"effective_audience": 1}, "/effective_audience", "unknown_field"),
        ({"language": "xx"}, "/language", "invalid_choice"),
        ([], "", "invalid"),
    ],
)
def test_a_patch_changes_no_more_than_the_text(
    cast: Cast, program: Program, body: Any, pointer: str, code: str
) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    assert pointers(program.patch(one(lesson), body, version=1)) == {pointer: code}
    lesson.refresh_from_db()
    assert (lesson.lock, lesson.state) == (1, State.CAPTURED)


def test_a_change_needs_the_version_it_is_based_on(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    assert program.patch(one(lesson), {"summary": "x"}).status_code == 428
    assert program.post(f"{one(lesson)}/submit").status_code == 428


@pytest.mark.parametrize(
    "tag", ["v1", "*", '"v1", "v2"', '"1"', '"v-1"', "", '"v' + "9" * 40 + '"']
)
def test_a_malformed_version_is_refused(cast: Cast, program: Program, tag: str) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    response = program.patch(one(lesson), {"summary": "x"}, version=tag)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_header")


def test_who_was_slower_is_told_the_current_version(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    act("revise", lesson, cast.gothenburg)
    response = program.patch(one(lesson), {"summary": "x"}, version=1)
    assert (response.status_code, response.json()["current_version"]) == (412, 2)
    latest = program.get(response.json()["latest"])
    assert latest.json()["version"] == 2


def test_a_version_that_is_yet_to_come_is_told_as_such(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    response = program.patch(one(lesson), {"summary": "x"}, version=7)
    assert "no version 7" in response.json()["detail"]


def test_a_second_submission_is_told_that_nothing_is_left_to_do(
    cast: Cast, program: Program
) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW)
    response = program.post(f"{one(lesson)}/submit", version=lesson.lock)
    assert response.status_code == 409
    assert "nothing is left to do" in response.json()["detail"]


def test_a_whole_lesson_read_before_a_change_is_stale(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    read = program.get(one(lesson))
    act("revise", lesson, cast.gothenburg)
    assert program.patch(one(lesson), read.json(), version=read["ETag"]).status_code == 412


def test_the_readers_text_sent_back_does_not_undo_the_newer_one(
    cast: Cast, program: Program
) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg, text={"title": "The newer title"})
    read = program.get(one(lesson))
    assert (read.json()["version"], read.json()["title"]) == (0, DRAFT["title"])
    body = {**read.json(), "summary": "Mine"}
    refused = program.patch(one(lesson), body, version=read["ETag"])
    assert refused.status_code == 412
    latest = program.get(refused.json()["latest"])
    body = {**latest.json(), "summary": "Mine"}
    assert program.patch(one(lesson), body, version=latest["ETag"]).status_code == 200
    lesson.refresh_from_db()
    assert lesson.latest_version.title == "The newer title"


@pytest.mark.parametrize("tag", ['W/"v1"', '"v1"', '"v1-0123456789abcdef"'])
def test_a_tag_made_weak_by_compression_still_counts(
    cast: Cast, program: Program, tag: str
) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    assert program.patch(one(lesson), {"summary": "x"}, version=tag).status_code == 200


def test_another_organisations_lesson_is_not_changed(cast: Cast) -> None:
    lesson = make_lesson(cast)
    inside, outside = Program(cast.los_angeles), Program(cast.tokyo)
    for program, status in ((inside, 403), (outside, 404)):
        assert program.patch(one(lesson), {"summary": "x"}, version=1).status_code == status
        assert program.post(f"{one(lesson)}/submit", version=1).status_code == status
    lesson.refresh_from_db()
    assert lesson.latest_version.number == 1


def test_a_draft_is_submitted(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    body = program.post(f"{one(lesson)}/submit", version=1).json()
    assert (body["state"], body["version"]) == ("in_review", 2)


def test_what_a_reviewer_would_miss_is_named(cast: Cast, program: Program) -> None:
    made = program.post(LESSONS, DRAFT)
    response = program.post(f"{one(made.json()['id'])}/submit", version=made["ETag"])
    assert {"/summary", "/topics", "/contact"} <= set(pointers(response))


def test_a_state_that_excludes_it_tells_what_is_possible(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW)
    response = program.patch(one(lesson), {"summary": "x"}, version=2)
    assert (response.status_code, response.json()["allowed_actions"]) == (409, [])
    published = make_lesson(cast)
    response = program.post(f"{one(published)}/submit", version=published.lock)
    assert (response.status_code, response.json()["allowed_actions"]) == (409, ["revise"])


def test_submit_takes_no_body(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    response = program.post(f"{one(lesson)}/submit", {"state": "published"}, version=1)
    assert pointers(response) == {"/state": "unknown_field"}


def test_a_key_is_needed_to_make_something(cast: Cast, program: Program) -> None:
    response = program.post(LESSONS, DRAFT, key=None)
    assert response.json()["code"] == "idempotency_key_required"


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "nøkkel", "two words"])
def test_a_malformed_key_is_refused(cast: Cast, program: Program, key: str) -> None:
    response = program.send("post", LESSONS, DRAFT, None, {"idempotency-key": key})
    assert (response.status_code, response.json()["code"]) == (400, "invalid_header")


def test_the_same_request_again_makes_nothing_new(cast: Cast, program: Program) -> None:
    first = program.post(LESSONS, DRAFT, key="k1")
    again = program.post(LESSONS, DRAFT, key="k1")
    assert (again.status_code, again.json(), again["ETag"]) == (201, first.json(), first["ETag"])
    assert again["Location"] == first["Location"]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Lesson.objects.count() == 1


def test_the_same_key_for_another_request_is_refused(cast: Cast, program: Program) -> None:
    program.post(LESSONS, DRAFT, key="k1")
    response = program.post(LESSONS, {"title": "Another"}, key="k1")
    assert (response.status_code, response.json()["code"]) == (422, "key_reused")


def test_the_same_key_for_another_lesson_is_refused(cast: Cast, program: Program) -> None:
    first, second = (make_lesson(cast, state=State.CAPTURED) for _ in range(2))
    assert program.post(f"{one(first)}/submit", key="monday", version=1).status_code == 200
    response = program.post(f"{one(second)}/submit", key="monday", version=1)
    assert (response.status_code, response.json()["code"]) == (422, "key_reused")
    second.refresh_from_db()
    assert second.state == State.CAPTURED


def test_the_keys_of_others_are_not_ours(cast: Cast, program: Program) -> None:
    program.post(LESSONS, DRAFT, key="k1")
    other = Program(cast.tokyo).post(LESSONS, DRAFT, key="k1")
    assert other.status_code == 201
    assert Lesson.objects.count() == 2


def test_a_refused_request_gives_its_key_back(cast: Cast, program: Program) -> None:
    assert program.post(LESSONS, {"title": ""}, key="k1").status_code == 422
    assert program.post(LESSONS, DRAFT, key="k1").status_code == 201


def test_a_revoked_token_gets_no_kept_answer(cast: Cast, program: Program) -> None:
    program.post(LESSONS, DRAFT, key="k1")
    revoke_api_client(actor=eyes(cast.gothenburg.coordinator), client=program.client)
    assert program.post(LESSONS, DRAFT, key="k1").status_code == 401


def test_a_submit_that_is_repeated_gets_the_first_answer(cast: Cast, program: Program) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    first = program.post(f"{one(lesson)}/submit", version=1, key="k1")
    again = program.post(f"{one(lesson)}/submit", version=1, key="k1")
    assert again.json() == first.json()
    assert Event.objects.filter(target_id=lesson.pk, verb="lesson.submitted").count() == 1


@pytest.mark.parametrize("step", ["review", "approve", "publish", "withdraw", "audience"])
def test_programs_neither_review_nor_publish(cast: Cast, program: Program, step: str) -> None:
    lesson = make_lesson(cast, state=State.VALIDATED)
    assert program.post(f"{one(lesson)}/{step}", version=lesson.lock).status_code == 404
