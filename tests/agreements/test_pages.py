"""The pages of agreements: what is typed is not lost, and what they cost."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from exchange.agreements import actions
from exchange.agreements.models import Milestone, Party, Workstream
from exchange.common.ids import uuid7
from tests.agreements.factories import again, make_agreement, today
from tests.agreements.work import action, held, meeting, milestone, plan
from tests.architecture.forms import Forms, as_typed
from tests.cast import Cast, eyes
from tests.lessons.pages import browser, page


def form_of(client: Client, address: str) -> dict[str, Any]:
    """Return what a form would send as it is, hidden fields and all."""
    shown = Forms(page(client.get(address)))
    return {
        name: field.values[0] if len(field.values) == 1 else field.values
        for name, field in shown.fields.items()
        if "checkbox" not in field.kinds
    }


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
