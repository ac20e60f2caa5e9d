"""Who is party: asking, answering, leaving; and what that opens and closes at once."""

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client

from exchange.activity.feed import entries
from exchange.activity.models import Event
from exchange.agreements import actions
from exchange.agreements.choices import Closing, PartyState
from exchange.agreements.models import Agreement, Meeting, Milestone, Party, Workstream
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden
from exchange.common.ids import uuid7
from exchange.lessons.models import Lesson
from exchange.partners.actions import create_organisation, suspend_organisation
from tests.agreements.factories import OPERATOR, again, ask, confirm, leave, make_agreement, party
from tests.agreements.pages import form_of
from tests.agreements.work import meeting, milestone, plan
from tests.cast import Cast, Port, eyes
from tests.lessons.factories import make_lesson
from tests.lessons.pages import browser


def heard(viewer: Viewer) -> list[str]:
    """Return the verbs of what the viewer may be told."""
    events = Event.objects.visible_to(viewer).select_related("actor").order_by("pk")
    return [entry.event.verb for entry in entries(events, viewer)]


def counts(viewer: Viewer) -> list[int]:
    """Return how much of each kind the viewer sees."""
    kinds = (Agreement, Workstream, Milestone, Meeting)
    return [model.objects.visible_to(viewer).count() for model in kinds]


def world(cast: Cast) -> Agreement:
    """An agreement with one of everything."""
    workstream = plan(cast)
    milestone(cast, workstream)
    meeting(cast, workstream.agreement)
    return workstream.agreement


def test_who_confirms_reads_everything_at_once(cast: Cast) -> None:
    agreement = world(cast)
    assert counts(eyes(cast.tokyo.reader)) == [0, 0, 0, 0]
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    assert counts(eyes(cast.tokyo.reader)) == [1, 1, 1, 1]


def test_who_leaves_loses_everything_at_once(cast: Cast) -> None:
    agreement = world(cast)
    leave(agreement, cast.los_angeles)
    assert counts(eyes(cast.los_angeles.coordinator)) == [0, 0, 0, 0]
    assert counts(eyes(cast.gothenburg.reader)) == [1, 1, 1, 1]


def test_who_leaves_keeps_what_it_has_shared_and_the_others_keep_it(cast: Cast) -> None:
    agreement = make_agreement(cast)
    lesson = make_lesson(cast.los_angeles, audience=agreement.home_audience)
    leave(agreement, cast.los_angeles)
    for port in (cast.los_angeles, cast.gothenburg):
        assert lesson in Lesson.objects.visible_to(eyes(port.reader))


def test_who_leaves_loses_the_lessons_of_others(cast: Cast) -> None:
    agreement = make_agreement(cast)
    lesson = make_lesson(cast.gothenburg, audience=agreement.home_audience)
    assert lesson in Lesson.objects.visible_to(eyes(cast.los_angeles.reader))
    leave(agreement, cast.los_angeles)
    assert lesson not in Lesson.objects.visible_to(eyes(cast.los_angeles.reader))


def test_who_is_asked_sees_the_question_alone(cast: Cast) -> None:
    agreement = world(cast)
    asked = ask(agreement, cast.tokyo, cast.gothenburg)
    assert list(Party.objects.visible_to(eyes(cast.tokyo.coordinator))) == [asked]
    assert counts(eyes(cast.tokyo.coordinator)) == [0, 0, 0, 0]
    assert heard(eyes(cast.tokyo.coordinator)).count("party.asked") == 1


def test_who_left_has_an_event_of_its_own_and_the_others_theirs(cast: Cast) -> None:
    agreement = make_agreement(cast)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    leave(agreement, cast.los_angeles)
    event = Event.objects.get(verb="party.left")
    assert event.audience == event.home_audience == cast.los_angeles.home
    assert event.audience_before == agreement.home_audience
    assert "party.left" in heard(eyes(cast.los_angeles.reader))
    assert "agreement.party_left" in heard(eyes(cast.tokyo.reader))
    assert "agreement.party_left" not in heard(eyes(cast.los_angeles.reader))


