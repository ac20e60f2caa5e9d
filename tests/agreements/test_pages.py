"""The pages of agreements: what is typed is not lost, and what they cost."""

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from exchange.agreements import actions
from exchange.agreements.models import Action, Milestone, Party, Workstream
from exchange.agreements.views.meetings import unnumbered
from exchange.common import time
from exchange.common.ids import uuid7
from exchange.partners.models import Membership
from tests.agreements.factories import again, ask, confirm, leave, make_agreement, party, today
from tests.agreements.pages import form_of
from tests.agreements.work import action, held, meeting, milestone, name_lead, plan
from tests.architecture.forms import Forms, as_typed
from tests.cast import Cast, eyes
from tests.lessons.pages import browser, page


def two_at_once(cast: Cast, workstream: Workstream, saved: dict[str, str]) -> dict[str, Any]:
    """Return the form that Los Angeles opened before Gothenburg saved something."""
    address = f"/workstreams/{workstream.pk}/edit/"
    opened = form_of(browser(cast.los_angeles.coordinator), address)
    actions.revise_workstream(
        actor=eyes(cast.gothenburg.coordinator),
        workstream=workstream,
        lock=workstream.lock,
        text=saved,
    )
    return {**opened, "status": "active", "topics": ["energy/shore-power"]}


def test_two_parties_who_change_different_fields_both_keep_theirs(cast: Cast) -> None:
    workstream = plan(cast)
    opened = two_at_once(cast, workstream, {"title": "Their title"})
    client, address = browser(cast.los_angeles.coordinator), f"/workstreams/{workstream.pk}/edit/"
    answer = client.post(address, {**opened, "objective": "Our objective"})
    assert answer.status_code == 409
    merged = Forms(answer.content.decode()).fields
    body = {**opened, **{name: field.values[-1] for name, field in merged.items()}}
    body |= {"status": "active", "topics": ["energy/shore-power"]}
    assert (body["title"], as_typed(body["objective"])) == ("Their title", "Our objective")
    assert client.post(address, {**body, "nonce": str(uuid7())}).status_code == 302
    found = Workstream.objects.get()
    assert (found.title, found.objective) == ("Their title", "Our objective")


def test_where_both_changed_a_field_both_texts_are_shown(cast: Cast) -> None:
    workstream = plan(cast)
    opened = two_at_once(cast, workstream, {"title": "Their title"})
    client = browser(cast.los_angeles.coordinator)
    answer = client.post(f"/workstreams/{workstream.pk}/edit/", {**opened, "title": "Our title"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Our title"' in text
    assert "<p>Their title</p>" in text
    assert Workstream.objects.get().title == "Their title"


@pytest.mark.parametrize("signed", ["", "2023", "2023-03", "2023-03-06"])
def test_a_form_that_is_saved_as_it_was_opened_keeps_the_dates(cast: Cast, signed: str) -> None:
    agreement = make_agreement(cast, term={"signed": signed, "ends": "2099"})
    client, address = browser(cast.gothenburg.coordinator), f"/agreements/{agreement.pk}/term/"
    assert client.post(address, form_of(client, address)).status_code == 302
    term = again(agreement).current_term
    assert term
    assert (term.signed, term.ends, term.effective) == (signed, "2099", "")


def test_a_form_sent_twice_makes_one_thing(cast: Cast) -> None:
    agreement = make_agreement(cast)
    client = browser(cast.gothenburg.coordinator)
    body = {"title": "Rail", "status": "planned", "lock": 0, "nonce": str(uuid7())}
    for _time in range(2):
        answer = client.post(f"/agreements/{agreement.pk}/workstreams/new/", body)
        assert answer.status_code == 302
    assert Workstream.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Port of Atlantis", "There is no “Port of Atlantis”"),
        ("Port", "may be one of these"),
        ("", "This field is required"),
    ],
)
def test_a_party_that_is_not_found_is_told_and_the_rest_kept(
    cast: Cast, typed: str, said: str
) -> None:
    client = browser(cast.gothenburg.coordinator)
    body = {"title": "Kept as it was", "parties": typed, "audience": "parties", "kind": "mou"}
    text = page(client.post("/agreements/new/", {**body, "nonce": str(uuid7())}))
    assert said in text
    assert 'value="Kept as it was"' in text


def test_a_name_that_only_one_organisation_has_is_enough(cast: Cast) -> None:
    client = browser(cast.gothenburg.coordinator)
    body = {"title": "MOU", "parties": "tokyo", "audience": "parties", "kind": "mou"}
    assert client.post("/agreements/new/", {**body, "nonce": str(uuid7())}).status_code == 302
    assert Party.objects.filter(organisation=cast.tokyo.organisation).exists()


