"""The pages that move a lesson on."""

import re

import pytest
from django.utils.html import escape

from exchange.activity.models import Event
from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Role, Viewer
from exchange.common.ids import uuid7
from exchange.lessons import policies
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson, Review
from exchange.partners.models import Membership, Organisation
from tests.api.program import Program
from tests.cast import Cast, eyes
from tests.lessons.factories import act, full_text, make_lesson, make_topics
from tests.lessons.pages import browser, page, step_body

PAGES = [
    ("review", State.IN_REVIEW, {"decision": "approved"}, State.VALIDATED),
    ("publish", State.VALIDATED, {}, State.PUBLISHED),
    ("withdraw", State.PUBLISHED, {"reason": "Wrong figures."}, State.WITHDRAWN),
]


def address_of(lesson: Lesson, name: str) -> str:
    return f"{lesson.get_absolute_url()}{name}/"


@pytest.mark.parametrize(("name", "before", "values", "after"), PAGES)
def test_a_reviewer_moves_it_on(
    cast: Cast, name: str, before: str, values: dict[str, str], after: str
) -> None:
    lesson = make_lesson(cast, state=before)
    rolf = browser(cast.gothenburg.reviewer)
    page(rolf.get(address_of(lesson, name)))
    answer = rolf.post(address_of(lesson, name), step_body(lesson, **values))
    lesson.refresh_from_db()
    assert (answer["Location"], lesson.state) == (lesson.get_absolute_url(), after)


@pytest.mark.parametrize(("name", "before", "values", "after"), PAGES)
def test_a_contributor_is_refused(
    cast: Cast, name: str, before: str, values: dict[str, str], after: str
) -> None:
    lesson = make_lesson(cast, state=before)
    karin = browser(cast.gothenburg.contributor)
    assert karin.get(address_of(lesson, name)).status_code == 403
    answer = karin.post(address_of(lesson, name), step_body(lesson, **values))
    lesson.refresh_from_db()
    assert (answer.status_code, lesson.state) == (403, before)


@pytest.mark.parametrize(("name", "before", "values", "after"), PAGES)
def test_a_double_click_does_it_once(
    cast: Cast, name: str, before: str, values: dict[str, str], after: str
) -> None:
    lesson = make_lesson(cast, state=before)
    rolf = browser(cast.gothenburg.reviewer)
    body = step_body(lesson, **values)
    rolf.post(address_of(lesson, name), body)
    count = Event.objects.count()
    answer = rolf.post(address_of(lesson, name), body, follow=True)
    assert "cannot" not in page(answer)
    assert Event.objects.count() == count


@pytest.mark.parametrize(("name", "before", "values", "after"), PAGES)
def test_a_lesson_changed_meanwhile_is_shown_again_first(
    cast: Cast, name: str, before: str, values: dict[str, str], after: str
) -> None:
    lesson = make_lesson(cast, state=before)
    body = step_body(lesson, **values) | {"lock": lesson.lock - 1}
    rolf = browser(cast.gothenburg.reviewer)
    answer = rolf.post(address_of(lesson, name), body, follow=True)
    lesson.refresh_from_db()
    assert "This lesson has changed meanwhile" in page(answer)
    assert lesson.state == before


@pytest.mark.parametrize(("name", "before", "values", "after"), PAGES)
def test_a_state_that_excludes_it_is_explained(
    cast: Cast, name: str, before: str, values: dict[str, str], after: str
) -> None:
    lesson = make_lesson(cast, state=State.DECLINED)
    rolf = browser(cast.gothenburg.reviewer)
    for answer in (
        rolf.get(address_of(lesson, name), follow=True),
        rolf.post(address_of(lesson, name), step_body(lesson, **values), follow=True),
    ):
        assert answer.redirect_chain == [(lesson.get_absolute_url(), 302)]
        assert "This lesson is “declined”" in (text := page(answer)) or "Only a published" in text


@pytest.mark.parametrize("name", ["submit", "review", "publish", "withdraw", "audience"])
def test_a_form_without_its_nonce_does_nothing(cast: Cast, name: str) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW)
    rolf = browser(cast.gothenburg.reviewer)
    rolf.post(address_of(lesson, name), {"decision": "approved", "audience": "public"})
    after = Lesson.objects.get()
    assert (after.state, after.lock) == (State.IN_REVIEW, lesson.lock)