def test_who_left_reads_the_title_as_it_was(cast: Cast) -> None:
    agreement = make_agreement(cast)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    leave(agreement, cast.los_angeles)
    actions.revise_agreement(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        text={"title": "A secret title"},
    )
    client = Client()
    client.force_login(cast.los_angeles.coordinator)
    page = client.get(f"/parties/{party(agreement, cast.los_angeles).pk}/").content.decode()
    assert "Los Angeles–Gothenburg MOU" in page
    assert "A secret title" not in page


def test_a_party_that_left_may_be_asked_again(cast: Cast) -> None:
    agreement = make_agreement(cast)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    leave(agreement, cast.tokyo)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    assert Agreement.objects.visible_to(eyes(cast.tokyo.reader)).exists()


def test_with_fewer_than_two_parties_it_is_over(cast: Cast) -> None:
    agreement = make_agreement(cast)
    leave(agreement, cast.los_angeles)
    assert again(agreement).closing == Closing.PARTIES
    assert again(agreement).home_audience.is_closed


@pytest.mark.parametrize("action", [partial(actions.confirm_party, lock=0), actions.decline_party])
def test_nobody_answers_for_another(cast: Cast, action: Callable[..., object]) -> None:
    asked = ask(make_agreement(cast), cast.tokyo, cast.gothenburg)
    for person in (cast.gothenburg.coordinator, cast.tokyo.reviewer):
        with pytest.raises(Forbidden):
            action(actor=eyes(person), party=asked)
    assert Party.objects.get(pk=asked.pk).state == PartyState.PROPOSED


def test_nobody_removes_another_party(cast: Cast) -> None:
    agreement = make_agreement(cast)
    other = party(agreement, cast.los_angeles)
    with pytest.raises(Forbidden):
        actions.leave_agreement(actor=eyes(cast.gothenburg.coordinator), party=other)
    actions.leave_agreement(actor=OPERATOR, party=other)
    assert party(agreement, cast.los_angeles).state == PartyState.LEFT


def test_a_reference_port_is_confirmed_by_the_operator_alone(cast: Cast) -> None:
    busan = create_organisation(
        actor=OPERATOR, name="Port of Busan", kind="port", unlocode="KRPUS", is_partner=False
    )
    agreement = make_agreement(cast)
    asked = actions.ask_party(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        organisation=busan,
    )
    actions.confirm_party(actor=OPERATOR, party=asked, lock=again(agreement).lock)
    assert busan.pk in again(agreement).party_ids


def test_a_question_is_answered_once(cast: Cast) -> None:
    asked = ask(make_agreement(cast), cast.tokyo, cast.gothenburg)
    actions.decline_party(actor=eyes(cast.tokyo.coordinator), party=asked)
    with pytest.raises(Conflict):
        confirm(asked, cast.tokyo)


def test_who_asked_takes_it_back(cast: Cast) -> None:
    asked = ask(make_agreement(cast), cast.tokyo, cast.gothenburg)
    with pytest.raises(Forbidden):
        actions.take_back_question(actor=eyes(cast.los_angeles.coordinator), party=asked)
    actions.take_back_question(actor=eyes(cast.gothenburg.coordinator), party=asked)
    with pytest.raises(Conflict):
        confirm(asked, cast.tokyo)


def test_one_party_coordinates_at_a_time(cast: Cast) -> None:
    agreement = make_agreement(cast)
    for port in (cast.gothenburg, cast.los_angeles):
        actions.choose_coordinator(
            actor=eyes(cast.gothenburg.coordinator),
            agreement=agreement,
            lock=again(agreement).lock,
            party=party(agreement, port),
        )
    assert [one.is_coordinating for one in again(agreement).standing] == [True, False]
    assert again(agreement).standing[0].organisation == cast.los_angeles.organisation