@pytest.mark.parametrize("number", [1, 12])
def test_a_full_agreement_costs_no_more_than_an_empty_one(
    cast: Cast, number: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    agreement = make_agreement(cast)
    for _time in range(number):
        workstream = plan(cast, agreement)
        milestone(cast, workstream, due=today())
        action(cast, agreement, text={"due": today()})
        meeting(cast, agreement)
    held(cast, agreement)
    client, one = browser(cast.gothenburg.coordinator), f"/agreements/{agreement.pk}/"
    address = Workstream.objects.all()[0].get_absolute_url()
    for path in (
        one,
        f"{one}board/",
        f"{one}report/",
        f"{one}timeline/",
        f"{one}calendar/",
        address,
    ):
        client.get(path)
        with django_assert_max_num_queries(12):
            page(client.get(path))


@pytest.mark.parametrize("rows", [1, 50])
def test_the_list_costs_the_same_for_one_and_for_fifty(
    cast: Cast, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        make_agreement(cast, text={"title": f"Agreement {number}"})
    client = browser(cast.gothenburg.coordinator)
    client.get("/agreements/")
    with django_assert_max_num_queries(9):
        page(client.get("/agreements/?q=port&status=active&whose=mine&sort=ends"))


def test_the_board_puts_each_where_it_stands(cast: Cast) -> None:
    set_one = milestone(cast, title="Ten plugs", due=today())
    client = browser(cast.gothenburg.coordinator)
    board = f"/agreements/{set_one.agreement_id}/board/"
    assert (
        "Ten plugs"
        in page(client.get(board)).partition("board-soon")[2].partition("board-later")[0]
    )
    body = {"nonce": str(uuid7())}
    client.post(f"/milestones/{set_one.pk}/finish/?from=board", body)
    assert Milestone.objects.get().done_on
    assert "Ten plugs" in page(client.get(board)).partition('id="board-done"')[2]


def test_a_filter_of_the_board_stays_in_the_address_and_leaves_the_rest_out(cast: Cast) -> None:
    milestone(cast, owner=cast.los_angeles, title="Theirs")
    agreement = Milestone.objects.get().agreement
    action(cast, agreement, owner=cast.gothenburg, text={"title": "Ours"})
    client = browser(cast.gothenburg.reader)
    ours = page(client.get(f"/agreements/{agreement.pk}/board/?kind=action"))
    assert "Ours" in ours
    assert "Theirs" not in ours


def test_who_edits_an_action_wipes_nobody_they_do_not_see(cast: Cast) -> None:
    carla = cast.los_angeles.contributor
    noted = action(cast, owner=None, person=carla)
    siv, address = browser(cast.gothenburg.coordinator), f"/actions/{noted.pk}/edit/"
    opened = form_of(siv, address)
    assert str(carla.pk) not in page(siv.get(address))
    assert siv.post(address, {**opened, "title": "Others"}).status_code == 302
    noted.refresh_from_db()
    assert (noted.title, noted.person) == ("Others", carla)


def test_what_is_in_the_hands_of_who_left_stays_there_until_others_are_chosen(cast: Cast) -> None:
    set_one = milestone(cast, owner=cast.los_angeles)
    confirm(ask(set_one.agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    leave(set_one.agreement, cast.los_angeles)
    siv, address = browser(cast.gothenburg.coordinator), f"/milestones/{set_one.pk}/edit/"
    assert "as it is: Port of Los Angeles, no party any more" in page(siv.get(address))
    siv.post(address, {**form_of(siv, address), "title": "Nine plugs"})
    set_one.refresh_from_db()
    assert (set_one.title, set_one.organisation) == ("Nine plugs", cast.los_angeles.organisation)


def test_a_person_of_another_party_is_refused_at_the_field(cast: Cast) -> None:
    agreement, owner = make_agreement(cast), cast.los_angeles.organisation
    siv, address = browser(cast.gothenburg.coordinator), f"/agreements/{agreement.pk}/actions/new/"
    named = str(cast.gothenburg.contributor.pk)
    answer = siv.post(
        address,
        {**form_of(siv, address), "title": "Plugs", "organisation": str(owner.pk), "person": named},
    )
    assert "person" in Forms(page(answer)).marked


@pytest.mark.parametrize("who", ["coordinator", "lead"])
def test_an_action_is_noted_for_a_workstream(cast: Cast, who: str) -> None:
    workstream, karin = plan(cast), cast.gothenburg.contributor
    name_lead(workstream, cast.gothenburg, karin)
    client = browser(karin if who == "lead" else cast.gothenburg.coordinator)
    address = f"/agreements/{workstream.agreement_id}/actions/new/?workstream={workstream.pk}"
    assert address in page(client.get(workstream.get_absolute_url()))
    stream = str(workstream.pk)
    form = {**form_of(client, address), "title": "Plugs", "workstream": stream}
    client.post(address, {**form, "organisation": "", "person": ""})
    assert Action.objects.get().workstream == workstream


def test_a_lead_notes_nothing_outside_their_workstream(cast: Cast) -> None:
    workstream, karin = plan(cast), cast.gothenburg.contributor
    name_lead(workstream, cast.gothenburg, karin)
    address = f"/agreements/{workstream.agreement_id}/actions/new/"
    assert browser(karin).get(address).status_code == 403
    form = {**form_of(browser(karin), f"{address}?workstream={workstream.pk}"), "title": "Plugs"}
    answer = browser(karin).post(
        f"{address}?workstream={workstream.pk}", {**form, "workstream": ""}
    )
    assert "workstream" in Forms(page(answer)).marked
    assert not Action.objects.exists()


def test_who_led_for_a_port_they_left_is_offered_nothing(cast: Cast) -> None:
    workstream, carla = plan(cast), cast.los_angeles.contributor
    name_lead(workstream, cast.los_angeles, carla)
    Membership.objects.filter(user=carla).update(organisation=cast.gothenburg.organisation)
    assert "Set a milestone" not in page(browser(carla).get(workstream.get_absolute_url()))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("corridor gothenburg", True),
        ("Göteborg LOS angeles", True),
        ("corridor tokyo", False),
        ("zq gothenburg", False),
    ],
)
def test_each_word_is_found_in_the_title_or_in_a_party(cast: Cast, words: str, found: bool) -> None:
    make_agreement(cast, text={"title": "Green corridor"})
    shown = page(browser(cast.gothenburg.reader).get("/agreements/", {"q": words}))
    assert ("Green corridor</a>" in shown) == found


def test_ones_own_agreements_come_first(cast: Cast) -> None:
    make_agreement(cast, text={"title": "Zulu"}, audience=cast.public)
    other = Cast(cast.tokyo, cast.los_angeles, cast.gothenburg, cast.agreement)
    make_agreement(other, text={"title": "Alpha"}, audience=cast.public)
    shown = page(browser(cast.gothenburg.reader).get("/agreements/"))
    assert shown.index("Zulu</a>") < shown.index("Alpha</a>")


def test_a_lead_is_offered_on_a_meetings_page_what_the_board_offers(cast: Cast) -> None:
    workstream, carla = plan(cast), cast.los_angeles.contributor
    name_lead(workstream, cast.los_angeles, carla)
    called = meeting(cast, workstream.agreement, workstream=workstream)
    born = action(cast, workstream.agreement, owner=cast.los_angeles, meeting=called)
    for person, offered in ((carla, True), (cast.los_angeles.reader, False)):
        shown = page(browser(person).get(called.get_absolute_url()))
        assert (f"/actions/{born.pk}/finish/" in shown) == offered


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("1. Plugs.\n2) Masts.", ["Plugs.", "Masts."]),
        ("Paid by 2026. Gothenburg pays.", ["Paid by 2026. Gothenburg pays."]),
        ("3. May is the start", ["3. May is the start"]),
        ("1. Plugs.\nMasts.", ["1. Plugs.", "Masts."]),
    ],
)
def test_numbers_that_all_decisions_begin_with_are_not_told_twice(
    said: str, shown: list[str]
) -> None:
    assert unnumbered(said.splitlines()) == shown


