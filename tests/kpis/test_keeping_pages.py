"""Pages on which series are begun and kept, targets set, and KPIs proposed."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from exchange.accounts.models import User
from exchange.common.ids import uuid7
from exchange.kpis import actions
from exchange.kpis.models import Definition, Indicator, Observation, Series, Target
from tests.agreements.pages import form_of
from tests.architecture.forms import Forms
from tests.cast import Cast, Port, eyes
from tests.kpis.factories import OPERATOR, again, approved, definition, indicator, make_series
from tests.lessons.pages import browser, page

REPORT = "/kpis/teu_total/report/"


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("op@example.org", "x", full_name="Operator"))
    return client


def begin(port: Port, who: str = "reviewer", **typed: Any) -> Any:
    """Have somebody of a port send the form that begins a series, with what they typed."""
    client = browser(getattr(port, who))
    return client.post(REPORT, {**form_of(client, REPORT), "audience": str(port.home.pk), **typed})


def aim(user: User, series: Series, **typed: Any) -> Any:
    client, address = browser(user), f"/series/{series.pk}/targets/new/"
    return client.post(address, {**form_of(client, address), **typed})


def in_use(code: str = "teu_total") -> Definition:
    found = indicator(code).current
    assert found
    return found


def typed_in(text: str) -> dict[str, str]:
    """Return what stands in the fields of a page that are typed or hidden."""
    fields = Forms(text).fields
    return {
        name: field.values[-1]
        for name, field in fields.items()
        if field.is_typed or field.is_hidden
    }


def press(user: User, series: Series, step: str) -> Any:
    """Have somebody confirm a step of a series on its page."""
    client, address = browser(user), f"/series/{series.pk}/{step}/"
    return client.post(address, form_of(client, address))


def swedish(port: Port) -> User:
    port.reviewer.language = "sv"
    port.reviewer.save()
    return port.reviewer


# A series is begun.


def test_a_reviewer_begins_a_series_and_lands_on_its_page(cast: Cast) -> None:
    said = {"rhythm": "month", "due_days": "20", "local_note": "At the quay.", "grade": "same"}
    answer = begin(cast.gothenburg, **said)
    series = Series.objects.get()
    assert answer["Location"] == series.get_absolute_url()
    assert (series.rhythm, series.due_days, series.local_note) == ("month", 20, "At the quay.")
    assert series.audience == cast.gothenburg.home


def test_its_readers_are_at_first_the_people_at_home(cast: Cast) -> None:
    text = page(browser(cast.gothenburg.reviewer).get(REPORT))
    assert "People of Port of Gothenburg only" in text
    assert "checked" in text.partition(f'value="{cast.gothenburg.home.pk}"')[2].partition(">")[0]


def test_who_begins_shares_with_the_parties_of_an_agreement(cast: Cast) -> None:
    begin(cast.gothenburg, audience=str(cast.agreement.pk))
    assert Series.objects.visible_to(eyes(cast.los_angeles.reader)).exists()
    assert not Series.objects.visible_to(eyes(cast.tokyo.reader)).exists()


def test_the_definition_stands_above_the_form(cast: Cast) -> None:
    text = page(browser(cast.gothenburg.reviewer).get(REPORT))
    assert 0 < text.index(in_use().question) < text.index('name="local_note"')


def test_only_rhythms_that_the_definition_has_are_offered(cast: Cast) -> None:
    code = "ghg_reduction_since_2005_pct"
    text = page(browser(cast.gothenburg.reviewer).get(f"/kpis/{code}/report/"))
    rhythms = text.partition('name="rhythm"')[2].partition("</select>")[0]
    found = {kind for kind in ("year", "half", "quarter", "month", "day") if f'"{kind}"' in rhythms}
    assert found == set(in_use(code).period_types) - {"span", "week"}


@pytest.mark.parametrize(("who", "offered"), [("reviewer", False), ("coordinator", True)])
def test_only_coordinators_are_asked_for_consent(cast: Cast, who: str, offered: bool) -> None:
    text = page(browser(getattr(cast.gothenburg, who)).get(REPORT))
    assert ('name="peer_consent"' in text) == offered


def test_a_coordinator_consents_and_a_reviewer_does_not_take_it_back(cast: Cast) -> None:
    begin(cast.gothenburg, "coordinator", peer_consent="yes")
    series = Series.objects.get()
    client, address = browser(cast.gothenburg.reviewer), f"/series/{series.pk}/edit/"
    client.post(address, {**form_of(client, address), "local_note": "At the gate."})
    assert (again(series).peer_consent, again(series).local_note) == (True, "At the gate.")


def test_what_was_typed_is_kept_when_a_colleague_was_faster(cast: Cast) -> None:
    client = browser(cast.gothenburg.reviewer)
    opened = form_of(client, REPORT) | {"audience": str(cast.gothenburg.home.pk)}
    make_series(cast)
    text = page(client.post(REPORT, {**opened, "local_note": "At the gate."}))
    assert "reports this KPI already" in text
    assert "At the gate." in text


def test_who_reports_it_already_is_sent_to_the_series(cast: Cast) -> None:
    series = make_series(cast)
    answer = browser(cast.gothenburg.reviewer).get(REPORT)
    assert answer["Location"] == series.get_absolute_url()


def test_a_new_definition_is_begun_with_the_years_and_the_rhythm_of_the_old(cast: Cast) -> None:
    make_series(cast, year_start="--07-01", rhythm="month")
    one = indicator()
    text = definition(name="Containers", unit="TEU", numerator="E22", direction="context")
    actions.revise_indicator(actor=OPERATOR, indicator=one, lock=one.lock, text=text)
    opened = form_of(browser(cast.gothenburg.reviewer), REPORT)
    assert (opened["year_start"], opened["rhythm"]) == ("--07-01", "month")


# It is edited by two, shared, closed.


def test_what_two_change_at_once_is_brought_together(cast: Cast, series: Series) -> None:
    client, address = browser(cast.gothenburg.reviewer), f"/series/{series.pk}/edit/"
    opened = form_of(client, address)
    actions.revise_series(
        actor=eyes(cast.gothenburg.coordinator),
        series=series,
        lock=series.lock,
        text={"due_days": 45},
    )
    answer = client.post(address, {**opened, "local_note": "At the gate."})
    assert answer.status_code == 409
    merged = typed_in(answer.content.decode())
    assert (merged["due_days"], merged["local_note"].strip()) == ("45", "At the gate.")
    assert client.post(address, {**opened, **merged}).status_code == 302
    assert (again(series).due_days, again(series).local_note) == (45, "At the gate.")


def test_the_year_stays_once_there_are_values(cast: Cast, series: Series) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    client, address = browser(cast.gothenburg.reviewer), f"/series/{series.pk}/edit/"
    text = page(client.post(address, {**form_of(client, address), "year_start": "--07-01"}))
    assert "names the periods" in text
    assert again(series).year_start == "--01-01"


def test_who_answered_and_left_stays_named_until_another_is_chosen(cast: Cast) -> None:
    karin = cast.gothenburg.contributor
    series = actions.begin_series(
        actor=eyes(cast.gothenburg.reviewer),
        organisation=cast.gothenburg.organisation,
        indicator=indicator(),
        audience=cast.agreement,
        responsible=karin,
    )
    karin.memberships.all().delete()
    client, address = browser(cast.gothenburg.reviewer), f"/series/{series.pk}/edit/"
    client.post(address, {**form_of(client, address), "local_note": "At the gate."})
    assert (again(series).responsible, again(series).local_note) == (karin, "At the gate.")


def test_sharing_says_who_reads_and_takes_it_from_who_is_no_longer_in(
    cast: Cast, series: Series
) -> None:
    approved(cast.gothenburg, series, {"2024-01": "100"})
    client, address = browser(cast.gothenburg.reviewer), f"/series/{series.pk}/share/"
    text = page(client.get(address))
    assert "Now: the parties of the Los Angeles–Gothenburg MOU." in text
    assert "People of Port of Gothenburg only" in text
    body = {**form_of(client, address), "audience": str(cast.gothenburg.home.pk)}
    assert client.post(address, body).status_code == 302
    assert browser(cast.los_angeles.reader).get(series.get_absolute_url()).status_code == 404


def test_nobody_shares_with_parties_that_are_not_theirs(cast: Cast, series: Series) -> None:
    client, address = browser(cast.gothenburg.reviewer), f"/series/{series.pk}/share/"
    body = {**form_of(client, address), "audience": str(cast.tokyo.home.pk)}
    assert "There is no such choice here" in page(client.post(address, body))
    assert again(series).audience == cast.agreement


def test_a_series_that_was_closed_takes_no_values_until_it_is_open_again(
    cast: Cast, series: Series
) -> None:
    rolf, enter = cast.gothenburg.reviewer, f"/series/{series.pk}/values/2024-01/enter/"
    typed = {"value": "100", "status": "normal"}
    assert press(rolf, series, "close").status_code == 302
    karin = browser(cast.gothenburg.contributor)
    assert "closed" in page(karin.post(enter, {**form_of(karin, enter), **typed}))
    assert not Observation.objects.exists()
    press(rolf, series, "reopen")
    assert karin.post(enter, {**form_of(karin, enter), **typed}).status_code == 302


def test_closing_what_has_changed_meanwhile_asks_again(cast: Cast, series: Series) -> None:
    client, address = browser(cast.gothenburg.reviewer), f"/series/{series.pk}/close/"
    opened = form_of(client, address)
    press(cast.gothenburg.coordinator, series, "close")
    press(cast.gothenburg.coordinator, series, "reopen")
    assert "has changed meanwhile" in page(client.post(address, opened))
    assert again(series).closed_at is None


@pytest.mark.parametrize(
    ("who", "buttons"),
    [
        ("reader", set()),
        ("contributor", {"Enter values"}),
        ("reviewer", {"Enter values", "Edit", "Share", "Close"}),
    ],
)
def test_each_finds_the_buttons_of_what_they_may(
    cast: Cast, series: Series, who: str, buttons: set[str]
) -> None:
    text = page(browser(getattr(cast.gothenburg, who)).get(series.get_absolute_url()))
    toolbar = text.partition('<div class="toolbar">')[2].partition("</div>\n  </div>")[0]
    every = ("Enter values", "Edit", "Share", "Close", "Open again")
    assert {name for name in every if f">{name}</a>" in toolbar} == buttons


# What it aims at.


@pytest.mark.parametrize(
    ("language", "typed"), [("en", "1,234.50"), ("sv", "1 234,50"), ("sv", "1234,50")]
)
def test_a_target_is_the_same_number_in_every_language(
    cast: Cast, series: Series, language: str, typed: str
) -> None:
    rolf = cast.gothenburg.reviewer
    rolf.language = language
    rolf.save()
    assert aim(rolf, series, aim="target", period="2030", value=typed).status_code == 302
    target = Target.objects.get()
    assert (target.period, str(target.value)) == ("2030", "1234.50")


def test_a_number_in_the_other_decimal_sign_is_asked_about_and_kept(
    cast: Cast, series: Series
) -> None:
    text = page(aim(swedish(cast.gothenburg), series, aim="target", period="2030", value="1234.5"))
    assert "value" in Forms(text).marked
    assert 'value="1234.5"' in text


def test_an_edited_target_keeps_its_period_and_its_number(cast: Cast, series: Series) -> None:
    rolf = swedish(cast.gothenburg)
    aim(rolf, series, aim="baseline", period="2019", value="1234,5", note="The board")
    client, address = browser(rolf), f"/targets/{Target.objects.get().pk}/edit/"
    client.post(address, {**form_of(client, address), "note": "The new board"})
    target = Target.objects.get()
    assert (target.aim, target.period, target.value) == ("baseline", "2019", Decimal("1234.5"))
    assert target.note == "The new board"


def test_of_two_who_edit_a_target_the_second_sees_both(cast: Cast, series: Series) -> None:
    rolf = cast.gothenburg.reviewer
    aim(rolf, series, aim="target", period="2030", value="100")
    client, address = browser(rolf), f"/targets/{Target.objects.get().pk}/edit/"
    opened = form_of(client, address)
    client.post(address, {**form_of(client, address), "value": "200", "note": "The board"})
    merged = client.post(address, {**opened, "value": "300"})
    text = merged.content.decode()
    assert merged.status_code == 409
    assert ("Saved meanwhile" in text, 'value="300"' in text, "The board" in text) == (True,) * 3
    assert Target.objects.get().value == 200


def test_a_target_that_was_changed_meanwhile_is_not_dropped_unseen(
    cast: Cast, series: Series
) -> None:
    rolf = cast.gothenburg.reviewer
    aim(rolf, series, aim="target", period="2030", value="100")
    client, address = browser(rolf), f"/targets/{Target.objects.get().pk}/drop/"
    opened = form_of(client, address)
    Target.objects.update(value=200, lock=2)
    client.post(address, opened)
    assert Target.objects.get().value == 200


def test_a_second_target_for_a_period_replaces_nothing(cast: Cast, series: Series) -> None:
    rolf = cast.gothenburg.reviewer
    aim(rolf, series, aim="target", period="2030", value="100")
    text = page(aim(rolf, series, aim="target", period="2030", value="200"))
    assert "period" in Forms(text).marked
    assert Target.objects.get().value == 100


def test_only_a_band_has_an_upper_end(cast: Cast, series: Series) -> None:
    band = make_series(cast, code="berth_occupancy_pct")
    client = browser(cast.gothenburg.reviewer)
    assert 'name="upper"' not in page(client.get(f"/series/{series.pk}/targets/new/"))
    assert 'name="upper"' in page(client.get(f"/series/{band.pk}/targets/new/"))


def test_a_dropped_target_is_no_longer_on_the_page(cast: Cast, series: Series) -> None:
    rolf = cast.gothenburg.reviewer
    aim(rolf, series, aim="target", period="2030", value="987654")
    client, address = browser(rolf), f"/targets/{Target.objects.get().pk}/drop/"
    assert "987,654" in page(client.get(series.get_absolute_url()))
    client.post(address, form_of(client, address))
    assert "987,654" not in page(client.get(series.get_absolute_url()))


# What is proposed.


def propose(user: User, **typed: Any) -> Any:
    """Have somebody click from the catalogue to the form, fill it in, and send it."""
    client = browser(user)
    assert 'href="/kpis/new/"' in page(client.get("/kpis/"))
    body = {**form_of(client, "/kpis/new/"), **definition(), "code": "our_plugs"}
    return client.post("/kpis/new/", {**body, "topic": "energy/shore-power", **typed})


def decided(operator: Client, action: str, **said: str) -> str:
    """Have the operator decide on what is proposed; return what is told."""
    pk = Definition.objects.get(standing="proposed").pk
    body = {"action": action, "_selected_action": str(pk), **said}
    return operator.post("/admin/kpis/definition/", body, follow=True).content.decode()


def test_a_proposed_kpi_is_everybodys_once_the_operator_accepts_it(
    cast: Cast, operator: Client
) -> None:
    answer = propose(cast.gothenburg.coordinator, aliases="plug\nsockets")
    assert answer["Location"] == "/kpis/our_plugs/"
    others = browser(cast.tokyo.reader)
    assert others.get("/kpis/our_plugs/").status_code == 404
    assert "accepted" in decided(operator, "accept")
    assert "How many berths have a plug?" in page(others.get("/kpis/our_plugs/"))
    found = in_use("our_plugs")
    assert (found.aliases, found.period_types) == (["plug", "sockets"], ["year", "month"])


@pytest.mark.parametrize(("decided", "badge"), [(False, "proposed"), (True, "not accepted")])
def test_a_declined_kpi_is_not_called_proposed(cast: Cast, decided: bool, badge: str) -> None:
    found = actions.propose_indicator(
        actor=eyes(cast.gothenburg.coordinator),
        organisation=cast.gothenburg.organisation,
        code="plugs",
        topic="energy/shore-power",
        text=definition(),
    )
    if decided:
        proposed = Definition.objects.get(indicator=found)
        actions.decline_proposal(actor=OPERATOR, definition=proposed, reason="Too wide.")
    client = browser(cast.gothenburg.reader)
    for address in ("/kpis/?q=plugs", "/kpis/plugs/"):
        badges = re.findall(r'<span class="badge[^>]*>([^<]*)<', page(client.get(address)))
        assert badges == [badge]


def test_the_operator_reads_what_is_proposed_before_deciding(cast: Cast, operator: Client) -> None:
    propose(cast.gothenburg.coordinator, formula="Sockets that were tested.")
    pk = Definition.objects.get(standing="proposed").pk
    assert "Sockets that were tested." in page(operator.get(f"/admin/kpis/definition/{pk}/change/"))


def test_its_range_is_typed_in_ones_own_decimal_sign(cast: Cast) -> None:
    siv = cast.gothenburg.coordinator
    siv.language = "sv"
    siv.save()
    assert propose(siv, plausible_low="0,5", plausible_high="1 000,5").status_code == 302
    found = Definition.objects.get(standing="proposed")
    assert (str(found.plausible_low), str(found.plausible_high)) == ("0.5", "1000.5")


def test_a_declined_proposal_tells_its_own_people_why(cast: Cast, operator: Client) -> None:
    propose(cast.gothenburg.coordinator)
    assert "Say why" in decided(operator, "decline")
    decided(operator, "decline", reason="Count sockets, not berths.")
    assert "Count sockets, not berths." in page(
        browser(cast.gothenburg.reader).get("/kpis/our_plugs/")
    )


def test_another_definition_begins_with_the_one_in_use(cast: Cast) -> None:
    client, address = browser(cast.gothenburg.coordinator), "/kpis/teu_total/propose/"
    assert f'href="{address}"' in page(client.get("/kpis/teu_total/"))
    now = in_use()
    body = {**form_of(client, address), "period_types": now.period_types}
    assert "change_note" in Forms(page(client.post(address, body))).marked
    body |= {"nonce": str(uuid7()), "change_note": "Restows count.", "inclusions": "Restows."}
    assert client.post(address, body).status_code == 302
    found = Definition.objects.get(standing="proposed")
    same = ("question", "formula", "unit", "numerator", "aliases", "plausible_high", "period_types")
    assert [getattr(found, name) for name in same] == [getattr(now, name) for name in same]
    assert (found.inclusions, found.change_note) == ("Restows.", "Restows count.")


def test_spellings_with_a_comma_of_their_own_stay_whole(cast: Cast) -> None:
    client, address = browser(cast.gothenburg.coordinator), "/kpis/ghg_per_10000_teu_t/propose/"
    now = in_use("ghg_per_10000_teu_t")
    body = {**form_of(client, address), "change_note": "Why.", "period_types": now.period_types}
    assert client.post(address, body).status_code == 302
    assert Definition.objects.get(standing="proposed").aliases == now.aliases


def test_a_proposal_is_taken_back_by_those_who_made_it(cast: Cast) -> None:
    propose(cast.gothenburg.coordinator)
    found = Definition.objects.get(standing="proposed")
    address = f"/definitions/{found.pk}/"
    assert "Take the proposal back" not in page(browser(cast.gothenburg.reader).get(address))
    client = browser(cast.gothenburg.coordinator)
    assert address in page(client.get("/kpis/our_plugs/"))
    assert "Take the proposal back" in page(client.get(address))
    client.post(f"{address}take-back/", {"nonce": str(uuid7())})
    found.refresh_from_db()
    assert (found.standing, found.decision_reason) == ("declined", "Taken back by its proposer.")


def test_what_is_refused_in_a_proposal_is_marked_and_nothing_typed_lost(cast: Cast) -> None:
    text = page(propose(cast.gothenburg.coordinator, code="Our plugs", plausible_low="many"))
    assert Forms(text).marked == {"code", "plausible_low"}
    assert 'value="many"' in text
    assert "How many berths have a plug?" in text
    assert not Indicator.objects.filter(name="Shore power at berths").exists()


def test_a_catalogue_offers_no_proposal_to_whom_it_would_refuse(cast: Cast) -> None:
    for who in (cast.gothenburg.reviewer, None):
        assert 'href="/kpis/new/"' not in page(browser(who).get("/kpis/"))


@pytest.mark.parametrize("before", [True, False])
def test_a_box_that_a_colleague_ticked_or_emptied_meanwhile_is_so_in_the_form(
    cast: Cast, series: Series, before: bool
) -> None:
    siv = eyes(cast.gothenburg.coordinator)
    said: dict[str, Any] = {"actor": siv, "series": series, "text": {}}
    now = actions.revise_series(**said, lock=series.lock, peer_consent=before)
    client, address = browser(cast.gothenburg.coordinator), f"/series/{series.pk}/edit/"
    opened = form_of(client, address) | ({"peer_consent": "on"} if before else {})
    actions.revise_series(**said, lock=again(now).lock, peer_consent=not before)
    text = client.post(address, {**opened, "local_note": "At the gate."}).content.decode()
    box = text.partition('name="peer_consent"')[2].partition(">")[0]
    assert ("checked" in box) == (not before)
    assert "Saved meanwhile" not in text


@pytest.mark.parametrize("before", [True, False])
def test_a_box_that_one_alone_changed_is_nobody_elses_word(
    cast: Cast, series: Series, before: bool
) -> None:
    siv = eyes(cast.gothenburg.coordinator)
    said: dict[str, Any] = {"actor": siv, "series": series, "peer_consent": before}
    now = actions.revise_series(**said, lock=series.lock, text={})
    client, address = browser(cast.gothenburg.coordinator), f"/series/{series.pk}/edit/"
    opened = form_of(client, address) | ({} if before else {"peer_consent": "on"})
    actions.revise_series(**said, lock=again(now).lock, text={"due_days": 45})
    text = client.post(address, opened).content.decode()
    box = text.partition('name="peer_consent"')[2].partition(">")[0]
    assert ("checked" in box) == (not before)
    assert "Saved meanwhile" not in text
