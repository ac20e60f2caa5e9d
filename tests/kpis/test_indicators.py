"""The catalogue: what comes with the release, what is proposed, what is decided, and who sees which version."""

import tomllib
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from exchange.activity.models import Event
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid, Stale
from exchange.kpis import actions, catalogue
from exchange.kpis.choices import Standing
from exchange.kpis.models import Definition, Indicator
from tests.cast import Cast, Port, anonymous, eyes
from tests.kpis.factories import (
    OPERATOR,
    client_of,
    defined,
    definition,
    indicator,
    make_series,
    verbs,
)
from tests.partners.factories import put_aside


def propose(
    port: Port,
    code: str = "plugs",
    by: str = "coordinator",
    topic: str = "energy/shore-power",
    **text: Any,
) -> Indicator:
    return actions.propose_indicator(
        actor=eyes(getattr(port, by)),
        organisation=port.organisation,
        code=code,
        topic=topic,
        text=definition(**text),
    )


def propose_version(port: Port, code: str = "teu_total", **text: Any) -> Definition:
    return actions.propose_version(
        actor=eyes(port.coordinator),
        organisation=port.organisation,
        indicator=indicator(code),
        text=definition(**text),
    )


def revise(code: str = "teu_total", **text: Any) -> Indicator:
    found = indicator(code)
    return actions.revise_indicator(
        actor=OPERATOR, indicator=found, lock=found.lock, text=definition(**text)
    )


def proposal(proposed: Indicator) -> Definition:
    found: Definition = Definition.objects.get(indicator=proposed, standing=Standing.PROPOSED)
    return found


def who_sees(cast: Cast, thing: Indicator | Definition) -> list[str]:
    """Return which of the cast see an indicator or a version of a definition."""
    viewers = {
        "owner": eyes(cast.gothenburg.reader),
        "partner": eyes(cast.los_angeles.coordinator),
        "program": client_of(cast.tokyo),
        "anonymous": anonymous(),
    }
    rows = type(thing).objects
    return [name for name, one in viewers.items() if rows.visible_to(one).filter(pk=thing.pk)]


EVERYBODY = ["owner", "partner", "program", "anonymous"]


@pytest.mark.django_db
def test_the_catalogue_comes_with_the_release() -> None:
    codes = {row["code"] for row in catalogue.rows()}
    assert set(Indicator.objects.in_use().values_list("code", flat=True)) == codes


@pytest.mark.django_db
def test_loading_it_again_changes_and_records_nothing() -> None:
    before = list(Definition.objects.order_by("pk").values())
    actions.load_catalogue(actor=OPERATOR, rows=catalogue.rows())
    assert list(Definition.objects.order_by("pk").values()) == before
    assert not Event.objects.filter(target_type="indicator").exists()


@pytest.mark.django_db
def test_a_later_release_revises_what_it_defines_otherwise() -> None:
    rows: list[Any] = [{**row, "boundary": "All quays."} for row in catalogue.rows()[:1]]
    actions.load_catalogue(actor=OPERATOR, rows=rows)
    found = indicator(rows[0]["code"])
    assert (found.current.version, found.current.boundary) == (2, "All quays.")
    assert verbs(found) == ["revised"]


def test_a_definition_that_was_proposed_here_and_accepted_outlives_a_release(cast: Cast) -> None:
    accepted = propose_version(cast.gothenburg)
    actions.accept_proposal(actor=OPERATOR, definition=accepted)
    out = StringIO()
    call_command("load_indicators", stdout=out)
    assert indicator().current == accepted
    assert "1 of them keep a definition that was proposed here" in out.getvalue()
    assert out.getvalue().endswith("teu_total.\n")


@pytest.mark.django_db
def test_a_definition_says_of_which_release_it_is() -> None:
    rows: list[Any] = [{**row, "boundary": "All quays."} for row in catalogue.rows()[:1]]
    actions.load_catalogue(actor=OPERATOR, rows=rows)
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    note = indicator(rows[0]["code"]).current.change_note
    assert note == f"As release {project['version']} defines it."