def test_a_workstreams_page_fetches_its_actions_the_open_ones_first(cast: Cast) -> None:
    workstream = plan(cast)
    for title in ("Done one", "Open one"):
        noted = action(cast, workstream.agreement, workstream=workstream, text={"title": title})
        if title == "Done one":
            actions.finish_task(actor=eyes(cast.gothenburg.coordinator), task=noted)
    client, piece = browser(cast.los_angeles.reader), {"HX-Request": "true"}
    address = f"{workstream.get_absolute_url()}?actions"
    told = page(client.get(address, headers=piece))
    assert ("<html" in told, told.index("Open one") < told.index("Done one")) == (False, True)
    assert browser(cast.tokyo.reader).get(address, headers=piece).status_code == 404


def test_leaving_says_that_it_ends_what_two_are_party_to(cast: Cast) -> None:
    agreement, client = make_agreement(cast), browser(cast.los_angeles.coordinator)
    address = f"/parties/{party(agreement, cast.los_angeles).pk}/leave/"
    assert "one of the last two" in page(client.get(address))
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    assert "one of the last two" not in page(client.get(address))


def test_all_meetings_are_listed_with_how_they_stand(cast: Cast) -> None:
    agreement = held(cast).agreement
    meeting(cast, agreement, title="Next round")
    shown = page(browser(cast.los_angeles.reader).get(f"/agreements/{agreement.pk}/meetings/"))
    assert [state in shown for state in ("Held", "Planned", "Next round")] == [True] * 3