def test_a_suspended_party_neither_reads_nor_answers(cast: Cast) -> None:
    agreement = make_agreement(cast)
    port: Port = cast.los_angeles
    suspend_organisation(actor=OPERATOR, organisation=port.organisation, reason="Not signed.")
    assert not Agreement.objects.visible_to(eyes(port.coordinator)).exists()
    with pytest.raises(Forbidden):
        leave(agreement, port)


@pytest.mark.parametrize("step", ["", "leave/", "signatory/"])
@pytest.mark.parametrize("gone", ["left", "declined", "asked no more"])
def test_who_is_no_party_any_more_reads_the_title_as_it_was(
    cast: Cast, step: str, gone: str
) -> None:
    agreement = make_agreement(cast)
    asked = confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    if gone == "left":
        leave(agreement, cast.tokyo)
    else:
        Party.objects.filter(pk=asked.pk).update(state=PartyState.PROPOSED, joined_at=None)
        own = gone == "declined"
        act = actions.decline_party if own else actions.take_back_question
        act(actor=eyes((cast.tokyo if own else cast.gothenburg).coordinator), party=asked)
    retitled(cast, agreement)
    shown = browser(cast.tokyo.coordinator).get(f"/parties/{asked.pk}/{step}", follow=True)
    assert shown.status_code == 200
    assert b"Zqnew" not in shown.content


def retitled(cast: Cast, agreement: Agreement) -> None:
    actions.revise_agreement(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        text={"title": "Zqnew title"},
    )


def test_who_takes_no_part_reads_no_later_title(cast: Cast) -> None:
    agreement = make_agreement(cast)
    suspend_organisation(
        actor=OPERATOR, organisation=cast.los_angeles.organisation, reason="The fees."
    )
    retitled(cast, agreement)
    assert "Zqnew" not in party(agreement, cast.los_angeles).known_as


def test_nobody_confirms_words_they_have_not_read(cast: Cast) -> None:
    agreement = make_agreement(cast, confirmed=False)
    asked, siv = party(agreement, cast.los_angeles), eyes(cast.gothenburg.coordinator)
    cole, address = browser(cast.los_angeles.coordinator), f"/parties/{asked.pk}/"
    form = {**form_of(cole, address), "nonce": str(uuid7())}
    actions.share_agreement(actor=siv, agreement=agreement, lock=1, audience=cast.public)
    answer = cole.post(f"{address}confirm/", form, follow=True)
    assert party(agreement, cast.los_angeles).state == PartyState.PROPOSED
    assert "everybody, on the internet too" in answer.content.decode()
    assert "has changed meanwhile" in answer.content.decode()


def test_an_end_takes_back_what_was_asked(cast: Cast) -> None:
    agreement = make_agreement(cast)
    asked = ask(agreement, cast.tokyo, cast.gothenburg)
    actions.terminate_agreement(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        reason="A mistake.",
    )
    assert Party.objects.get(pk=asked.pk).state == PartyState.UNASKED
    assert heard(eyes(cast.tokyo.coordinator))[-1] == "party.taken_back"


def test_who_has_left_takes_nothing_back(cast: Cast) -> None:
    agreement = make_agreement(cast)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    nagoya = create_organisation(actor=OPERATOR, name="City of Nagoya", kind="city")
    asked = actions.ask_party(
        actor=eyes(cast.tokyo.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        organisation=nagoya,
    )
    leave(agreement, cast.tokyo)
    with pytest.raises(Forbidden):
        actions.take_back_question(actor=eyes(cast.tokyo.coordinator), party=asked)


def test_the_last_to_leave_is_one_event(cast: Cast) -> None:
    agreement = make_agreement(cast)
    before = Event.objects.filter(target_id=agreement.pk).count()
    leave(agreement, cast.los_angeles)
    told = Event.objects.filter(target_id=agreement.pk).order_by("pk")[before:]
    assert [event.verb for event in told] == ["agreement.ended"]