@pytest.mark.django_db
def test_what_is_only_proposed_is_not_retired(cast: Cast) -> None:
    proposed = propose(cast.gothenburg)
    with pytest.raises(Conflict, match="Decline the proposal"):
        actions.retire_indicator(
            actor=OPERATOR, indicator=proposed, lock=proposed.lock, reason="No."
        )


@pytest.mark.django_db
def test_what_a_later_release_adds_is_news() -> None:
    rows: list[Any] = [{**catalogue.rows()[0], "code": "teu_new"}]
    actions.load_catalogue(actor=OPERATOR, rows=rows)
    assert verbs(indicator("teu_new")) == ["defined"]


@pytest.mark.django_db
def test_another_definition_is_a_new_version_and_the_old_one_stays() -> None:
    old = indicator().current
    new = revise(name="Boxes over the quay").current
    assert (new.version, indicator().name) == (2, "Boxes over the quay")
    assert Definition.objects.get(pk=old.pk).name == old.name


def test_a_series_follows_the_version_that_it_began_with(cast: Cast) -> None:
    series = make_series(cast)
    old = series.definition_id
    revise()
    series.refresh_from_db()
    assert series.definition_id == old


def test_a_new_version_is_followed_by_another_series(cast: Cast) -> None:
    first = make_series(cast)
    revise()
    assert make_series(cast).definition.version == first.definition.version + 1


@pytest.mark.django_db
def test_who_saw_an_older_version_revises_nothing() -> None:
    seen = indicator()
    revise()
    with pytest.raises(Stale):
        actions.revise_indicator(actor=OPERATOR, indicator=seen, lock=seen.lock, text=definition())


@pytest.mark.parametrize("role", ["coordinator", "reviewer"])
def test_only_the_operator_keeps_the_catalogue(cast: Cast, role: str) -> None:
    siv = eyes(getattr(cast.gothenburg, role))
    found = indicator()
    same: dict[str, Any] = {"actor": siv, "indicator": found, "lock": found.lock}
    proposed = propose_version(cast.los_angeles)
    for act, given in (
        (actions.load_catalogue, {"actor": siv, "rows": []}),
        (actions.revise_indicator, {**same, "text": {}}),
        (actions.retire_indicator, {**same, "reason": "Counted twice."}),
        (actions.reinstate_indicator, same),
        (actions.accept_proposal, {"actor": siv, "definition": proposed}),
        (actions.decline_proposal, {"actor": siv, "definition": proposed, "reason": "No."}),
    ):
        with pytest.raises(Forbidden):
            act(**given)


@pytest.mark.django_db
def test_what_a_release_brings_everybody_sees() -> None:
    made = defined("plugs")
    assert Indicator.objects.visible_to(anonymous()).filter(pk=made.pk).exists()
    assert (made.current.version, verbs(made)) == (1, ["defined"])