def test_what_comes_next_is_in_order_and_has_the_actions_too(cast: Cast) -> None:
    workstream = plan(cast)
    milestone(cast, workstream, due=dt.date(2098, 1, 2), title="Second")
    action(cast, workstream.agreement, text={"due": dt.date(2098, 1, 1), "title": "First"})
    shown = page(browser(cast.gothenburg.reader).get(workstream.agreement.get_absolute_url()))
    assert shown.index("First</a>") < shown.index("Second</a>")


def test_all_that_is_wrong_with_a_new_agreement_is_told_at_once(cast: Cast) -> None:
    client, address = browser(cast.gothenburg.coordinator), "/agreements/new/"
    typed = {"title": "", "parties": "Atlantis", "signed": "2024-13", "ends": "soon"}
    answer = client.post(address, {**form_of(client, address), **typed, "months": "-3"})
    marked = Forms(page(answer)).marked
    assert {"title", "parties", "signed", "ends", "months"} <= set(marked)


def test_all_that_is_wrong_with_an_update_is_told_at_once(cast: Cast) -> None:
    client, address = browser(cast.gothenburg.coordinator), f"/workstreams/{plan(cast).pk}/report/"
    form = {**form_of(client, address), "period": "soon", "health": "at_risk", "done": ""}
    marked = Forms(page(client.post(address, form))).marked
    assert {"period", "reason", "done"} <= set(marked)


def test_what_waits_under_agreements_is_among_what_waits(cast: Cast) -> None:
    milestone(cast, due=today())
    assert "Ten plugs" in page(browser(cast.gothenburg.coordinator).get("/lessons/waiting/"))
    assert "Ten plugs" not in page(browser(cast.gothenburg.reader).get("/lessons/waiting/"))


def test_an_organisation_names_its_agreements_to_who_may_see_them(cast: Cast) -> None:
    make_agreement(cast, text={"title": "Green corridor"})
    address = cast.gothenburg.organisation.get_absolute_url()
    people = (cast.gothenburg.reader, cast.los_angeles.reader, cast.tokyo.reader, None)
    named = ["Green corridor" in page(browser(person).get(address)) for person in people]
    assert named == [True, True, False, False]


def test_with_another_owner_an_unseen_person_stays_or_is_refused(cast: Cast) -> None:
    carla = cast.los_angeles.contributor
    noted = action(cast, owner=cast.los_angeles, person=carla)
    cole, address = browser(cast.los_angeles.coordinator), f"/actions/{noted.pk}/edit/"
    Membership.objects.filter(user=carla).delete()
    opened = form_of(cole, address)
    assert opened["person"] == "as-it-is"
    answer = cole.post(address, {**opened, "organisation": ""})
    noted.refresh_from_db()
    assert (answer.status_code, noted.person) == (200, carla)


@pytest.mark.parametrize("words", ["%", "!!!", "–"])
def test_what_has_no_word_finds_nothing(cast: Cast, words: str) -> None:
    make_agreement(cast, text={"title": "Green corridor"})
    assert "Green corridor</a>" not in page(
        browser(cast.gothenburg.reader).get("/agreements/", {"q": words})
    )


def test_a_meeting_after_the_end_does_not_say_that_it_is_planned(cast: Cast) -> None:
    called = meeting(cast, starts_at=time.now() + dt.timedelta(days=9))
    agreement, siv = called.agreement, cast.gothenburg.coordinator
    actions.terminate_agreement(
        actor=eyes(siv), agreement=agreement, lock=again(agreement).lock, reason="Closed."
    )
    for address in (called.get_absolute_url(), f"{agreement.get_absolute_url()}meetings/"):
        shown = page(browser(siv).get(address))
        assert ("Does not take place" in shown, "Planned" in shown) == (True, False)