def test_submitting_says_what_review_still_needs(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED, text={"contact": ""})
    karin = browser(cast.gothenburg.contributor)
    answer = karin.post(address_of(lesson, "submit"), step_body(lesson), follow=True)
    assert answer.redirect_chain == [(lesson.get_absolute_url(), 302)]
    assert "Not sent to review: the text still needs what is listed here." in page(answer)
    assert f'{address_of(lesson, "edit")}#id_contact">Contact</a>: Name a person' in page(answer)


def test_a_button_without_its_nonce_blames_no_text(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    answer = browser(cast.gothenburg.contributor).post(address_of(lesson, "submit"), follow=True)
    assert "Not sent to review" not in page(answer)
    assert "Part of this form got lost on the way" in page(answer)


def test_what_a_newer_text_lacks_is_in_sight_beside_a_published_one(cast: Cast) -> None:
    lesson = act("revise", make_lesson(cast), cast.gothenburg, text={"contact": ""})
    text = page(browser(cast.gothenburg.contributor).get(lesson.get_absolute_url()))
    assert re.search(r"<details open>\s*<summary>1 thing is still missing", text)


def test_a_decision_sent_before_for_another_is_told_in_words(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW)
    rolf = browser(cast.gothenburg.reviewer)
    body = step_body(lesson, decision="changes_requested", reason="Name the voltage.")
    rolf.post(address_of(lesson, "review"), body)
    text = page(rolf.post(address_of(lesson, "review"), {**body, "reason": "Another."}))
    assert "This was sent before." in text
    assert body["nonce"] not in text
    assert "What the text lacks" not in text


def test_submitting_wants_a_post(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    answer = browser(cast.gothenburg.contributor).get(address_of(lesson, "submit"))
    assert answer.status_code == 405


@pytest.mark.parametrize("decision", ["changes_requested", "declined"])
def test_a_no_needs_a_reason(cast: Cast, decision: str) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW)
    rolf = browser(cast.gothenburg.reviewer)
    address = address_of(lesson, "review")
    assert "Say why" in page(rolf.post(address, step_body(lesson, decision=decision)))
    body = step_body(lesson, decision=decision, reason="Which\r\nvoltage?")
    assert rolf.post(address, body).status_code == 302
    review = Review.objects.get()
    assert (review.decision, review.reason) == (decision, "Which\nvoltage?")


def test_a_reviewer_does_not_review_their_own(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    lesson = act("revise", lesson, cast.gothenburg, actor=eyes(cast.gothenburg.reviewer))
    lesson = act("submit", lesson, cast.gothenburg)
    rolf = browser(cast.gothenburg.reviewer)
    refused = rolf.get(address_of(lesson, "review"))
    assert refused.status_code == 403
    assert "You wrote this text" in refused.content.decode()
    assert "who did not write it" in page(rolf.get(lesson.get_absolute_url()))


def test_a_lesson_that_nobody_can_review_says_so(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    author = cast.gothenburg.coordinator
    lesson = act("revise", lesson, cast.gothenburg, actor=eyes(author))
    lesson = act("submit", lesson, cast.gothenburg)
    others = Membership.objects.filter(organisation=lesson.organisation).exclude(user=author)
    others.filter(user=cast.gothenburg.contributor).update(role=Role.READER)
    others.filter(role=Role.REVIEWER).delete()
    text = page(browser(author).get(lesson.get_absolute_url()))
    assert "Nobody of your organisation can review it" in text
    assert (
        f'<a href="/organisations/{lesson.organisation_id}/members/">Invite a reviewer, or' in text
    )
    text = page(browser(cast.gothenburg.reader).get(lesson.get_absolute_url()))
    assert "Ask a coordinator for one" in text


def test_while_it_waits_it_says_that_it_cannot_be_approved_without_evidence(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW, text={"evidence": ""})
    people = (cast.gothenburg.contributor, cast.gothenburg.reader)
    texts = [page(browser(person).get(lesson.get_absolute_url())) for person in people]
    assert ["without a word on the evidence" in text for text in texts] == [True, False]


def test_a_closed_account_reviews_nothing(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW)
    assert policies.somebody_can_review(lesson)
    port = cast.gothenburg
    for person in (port.reviewer, port.coordinator):
        person.is_active = False
        person.save()
    assert not policies.somebody_can_review(lesson)


def test_a_programs_text_can_be_reviewed(cast: Cast) -> None:
    make_topics()
    program = Program(cast.gothenburg)
    made = program.post("/api/v1/lessons", full_text())
    program.post(f"/api/v1/lessons/{made.json()['id']}/submit", version=made["ETag"])
    lesson = Lesson.objects.get()
    assert (lesson.state, lesson.latest_version.author) == (State.IN_REVIEW, None)
    assert policies.somebody_can_review(lesson)


def test_the_review_shows_what_was_asked_for_last_time(cast: Cast) -> None:
    lesson = act("request_changes", make_lesson(cast, state=State.IN_REVIEW), cast.gothenburg)
    lesson = act("submit", act("revise", lesson, cast.gothenburg), cast.gothenburg)
    asked = Review.objects.get().reason
    shown = page(browser(cast.gothenburg.reviewer).get(address_of(lesson, "review")))
    assert "Asked for on version 1 by Rolf" in shown
    assert escape(asked) in shown


def test_what_was_asked_for_is_shown_when_the_same_text_comes_again(cast: Cast) -> None:
    lesson = act("request_changes", make_lesson(cast, state=State.IN_REVIEW), cast.gothenburg)
    lesson = act("submit", lesson, cast.gothenburg)
    shown = page(browser(cast.gothenburg.reviewer).get(address_of(lesson, "review")))
    assert "Asked for on version 1" in shown


def test_what_was_asked_for_and_approved_is_not_shown_again(cast: Cast) -> None:
    lesson = act("request_changes", make_lesson(cast, state=State.IN_REVIEW), cast.gothenburg)
    for step in ("submit", "approve", "publish", "revise", "submit"):
        lesson = act(step, lesson, cast.gothenburg)
    shown = page(browser(cast.gothenburg.reviewer).get(address_of(lesson, "review")))
    assert "Asked for" not in shown


def test_the_review_shows_what_changed_since_the_last_one(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CHANGES_REQUESTED)
    text = {"summary": "Shore power works when the voltage is agreed first."}
    lesson = act("revise", lesson, cast.gothenburg, text=text)
    lesson = act("submit", lesson, cast.gothenburg)
    answer = page(browser(cast.gothenburg.reviewer).get(address_of(lesson, "review")))
    assert "What changed since version 1" in answer
    assert "<ins>the </ins>voltage" in answer


def test_a_declined_lesson_says_why_before_anything_else(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW)
    act("decline", lesson, cast.gothenburg, reason="It says what the law says.")
    text = page(browser(cast.gothenburg.contributor).get(lesson.get_absolute_url()))
    assert "declined it:" in text
    assert text.index("It says what the law says.") < text.index('class="reading"')


def test_the_review_names_ports_that_our_list_does_not_have(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW, text={"ports": ["SEGOT", "SEXYZ"]})
    text = page(browser(cast.gothenburg.reviewer).get(f"/lessons/{lesson.pk}/review/"))
    assert "does not have SEXYZ." in text


def test_ones_own_port_may_be_one_that_our_list_does_not_have(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.gothenburg.organisation.pk).update(unlocode="SEXYZ")
    lesson = make_lesson(cast, state=State.IN_REVIEW, text={"ports": ["SEGOT", "SEXYZ"]})
    text = page(browser(cast.gothenburg.reviewer).get(address_of(lesson, "review")))
    assert "Our list of ports" not in text


def test_the_review_says_what_approval_needs(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW, text={"evidence": ""})
    rolf = browser(cast.gothenburg.reviewer)
    shown = page(rolf.get(address_of(lesson, "review")))
    assert "Give the evidence" in shown
    assert 'value="approved"' not in shown
    body = step_body(lesson, decision="approved")
    refused = page(rolf.post(address_of(lesson, "review"), body))
    assert "Give the evidence" in refused
    assert "Nothing was decided yet. What the text lacks its author adds" in refused


def test_publishing_names_every_organisation_that_will_read_it(cast: Cast) -> None:
    rolf = browser(cast.gothenburg.reviewer)
    shared = make_lesson(cast, state=State.VALIDATED)
    public = make_lesson(cast, state=State.VALIDATED, audience=cast.public)
    texts = [page(rolf.get(address_of(lesson, "publish"))) for lesson in (shared, public)]
    assert ["Port of Tokyo" in text for text in texts] == [False, True]
    assert "everybody on the internet" in texts[1]


@pytest.mark.parametrize(
    ("whom", "words"),
    [
        ("gothenburg", "your own organisation only"),
        ("agreement", "your own organisation and 1 other"),
        ("partners", "your own organisation and 2 others"),
        ("public", "everybody"),
    ],
)
def test_the_button_counts_ones_own_organisation_apart(cast: Cast, whom: str, words: str) -> None:
    home = cast.gothenburg.organisation.home_audience
    audience = home if whom == "gothenburg" else getattr(cast, whom)
    lesson = make_lesson(cast, state=State.VALIDATED, audience=audience)
    text = page(browser(cast.gothenburg.reviewer).get(address_of(lesson, "publish")))
    assert f"Publish for {words}<" in text


def test_a_single_agreement_is_chosen_by_one_tick(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.partners)
    rolf = browser(cast.gothenburg.reviewer)
    form = page(rolf.get(address_of(lesson, "audience")))
    assert f'type="radio" name="audience" value="{cast.agreement.pk}"' in form
    body = step_body(lesson, audience=cast.agreement.pk)
    assert "your own organisation and 1 other" in page(
        rolf.post(address_of(lesson, "audience"), body)
    ).replace("Your", "your")


def test_a_change_of_audience_is_shown_before_it_is_done(cast: Cast) -> None:
    lesson = make_lesson(cast)
    rolf = browser(cast.gothenburg.reviewer)
    body = step_body(lesson, audience="partners")
    text = page(rolf.post(address_of(lesson, "audience"), body))
    assert "Port of Tokyo" in text
    lesson.refresh_from_db()
    assert lesson.audience == cast.agreement
    rolf.post(address_of(lesson, "audience"), {**body, "confirm": "1", "looked": "partners"})
    lesson.refresh_from_db()
    assert lesson.audience == lesson.effective_audience == cast.partners


def test_a_choice_that_was_not_looked_at_is_shown_first(cast: Cast) -> None:
    lesson = make_lesson(cast)
    body = step_body(lesson, audience="public", looked="partners", confirm="1")
    address = address_of(lesson, "audience")
    assert "After the change" in page(browser(cast.gothenburg.reviewer).post(address, body))
    lesson.refresh_from_db()
    assert lesson.audience == cast.agreement


def test_narrowing_takes_it_from_its_readers_at_once(cast: Cast) -> None:
    lesson = make_lesson(cast)
    carla = browser(cast.los_angeles.reader)
    page(carla.get(lesson.get_absolute_url()))
    body = step_body(lesson, audience="home", looked="home", confirm="1")
    browser(cast.gothenburg.reviewer).post(address_of(lesson, "audience"), body)
    assert carla.get(lesson.get_absolute_url()).status_code == 404


def test_a_contributor_does_not_widen_what_is_published(cast: Cast) -> None:
    lesson = make_lesson(cast)
    body = step_body(lesson, audience="public", looked="public", confirm="1")
    answer = browser(cast.gothenburg.contributor).post(address_of(lesson, "audience"), body)
    lesson.refresh_from_db()
    assert "Nothing was saved yet" in page(answer)
    assert lesson.audience == cast.agreement


def test_a_contributor_is_offered_what_is_published_as_it_is_or_at_home(cast: Cast) -> None:
    address = address_of(make_lesson(cast), "audience")
    text = page(browser(cast.gothenburg.contributor).get(address))
    assert re.findall(r'name="audience" value="(\w+)"', text) == ["keep", "home"]
    assert "ask a reviewer" in text
    assert "ask a reviewer" not in page(browser(cast.gothenburg.reviewer).get(address))


def test_a_double_click_changes_the_readers_once(cast: Cast) -> None:
    lesson = make_lesson(cast)
    rolf = browser(cast.gothenburg.reviewer)
    body = step_body(lesson, audience="partners", looked="partners", confirm="1")
    answers = [rolf.post(address_of(lesson, "audience"), body) for _click in range(2)]
    assert [answer["Location"] for answer in answers] == [lesson.get_absolute_url()] * 2


def test_the_same_agreements_are_no_change(cast: Cast) -> None:
    homes = [cast.gothenburg.home, cast.tokyo.home]
    second = audiences.make_group(actor=Viewer.system(), name="Tokyo pact", members=homes)
    both = [cast.agreement, second]
    union = audiences.union_of(actor=Viewer.system(), groups=both)
    lesson = make_lesson(cast, audience=union)
    body = step_body(lesson, audience="groups", groups=[group.pk for group in both])
    text = page(browser(cast.gothenburg.reviewer).post(address_of(lesson, "audience"), body))
    assert "It is for these readers already." in text


def test_a_button_pressed_with_the_key_of_another_is_told_so(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    karin, body = browser(cast.gothenburg.contributor), step_body(lesson)
    karin.post(address_of(lesson, "submit"), body)
    text = page(karin.post(address_of(lesson, "recall"), body, follow=True))
    assert "This was sent before." in text


def test_the_same_readers_are_no_change(cast: Cast) -> None:
    lesson = make_lesson(cast)
    body = step_body(lesson, audience=cast.agreement.pk)
    rolf = browser(cast.gothenburg.reviewer)
    text = page(rolf.post(address_of(lesson, "audience"), body))
    assert "It is for these readers already." in text
    assert "After the change" not in text


def test_waiting_shows_reviewers_what_they_may_review(cast: Cast) -> None:
    address = address_of(make_lesson(cast, state=State.IN_REVIEW), "review")
    people = [cast.gothenburg.reviewer, cast.gothenburg.contributor, cast.los_angeles.reviewer]
    found = [address in page(browser(user).get("/lessons/waiting/")) for user in people]
    assert found == [True, False, False]


def test_waiting_shows_writers_their_drafts(cast: Cast) -> None:
    make_lesson(cast, state=State.CHANGES_REQUESTED, text={"title": "Mend me"})
    people = [cast.gothenburg.contributor, cast.gothenburg.coordinator]
    found = ["Mend me" in page(browser(user).get("/lessons/waiting/")) for user in people]
    assert found == [True, False]


def test_waiting_costs_the_same_for_one_and_for_many(
    cast: Cast,
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    rolf = browser(cast.gothenburg.reviewer)
    make_lesson(cast, state=State.IN_REVIEW)
    page(rolf.get("/lessons/waiting/"))
    with django_assert_num_queries(10):
        page(rolf.get("/lessons/waiting/"))
    for _number in range(49):
        make_lesson(cast, state=State.IN_REVIEW)
    with django_assert_num_queries(10):
        page(rolf.get("/lessons/waiting/"))


def test_a_lesson_that_is_not_there_is_not_found(cast: Cast) -> None:
    rolf = browser(cast.gothenburg.reviewer)
    assert rolf.get(f"/lessons/{uuid7()}/publish/").status_code == 404


def test_submitting_without_evidence_says_what_approval_needs(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED, text={"evidence": ""})
    karin = browser(cast.gothenburg.contributor)
    answer = karin.post(address_of(lesson, "submit"), step_body(lesson), follow=True)
    assert "cannot be approved without a word on the evidence" in page(answer)


def test_a_refused_approval_says_what_is_missing_once(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.IN_REVIEW, text={"evidence": ""})
    body = step_body(lesson, decision="approved")
    text = page(browser(cast.gothenburg.reviewer).post(address_of(lesson, "review"), body))
    assert text.count("Give the evidence") == 1


def test_sharing_without_a_licence_leads_to_where_one_is_chosen(cast: Cast) -> None:
    lesson = make_lesson(cast, text={"licence": ""})
    body = step_body(lesson, audience="public")
    text = page(browser(cast.gothenburg.reviewer).post(address_of(lesson, "audience"), body))
    assert f'href="{address_of(lesson, "edit")}#id_licence"' in text


def test_a_withdrawn_lesson_is_not_told_as_a_draft(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.WITHDRAWN)
    text = page(browser(cast.gothenburg.reader).get(lesson.get_absolute_url()))
    assert "begun" not in text
    assert "Once published again, it is for" in text


def test_a_draft_whose_author_left_says_so_on_its_page(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.CAPTURED)
    siv = browser(cast.gothenburg.coordinator)
    assert "writes here no longer" not in page(siv.get(lesson.get_absolute_url()))
    Membership.objects.filter(user=cast.gothenburg.contributor).delete()
    assert "writes here no longer" in page(siv.get(lesson.get_absolute_url()))
