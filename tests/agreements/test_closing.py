"""Terms, renewal and the end of an agreement."""

import datetime as dt

import pytest
import time_machine

from exchange.activity.models import Event
from exchange.activity.sequencer import place_events
from exchange.agreements import actions
from exchange.agreements.choices import Status
from exchange.agreements.models import Agreement, Meeting, Term
from exchange.audiences.choosing import choices_for
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.common.providers import todos_for
from exchange.home.news import news_for
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from tests.agreements.factories import OPERATOR, again, leave, make_agreement, today
from tests.agreements.work import meeting, milestone, plan
from tests.cast import Cast, eyes
from tests.lessons.factories import act, make_lesson
from tests.lessons.pages import browser, page


def ended(cast: Cast) -> Agreement:
    agreement = make_agreement(cast, term={"signed": "2020", "ends": "2021-06"})
    actions.end_due(actor=OPERATOR)
    return again(agreement)


def terminate(cast: Cast, agreement: Agreement) -> Agreement:
    return actions.terminate_agreement(
        actor=eyes(cast.los_angeles.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        reason="The corridor was closed.",
    )


def renew(cast: Cast, agreement: Agreement, **term: str) -> Agreement:
    return actions.renew_agreement(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=again(agreement).lock,
        term={"signed": "2026-11", "ends": "2099", **term},
    )


@pytest.mark.parametrize(
    ("term", "status"),
    [
        ({}, Status.ACTIVE),
        ({"signed": "2020", "ends": "2021"}, Status.ENDED),
        ({"signed": "2020", "months": 12}, Status.ENDED),
        ({"effective": "2099"}, Status.COMING),
        ({"signed": "2020", "ends": "2099-06"}, Status.ACTIVE),
        ({"announced": "2020", "months": 12}, Status.ACTIVE),
    ],
)
def test_how_it_stands_follows_from_its_dates(
    cast: Cast, term: dict[str, object], status: Status
) -> None:
    agreement = make_agreement(cast, term={"signed": "", **term})
    assert agreement.status == status
    assert list(Agreement.objects.in_status(status, today())) == [agreement]


def test_a_year_is_over_when_its_last_day_is(cast: Cast) -> None:
    year = today().year
    assert make_agreement(cast, term={"signed": "2020", "ends": f"{year}"}).status == Status.ACTIVE
    before = make_agreement(cast, term={"signed": "2020", "ends": f"{year - 1}"})
    assert before.status == Status.ENDED


def test_the_sweep_closes_what_is_over_once(cast: Cast) -> None:
    make_agreement(cast, term={"signed": "2020", "ends": "2021-06"})
    assert [actions.end_due(actor=OPERATOR) for _time in range(2)] == [1, 0]
    assert Event.objects.filter(verb="agreement.ended").count() == 1


def redate(cast: Cast, agreement: Agreement, **term: str) -> Agreement:
    siv, lock = eyes(cast.gothenburg.coordinator), again(agreement).lock
    return actions.change_term(actor=siv, agreement=agreement, lock=lock, term=term)


def test_an_end_that_was_a_typing_error_is_corrected(cast: Cast) -> None:
    agreement = ended(cast)
    redate(cast, agreement, ends="2099-06")
    assert (again(agreement).status, again(agreement).closing) == (Status.ACTIVE, "")
    assert plan(cast, again(agreement))
    place_events()
    news = [entry.verb.name for entry in news_for(eyes(cast.los_angeles.reader), 5)]
    assert news.count("agreement.resumed") == 1


def test_an_end_that_stays_past_is_corrected_and_stays_an_end(cast: Cast) -> None:
    agreement = ended(cast)
    redate(cast, agreement, ends="2021-07")
    assert again(agreement).status == Status.ENDED


def test_what_one_party_is_left_of_is_not_dated_anew(cast: Cast) -> None:
    agreement = ended(cast)
    leave(agreement, cast.los_angeles)
    with pytest.raises(Conflict, match="over"):
        redate(cast, agreement, ends="2099")


def test_what_was_terminated_is_not_dated_anew(cast: Cast) -> None:
    agreement = terminate(cast, make_agreement(cast))
    with pytest.raises(Conflict, match="over"):
        redate(cast, agreement, ends="2099")


def test_a_new_term_begins_no_sooner_than_the_one_before(cast: Cast) -> None:
    with pytest.raises(Invalid, match="began later"):
        renew(cast, ended(cast), signed="1999")


def test_a_renewed_agreement_keeps_why_it_was_ended(cast: Cast) -> None:
    agreement = terminate(cast, make_agreement(cast, audience=cast.partners))
    renew(cast, agreement)
    siv = browser(cast.gothenburg.coordinator)
    assert "The corridor was closed." in page(siv.get(agreement.get_absolute_url()))
    fenna = browser(cast.tokyo.coordinator)
    assert "The corridor was closed." not in page(fenna.get(agreement.get_absolute_url()))


def test_who_were_parties_keep_reading(cast: Cast) -> None:
    agreement = ended(cast)
    for port in (cast.gothenburg, cast.los_angeles):
        assert agreement in Agreement.objects.visible_to(eyes(port.reader))


def test_nothing_new_is_done_under_it(cast: Cast) -> None:
    set_one = milestone(cast)
    terminate(cast, set_one.agreement)
    siv = eyes(cast.gothenburg.coordinator)
    with pytest.raises(Conflict, match="over"):
        actions.finish_task(actor=siv, task=set_one)
    with pytest.raises(Conflict, match="over"):
        plan(cast, set_one.agreement)


def test_nothing_new_is_published_to_its_parties(cast: Cast) -> None:
    agreement = make_agreement(cast)
    draft = make_lesson(cast.gothenburg, audience=agreement.home_audience, state=State.VALIDATED)
    terminate(cast, agreement)
    with pytest.raises(Conflict):
        act("publish", draft, cast.gothenburg)
    assert agreement.home_audience not in choices_for(eyes(cast.gothenburg.contributor))


def test_what_was_shared_before_stays_readable(cast: Cast) -> None:
    agreement = make_agreement(cast)
    lesson = make_lesson(cast.gothenburg, audience=agreement.home_audience)
    terminate(cast, agreement)
    assert lesson in Lesson.objects.visible_to(eyes(cast.los_angeles.reader))


def test_a_renewal_is_a_new_term_and_the_old_one_stays(cast: Cast) -> None:
    agreement = renew(cast, ended(cast))
    terms = Term.objects.filter(agreement=agreement).order_by("number")
    assert list(terms.values_list("number", "signed", "ends")) == [
        (1, "2020", "2021-06"),
        (2, "2026-11", "2099"),
    ]
    assert again(agreement).status == Status.ACTIVE
    assert not again(agreement).home_audience.is_closed


def test_a_new_term_ends_in_the_future(cast: Cast) -> None:
    agreement = ended(cast)
    with pytest.raises(Invalid):
        renew(cast, agreement, signed="2020", ends="2022")


def test_what_is_not_confirmed_is_not_renewed(cast: Cast) -> None:
    with pytest.raises(Conflict):
        renew(cast, make_agreement(cast, confirmed=False))


def test_its_reason_is_told_to_nobody_but_its_parties(cast: Cast) -> None:
    agreement = make_agreement(cast, audience=cast.public)
    terminate(cast, agreement)
    assert "corridor" not in str(Event.objects.get(verb="agreement.terminated").data)
    address = agreement.get_absolute_url()
    readers = (cast.gothenburg.reader, cast.tokyo.reader, None)
    told = ["The corridor was closed" in page(browser(reader).get(address)) for reader in readers]
    assert told == [True, False, False]


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_it_is_not_ended_without_a_reason(cast: Cast, reason: str) -> None:
    agreement = make_agreement(cast)
    with pytest.raises(Invalid):
        actions.terminate_agreement(
            actor=eyes(cast.gothenburg.coordinator),
            agreement=agreement,
            lock=agreement.lock,
            reason=reason,
        )
    assert again(agreement).status == Status.ACTIVE


def test_only_people_who_coordinate_a_party_end_it(cast: Cast) -> None:
    agreement = make_agreement(cast)
    with pytest.raises(Forbidden):
        actions.terminate_agreement(
            actor=eyes(cast.gothenburg.reviewer),
            agreement=agreement,
            lock=agreement.lock,
            reason="I like it not.",
        )


def test_dates_are_corrected_within_the_term(cast: Cast) -> None:
    agreement = make_agreement(cast)
    actions.change_term(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=agreement.lock,
        term={"signed": "2023-03-02", "months": 60, "notice_months": 6},
    )
    term = again(agreement).current_term
    assert term
    assert (term.ends, term.ends_by, term.notice_by) == ("", "2028-03-02", "2027-09-02")
    assert term.last_day == dt.date(2028, 3, 2)


@pytest.mark.parametrize(
    ("term", "elapsed"),
    [
        ({"signed": "2020"}, None),
        ({"signed": "2020", "ends": "2021"}, 100),
        ({"ends": "2099"}, None),
    ],
)
def test_how_much_of_a_term_has_passed_is_told_where_it_has_a_span(
    cast: Cast, term: dict[str, str], elapsed: int | None
) -> None:
    present = make_agreement(cast, term={"signed": "", **term}).current_term
    assert present
    assert present.elapsed == elapsed


def test_the_last_day_itself_is_no_end(cast: Cast) -> None:
    day = today().isoformat()
    agreement = make_agreement(cast, term={"signed": "2020", "ends": day})
    actions.end_due(actor=OPERATOR)
    assert again(agreement).status == Status.ACTIVE
    assert time.now().date() == today()


def test_with_one_party_left_it_is_not_renewed(cast: Cast) -> None:
    agreement = ended(cast)
    leave(agreement, cast.los_angeles)
    with pytest.raises(Conflict):
        renew(cast, agreement)
    siv = browser(cast.gothenburg.coordinator)
    assert "/renew/" not in siv.get(agreement.get_absolute_url()).content.decode()


def test_a_renewal_says_from_when_or_until_when(cast: Cast) -> None:
    agreement = make_agreement(cast)
    with pytest.raises(Invalid):
        renew(cast, agreement, signed="", ends="", note="Somehow.")
    assert again(agreement).current_term.number == 1


@pytest.mark.parametrize(
    ("first_ends", "next_begins", "today", "status"),
    [
        ("2027-06", "2027-07", "2027-03-01", Status.ACTIVE),
        ("2027-06", "2027-07", "2027-07-01", Status.ACTIVE),
        ("2027-06", "2028", "2027-06-30", Status.ACTIVE),
        ("2027-06", "2028", "2027-07-01", Status.COMING),
        ("2027-06", "2028", "2028-01-01", Status.ACTIVE),
        ("", "2028", "2027-07-01", Status.ACTIVE),
    ],
)
def test_renewed_before_its_end_it_stays_in_force(
    cast: Cast, first_ends: str, next_begins: str, today: str, status: Status
) -> None:
    agreement = make_agreement(cast, term={"signed": "2020", "ends": first_ends})
    renew(cast, agreement, effective=next_begins)
    with time_machine.travel(f"{today}T12:00Z"):
        assert again(agreement).status == status
        day = dt.date.fromisoformat(today)
        assert Agreement.objects.in_status(status, day).filter(pk=agreement.pk).exists()


def test_what_was_ended_early_and_is_renewed_for_later_is_not_in_force_before(cast: Cast) -> None:
    agreement = make_agreement(cast, term={"signed": "2020", "ends": "2090"})
    terminate(cast, agreement)
    renew(cast, agreement, effective="2080")
    assert again(agreement).status == Status.COMING


def test_what_has_ended_is_no_work_any_more(cast: Cast) -> None:
    workstream = plan(cast)
    agreement = workstream.agreement
    milestone(cast, workstream, due=dt.date(2020, 1, 1))
    later = meeting(cast, agreement, starts_at=time.now() + dt.timedelta(days=30))
    terminate(cast, agreement)
    siv = eyes(cast.gothenburg.coordinator)
    assert [todo.kind for todo in todos_for(siv)] == []
    assert not Meeting.objects.select_related("agreement").get(pk=later.pk).takes_place
    shown = browser(cast.gothenburg.coordinator).get(agreement.get_absolute_url())
    assert "Nothing: the agreement is over." in shown.content.decode()


def test_before_a_term_has_begun_the_next_is_not_agreed_on(cast: Cast) -> None:
    agreement = make_agreement(cast, term={"signed": "2020", "effective": "2098"})
    with pytest.raises(Conflict):
        renew(cast, agreement, effective="2099")
    address = agreement.get_absolute_url()
    assert "/renew/" not in page(browser(cast.gothenburg.coordinator).get(address))


def test_that_the_last_party_left_is_told_with_its_name(cast: Cast) -> None:
    agreement = make_agreement(cast)
    leave(agreement, cast.los_angeles)
    event = Event.objects.get(verb="agreement.ended")
    left = cast.los_angeles.organisation.pk
    assert (event.organisation_id, event.data["party"]) == (left, str(left))