@pytest.mark.parametrize(
    "code", ["", "Plugs", "shore power", "_plugs", "plugs_", "é", "x" * 61, "a\0b"]
)
def test_a_code_is_of_small_letters_digits_and_underscores(cast: Cast, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        propose(cast.gothenburg, code)
    assert list(refused.value.errors) == ["code"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "field"),
    [
        ({"question": ""}, "question"),
        ({"unit": ""}, "unit"),
        ({"direction": "sideways"}, "direction"),
        ({"period_types": []}, "period_types"),
        ({"period_types": ["decade"]}, "period_types"),
        ({"plausible_low": "2", "plausible_high": "1"}, "plausible_high"),
        ({"decimals": 10}, "decimals"),
        ({"plausible_low": "much"}, "plausible_low"),
        ({"source_link": "somewhere"}, "source_link"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_a_definition_says_what_it_must_in_known_words(text: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        revise(**text)
    assert list(refused.value.errors) == [field]


def test_a_code_is_given_once(cast: Cast) -> None:
    with pytest.raises(Conflict):
        propose(cast.gothenburg, "teu_total")


def test_a_topic_that_is_none_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        propose(cast.gothenburg, topic="magic")
    assert list(refused.value.errors) == ["topic"]


def test_a_proposal_stays_at_home(cast: Cast) -> None:
    proposed = propose(cast.gothenburg)
    assert who_sees(cast, proposed) == who_sees(cast, proposal(proposed)) == ["owner"]
    event = Event.objects.get(verb="indicator.proposed")
    assert event.audience == event.home_audience == cast.gothenburg.home


def test_an_accepted_proposal_is_seen_by_everybody(cast: Cast) -> None:
    proposed = propose(cast.gothenburg)
    actions.accept_proposal(actor=OPERATOR, definition=proposal(proposed))
    assert who_sees(cast, proposed) == who_sees(cast, indicator("plugs").current) == EVERYBODY


def test_its_acceptance_is_told_to_who_could_not_see_it_before(cast: Cast) -> None:
    proposed = propose(cast.gothenburg)
    actions.accept_proposal(actor=OPERATOR, definition=proposal(proposed))
    event = Event.objects.get(verb="indicator.accepted")
    assert (event.audience, event.audience_before) == (cast.public, cast.gothenburg.home)


def test_a_declined_proposal_stays_at_home_with_the_reason(cast: Cast) -> None:
    proposed = propose(cast.gothenburg)
    actions.decline_proposal(actor=OPERATOR, definition=proposal(proposed), reason="Too near.")
    found = Definition.objects.get(indicator=proposed)
    assert (found.standing, found.decision_reason) == (Standing.DECLINED, "Too near.")
    assert who_sees(cast, found) == ["owner"]
    assert Event.objects.get(verb="indicator.declined").audience == cast.gothenburg.home


def test_nothing_is_declined_without_a_reason(cast: Cast) -> None:
    proposed = propose(cast.gothenburg)
    with pytest.raises(Invalid):
        actions.decline_proposal(actor=OPERATOR, definition=proposal(proposed), reason=" ")


def test_a_reason_that_is_too_long_is_refused_by_its_field(cast: Cast) -> None:
    proposed = propose(cast.gothenburg)
    with pytest.raises(Invalid) as refused:
        actions.decline_proposal(actor=OPERATOR, definition=proposal(proposed), reason="no " * 1000)
    assert list(refused.value.errors) == ["reason"]


@pytest.mark.parametrize("second", ["accept_proposal", "decline_proposal"])
def test_a_proposal_is_decided_on_once(cast: Cast, second: str) -> None:
    found = proposal(propose(cast.gothenburg))
    actions.accept_proposal(actor=OPERATOR, definition=found)
    given = {"reason": "No."} if second == "decline_proposal" else {}
    with pytest.raises(Conflict):
        getattr(actions, second)(actor=OPERATOR, definition=found, **given)


@pytest.mark.parametrize("role", ["reader", "contributor", "reviewer"])
def test_only_coordinators_propose(cast: Cast, role: str) -> None:
    with pytest.raises(Forbidden):
        propose(cast.gothenburg, by=role)


def test_a_program_proposes_nothing(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.propose_version(
            actor=client_of(cast.gothenburg),
            organisation=cast.gothenburg.organisation,
            indicator=indicator(),
            text=definition(),
        )


def test_nobody_proposes_for_another_organisation(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.propose_version(
            actor=eyes(cast.los_angeles.coordinator),
            organisation=cast.gothenburg.organisation,
            indicator=indicator(),
            text=definition(),
        )


def test_a_proposed_version_is_seen_at_home_only(cast: Cast) -> None:
    assert who_sees(cast, propose_version(cast.gothenburg)) == ["owner"]


def test_a_proposed_version_changes_nothing_that_others_see(cast: Cast) -> None:
    name = indicator().name
    propose_version(cast.gothenburg)
    assert (indicator().name, indicator().current.version) == (name, 1)
    assert Event.objects.get(target_id=indicator().pk).audience == cast.gothenburg.home


def test_an_accepted_version_is_in_use_for_everybody(cast: Cast) -> None:
    proposed = propose_version(cast.gothenburg)
    actions.accept_proposal(actor=OPERATOR, definition=proposed)
    assert indicator().current == proposed
    assert who_sees(cast, proposed) == EVERYBODY
    assert verbs(indicator()) == ["revision_proposed", "revised"]


def test_no_gap_in_versions_tells_of_what_was_not_accepted(cast: Cast) -> None:
    declined = propose_version(cast.gothenburg)
    actions.decline_proposal(actor=OPERATOR, definition=declined, reason="Too wide.")
    waiting = propose_version(cast.los_angeles)
    now = indicator()
    actions.revise_indicator(actor=OPERATOR, indicator=now, lock=now.lock, text=definition())
    actions.accept_proposal(actor=OPERATOR, definition=propose_version(cast.tokyo))
    seen = Definition.objects.visible_to(eyes(cast.tokyo.reader)).filter(indicator=now)
    assert sorted(seen.values_list("version", flat=True)) == [1, 2, 3]
    assert Definition.objects.visible_to(eyes(cast.los_angeles.reader)).filter(pk=waiting.pk)


def test_an_organisation_has_one_open_proposal_for_a_kpi(cast: Cast) -> None:
    propose_version(cast.gothenburg)
    propose_version(cast.los_angeles)
    with pytest.raises(Conflict):
        propose_version(cast.gothenburg)


def test_who_took_its_proposal_back_makes_another(cast: Cast) -> None:
    actions.decline_proposal(
        actor=eyes(cast.gothenburg.coordinator),
        definition=propose_version(cast.gothenburg),
        reason="We meant another thing.",
    )
    assert propose_version(cast.gothenburg).version == 3


def test_a_proposal_that_was_taken_back_is_proposed_anew_as_the_refusal_says(cast: Cast) -> None:
    proposed = propose(cast.gothenburg)
    with pytest.raises(Conflict, match="Take it back, and propose it anew"):
        propose_version(cast.gothenburg, "plugs")
    actions.decline_proposal(
        actor=eyes(cast.gothenburg.coordinator), definition=proposal(proposed), reason="A slip."
    )
    assert propose(cast.gothenburg).code == "plugs"


def test_another_organisation_does_not_take_a_proposal_back(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.decline_proposal(
            actor=eyes(cast.los_angeles.coordinator),
            definition=propose_version(cast.gothenburg),
            reason="We do not like it.",
        )


def retire(act: str = "retire") -> Indicator:
    found = indicator()
    given: dict[str, Any] = {"actor": OPERATOR, "indicator": found, "lock": found.lock}
    if act == "retire":
        return actions.retire_indicator(**given, reason="Counted twice.")
    return actions.reinstate_indicator(**given)


def test_a_retired_kpi_is_read_and_not_begun(cast: Cast) -> None:
    retired = retire()
    assert who_sees(cast, retired) == EVERYBODY
    with pytest.raises(Conflict):
        make_series(cast)


def test_a_kpi_in_use_again_is_begun(cast: Cast) -> None:
    retire()
    retire("reinstate")
    assert make_series(cast)


@pytest.mark.django_db
def test_retired_twice_it_is_one_event() -> None:
    for act in ("retire", "retire", "reinstate", "reinstate"):
        retire(act)
    assert verbs(indicator()) == ["retired", "reinstated"]


def test_a_suspended_organisation_proposes_nothing(cast: Cast) -> None:
    siv: Viewer = eyes(cast.gothenburg.coordinator)
    put_aside(cast.gothenburg.organisation)
    with pytest.raises(Forbidden):
        actions.propose_version(
            actor=siv,
            organisation=cast.gothenburg.organisation,
            indicator=indicator(),
            text=definition(),
        )
