"""Series: who begins and keeps them, who sees them, what they aim at, and when they end."""

from decimal import Decimal
from typing import Any

import pytest

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.agreements.models import Agreement
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role
from exchange.common.errors import Conflict, Forbidden, Invalid, Stale
from exchange.kpis import actions
from exchange.kpis.models import Observation, Series, Target
from exchange.partners.actions import create_organisation
from exchange.partners.models import Organisation
from tests.agreements.factories import ask, confirm, leave, make_agreement
from tests.cast import Cast, Port, anonymous, eyes
from tests.kpis.factories import (
    OPERATOR,
    again,
    approved,
    client_of,
    entry,
    indicator,
    make_series,
    submitted,
    verbs,
)
from tests.partners.factories import membership, put_aside

WHO_KEEPS = [("reader", False), ("contributor", False), ("reviewer", True), ("coordinator", True)]


def begin(port: Port, user: User, audience: Audience, **given: Any) -> Series:
    return actions.begin_series(
        actor=eyes(user),
        organisation=port.organisation,
        indicator=given.pop("indicator", None) or indicator(),
        audience=audience,
        **given,
    )


def revise(series: Series, user: User, **given: Any) -> Series:
    now = again(series)
    kept = {"responsible": now.responsible, "peer_consent": now.peer_consent, "text": {}}
    return actions.revise_series(
        actor=eyes(user), series=series, lock=now.lock, **{**kept, **given}
    )


def share(series: Series, port: Port, audience: Audience) -> Series:
    return actions.share_series(
        actor=eyes(port.reviewer), series=series, lock=again(series).lock, audience=audience
    )


def aim(
    series: Series,
    port: Port,
    period: str = "2030",
    by: str = "reviewer",
    lock: int = 0,
    **text: Any,
) -> Target:
    return actions.set_target(
        actor=eyes(getattr(port, by)),
        series=series,
        period=period,
        text={"value": "5", **text},
        lock=lock,
    )


def readers(cast: Cast, series: Series) -> list[str]:
    """Return which of the cast see the series."""
    viewers = {
        "owner": eyes(cast.gothenburg.reader),
        "in": eyes(cast.los_angeles.coordinator),
        "out": eyes(cast.tokyo.coordinator),
        "program": client_of(cast.los_angeles),
        "anonymous": anonymous(),
    }
    return [
        name
        for name, viewer in viewers.items()
        if Series.objects.visible_to(viewer).filter(pk=series.pk).exists()
    ]


@pytest.mark.parametrize(("role", "may"), WHO_KEEPS)
def test_reviewers_and_coordinators_begin_a_series(cast: Cast, role: str, may: bool) -> None:
    user = getattr(cast.gothenburg, role)
    if may:
        assert verbs(begin(cast.gothenburg, user, cast.partners)) == ["begun"]
        return
    with pytest.raises(Forbidden):
        begin(cast.gothenburg, user, cast.partners)


def test_nobody_begins_a_series_of_another_organisation(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        begin(cast.gothenburg, cast.los_angeles.coordinator, cast.partners)


def test_a_program_begins_no_series(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.begin_series(
            actor=client_of(cast.gothenburg),
            organisation=cast.gothenburg.organisation,
            indicator=indicator(),
            audience=cast.partners,
        )


def test_a_kpi_is_reported_once(cast: Cast, series: Series) -> None:
    with pytest.raises(Conflict):
        make_series(cast)
    assert make_series(cast, cast.los_angeles).definition == series.definition


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ({"year_start": "--07-02"}, "year_start"),
        ({"year_start": "July"}, "year_start"),
        ({"grade": "best"}, "grade"),
        ({"rhythm": "span"}, "rhythm"),
        ({"due_days": 731}, "due_days"),
        ({"due_days": -1}, "due_days"),
        ({"local_note": "a\0b"}, "local_note"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_what_is_said_of_it_is_in_known_words(cast: Cast, text: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_series(cast, **text)
    assert list(refused.value.errors) == [field]


def test_a_group_that_the_owner_is_not_in_is_no_audience(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        make_series(cast, cast.tokyo, audience=cast.agreement)
    assert list(refused.value.errors) == ["audience"]


def test_the_home_of_another_is_no_audience(cast: Cast) -> None:
    with pytest.raises(Invalid):
        make_series(cast, audience=cast.los_angeles.home)


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        ("home", ["owner"]),
        ("agreement", ["owner", "in", "program"]),
        ("partners", ["owner", "in", "out", "program"]),
        ("public", ["owner", "in", "out", "program", "anonymous"]),
    ],
)
def test_its_audience_and_its_home_see_it(cast: Cast, audience: str, seen_by: list[str]) -> None:
    chosen = cast.gothenburg.home if audience == "home" else getattr(cast, audience)
    series = make_series(cast, audience=chosen)
    approved(cast.gothenburg, series, {"2024-01": "100"})
    assert readers(cast, series) == seen_by


def test_narrowing_takes_it_away_at_once_and_tells_who_saw_it(cast: Cast) -> None:
    series = make_series(cast, audience=cast.public)
    share(series, cast.gothenburg, cast.agreement)
    assert readers(cast, series) == ["owner", "in", "program"]
    event = Event.objects.get(verb="series.narrowed")
    assert (event.audience, event.audience_before) == (cast.agreement, cast.public)


def test_widening_tells_who_sees_it_now_and_who_did(cast: Cast, series: Series) -> None:
    share(series, cast.gothenburg, cast.partners)
    assert readers(cast, series) == ["owner", "in", "out", "program"]
    event = Event.objects.get(verb="series.widened")
    assert (event.audience, event.audience_before) == (cast.partners, cast.agreement)


def test_the_same_audience_again_changes_nothing(cast: Cast, series: Series) -> None:
    share(series, cast.gothenburg, cast.agreement)
    assert (again(series).lock, verbs(series)) == (series.lock, ["begun"])


def test_it_is_shared_with_no_group_that_the_owner_is_not_in(cast: Cast) -> None:
    series = make_series(cast, cast.tokyo, audience=cast.partners)
    with pytest.raises(Invalid):
        share(series, cast.tokyo, cast.agreement)


@pytest.mark.parametrize(("role", "may"), WHO_KEEPS)
def test_reviewers_and_coordinators_share_it(
    cast: Cast, series: Series, role: str, may: bool
) -> None:
    given: dict[str, Any] = {"series": series, "lock": series.lock, "audience": cast.partners}
    actor = eyes(getattr(cast.gothenburg, role))
    if may:
        assert actions.share_series(actor=actor, **given).audience == cast.partners
        return
    with pytest.raises(Forbidden):
        actions.share_series(actor=actor, **given)


def test_who_sees_it_does_not_keep_it(cast: Cast, series: Series) -> None:
    cole = cast.los_angeles.coordinator
    with pytest.raises(Forbidden):
        revise(series, cole, text={"local_note": "Ours."})
    with pytest.raises(Forbidden):
        aim(series, cast.los_angeles)


def agreed(cast: Cast) -> tuple[Agreement, Series]:
    """Return an agreement of three ports, and Gothenburg's series that its parties see."""
    agreement = make_agreement(cast)
    confirm(ask(agreement, cast.tokyo, cast.gothenburg), cast.tokyo)
    series = make_series(cast, audience=agreement.home_audience)
    approved(cast.gothenburg, series, {"2024-01": "100"})
    return agreement, series


def seen_by_tokyo(cast: Cast) -> tuple[int, int]:
    """Return how many series and values Tokyo's coordinator and its program see."""
    viewers = eyes(cast.tokyo.coordinator), client_of(cast.tokyo)
    return (
        sum(Series.objects.visible_to(one).count() for one in viewers),
        sum(Observation.objects.visible_to(one).count() for one in viewers),
    )


def test_a_party_that_leaves_the_agreement_loses_the_series_at_once(cast: Cast) -> None:
    agreement, _series = agreed(cast)
    assert seen_by_tokyo(cast) == (2, 2)
    leave(agreement, cast.tokyo)
    assert seen_by_tokyo(cast) == (0, 0)


def test_an_owner_that_leaves_the_agreement_keeps_its_own_series(cast: Cast) -> None:
    agreement, series = agreed(cast)
    leave(agreement, cast.gothenburg)
    assert "owner" in readers(cast, series)
    submitted(cast.gothenburg, series, {"2024-02": "100"})


def test_an_owner_that_has_left_begins_nothing_for_the_agreement(cast: Cast) -> None:
    agreement, _series = agreed(cast)
    leave(agreement, cast.tokyo)
    with pytest.raises(Invalid):
        make_series(cast, cast.tokyo, audience=agreement.home_audience)


def test_only_coordinators_consent_to_peer_bands(cast: Cast, series: Series) -> None:
    with pytest.raises(Forbidden):
        revise(series, cast.gothenburg.reviewer, peer_consent=True)
    revise(series, cast.gothenburg.coordinator, peer_consent=True)
    assert again(series).peer_consent


def test_only_coordinators_take_the_consent_back(cast: Cast, series: Series) -> None:
    revise(series, cast.gothenburg.coordinator, peer_consent=True)
    with pytest.raises(Forbidden):
        revise(series, cast.gothenburg.reviewer, peer_consent=False)
    revise(series, cast.gothenburg.coordinator, peer_consent=False)
    assert not again(series).peer_consent


def test_a_reviewer_begins_no_series_that_counts_in_peer_bands(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        begin(cast.gothenburg, cast.gothenburg.reviewer, cast.partners, peer_consent=True)
    coordinator = cast.gothenburg.coordinator
    assert begin(cast.gothenburg, coordinator, cast.partners, peer_consent=True).peer_consent


def test_a_reviewer_changes_the_words_of_a_series_that_counts(cast: Cast, series: Series) -> None:
    revise(series, cast.gothenburg.coordinator, peer_consent=True)
    revise(series, cast.gothenburg.reviewer, text={"grade": "similar"})
    assert (again(series).grade, again(series).peer_consent) == ("similar", True)


@pytest.mark.parametrize(
    ("text", "consent", "fields", "audience"),
    [
        ({"local_note": "At the quay."}, True, ["local_note"], "agreement"),
        ({"local_note": "At the quay."}, False, ["local_note"], "agreement"),
        ({}, True, ["peer_consent"], "home"),
    ],
)
def test_what_is_changed_at_home_alone_is_told_to_no_reader(
    cast: Cast,
    series: Series,
    text: dict[str, Any],
    consent: bool,
    fields: list[str],
    audience: str,
) -> None:
    revise(series, cast.gothenburg.coordinator, text=text, peer_consent=consent)
    event = Event.objects.get(verb="series.changed")
    who = {"agreement": cast.agreement, "home": cast.gothenburg.home}[audience]
    assert (event.data["fields"], event.audience) == (fields, who)


def test_the_same_words_change_and_record_nothing(cast: Cast, series: Series) -> None:
    revise(series, cast.gothenburg.reviewer, text={"local_note": series.local_note})
    assert (again(series).lock, verbs(series)) == (series.lock, ["begun"])


def test_the_second_of_two_is_told_that_it_changed(cast: Cast, series: Series) -> None:
    given: dict[str, Any] = {"actor": eyes(cast.gothenburg.reviewer), "series": series, "lock": 1}
    actions.revise_series(text={"grade": "same"}, **given)
    with pytest.raises(Stale):
        actions.revise_series(text={"grade": "similar"}, **given)


def test_who_answers_for_it_is_of_its_organisation(cast: Cast, series: Series) -> None:
    karin = cast.gothenburg.contributor
    assert revise(series, cast.gothenburg.reviewer, responsible=karin).responsible == karin
    with pytest.raises(Conflict):
        revise(series, cast.gothenburg.reviewer, responsible=cast.los_angeles.contributor)


def test_the_year_begins_elsewhere_while_there_are_no_values(cast: Cast, series: Series) -> None:
    revise(series, cast.gothenburg.reviewer, text={"year_start": "--07-01"})
    assert again(series).year_start == "--07-01"


@pytest.mark.parametrize("decided", [False, True])
def test_the_year_begins_where_it_did_once_there_are_values(
    cast: Cast, series: Series, decided: bool
) -> None:
    (approved if decided else submitted)(cast.gothenburg, series, {"2024": "100"})
    with pytest.raises(Conflict):
        revise(series, cast.gothenburg.reviewer, text={"year_start": "--07-01"})


def test_the_periods_of_targets_do_not_move_with_the_years_beginning(
    cast: Cast, series: Series
) -> None:
    aim(series, cast.gothenburg, "2030")
    with pytest.raises(Conflict):
        revise(series, cast.gothenburg.reviewer, text={"year_start": "--07-01"})


def test_a_target_is_set_for_a_period(cast: Cast, series: Series) -> None:
    aim(series, cast.gothenburg, value="900000.50", note="Board, May")
    found = Target.objects.get()
    assert (found.period, str(found.value), found.note) == ("2030", "900000.50", "Board, May")
    assert verbs(series) == ["begun", "target_set"]


def test_a_new_word_replaces_a_target_and_its_note(cast: Cast, series: Series) -> None:
    aim(series, cast.gothenburg, note="Board, May")
    aim(series, cast.gothenburg, value="6", lock=1)
    found = Target.objects.get()
    assert (found.value, found.note, found.lock) == (Decimal(6), "", 2)


@pytest.mark.parametrize("lock", [0, 1])
def test_of_two_who_change_a_target_the_second_is_told(
    cast: Cast, series: Series, lock: int
) -> None:
    aim(series, cast.gothenburg)
    aim(series, cast.gothenburg, value="6", lock=1)
    with pytest.raises(Stale):
        aim(series, cast.gothenburg, value="7", lock=lock)
    assert Target.objects.get().value == Decimal(6)


def test_a_target_that_was_changed_meanwhile_is_not_dropped(cast: Cast, series: Series) -> None:
    seen = aim(series, cast.gothenburg)
    aim(series, cast.gothenburg, value="6", lock=1)
    with pytest.raises(Stale):
        actions.drop_target(actor=eyes(cast.gothenburg.reviewer), target=seen, lock=seen.lock)


def test_a_target_that_was_dropped_meanwhile_is_not_changed(cast: Cast, series: Series) -> None:
    seen = aim(series, cast.gothenburg)
    actions.drop_target(actor=eyes(cast.gothenburg.reviewer), target=seen, lock=1)
    with pytest.raises(Conflict):
        aim(series, cast.gothenburg, value="6", lock=1)
    assert not Target.objects.exists()


def test_the_same_target_again_records_nothing(cast: Cast, series: Series) -> None:
    for _time in range(2):
        aim(series, cast.gothenburg)
    assert verbs(series) == ["begun", "target_set"]


def test_a_baseline_stands_beside_a_target(cast: Cast, series: Series) -> None:
    for what in ("target", "baseline"):
        aim(series, cast.gothenburg, aim=what)
    assert sorted(Target.objects.values_list("aim", flat=True)) == ["baseline", "target"]


def test_a_target_is_dropped(cast: Cast, series: Series) -> None:
    target = aim(series, cast.gothenburg)
    for _time in range(2):
        actions.drop_target(actor=eyes(cast.gothenburg.reviewer), target=target, lock=1)
    assert not Target.objects.exists()
    assert verbs(series) == ["begun", "target_set", "target_dropped"]


def test_a_target_is_seen_by_who_sees_the_series(cast: Cast, series: Series) -> None:
    aim(series, cast.gothenburg)
    assert Target.objects.visible_to(eyes(cast.los_angeles.reader)).exists()
    assert not Target.objects.visible_to(eyes(cast.tokyo.reader)).exists()
    assert not Target.objects.visible_to(anonymous()).exists()


def test_contributors_set_and_drop_no_targets(cast: Cast, series: Series) -> None:
    target = aim(series, cast.gothenburg)
    with pytest.raises(Forbidden):
        aim(series, cast.gothenburg, by="contributor")
    with pytest.raises(Forbidden):
        actions.drop_target(actor=eyes(cast.gothenburg.contributor), target=target, lock=1)


@pytest.mark.parametrize(
    ("period", "text", "field"),
    [
        ("soon", {}, "period"),
        ("2030", {"value": ""}, "value"),
        ("2030", {"value": "much"}, "value"),
        ("2030", {"value": 5.5}, "value"),
        ("2030", {"aim": "hope"}, "aim"),
        ("2030", {"upper": "6"}, "upper"),
        ("2030", {"note": "x" * 501}, "note"),
    ],
)
def test_a_target_that_says_nothing_is_refused_by_its_field(
    cast: Cast, series: Series, period: str, text: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        aim(series, cast.gothenburg, period, **text)
    assert list(refused.value.errors) == [field]


def test_a_band_has_two_ends(cast: Cast) -> None:
    band = make_series(cast, code="berth_occupancy_pct")
    found = aim(band, cast.gothenburg, value="50", upper="65")
    assert (found.value, found.upper) == (Decimal(50), Decimal(65))


@pytest.mark.parametrize("upper", ["49", ""])
def test_a_band_whose_upper_end_lies_below_or_nowhere_is_refused(cast: Cast, upper: str) -> None:
    band = make_series(cast, code="berth_occupancy_pct")
    with pytest.raises(Invalid) as refused:
        aim(band, cast.gothenburg, value="50", upper=upper)
    assert list(refused.value.errors) == ["upper"]


def close(series: Series, port: Port, step: str = "close_series") -> Series:
    act = getattr(actions, step)
    closed: Series = act(actor=eyes(port.reviewer), series=series, lock=again(series).lock)
    return closed


def test_a_closed_series_is_read_and_takes_no_values(cast: Cast, series: Series) -> None:
    close(series, cast.gothenburg)
    with pytest.raises(Conflict, match="closed"):
        submitted(cast.gothenburg, series, {"2024-01": "100"})
    assert readers(cast, series) == ["owner", "in", "program"]


def test_it_takes_values_when_it_is_open_again(cast: Cast, series: Series) -> None:
    close(series, cast.gothenburg)
    close(series, cast.gothenburg, "reopen_series")
    assert submitted(cast.gothenburg, series, {"2024-01": "100"}).added == 1


def test_closed_twice_it_is_one_event(cast: Cast, series: Series) -> None:
    for step in ("close_series", "close_series", "reopen_series", "reopen_series"):
        close(series, cast.gothenburg, step)
    assert verbs(series) == ["begun", "closed", "reopened"]


def test_no_values_are_entered_for_a_kpi_that_was_retired(cast: Cast, series: Series) -> None:
    found = indicator()
    actions.retire_indicator(actor=OPERATOR, indicator=found, lock=found.lock, reason="Out of use.")
    with pytest.raises(Conflict):
        submitted(cast.gothenburg, series, {"2024-01": "100"})


def test_a_suspended_organisation_keeps_no_series(cast: Cast, series: Series) -> None:
    before = cast.gothenburg.reviewer, eyes(cast.gothenburg.reviewer)
    put_aside(cast.gothenburg.organisation)
    for viewer in (eyes(before[0]), before[1]):
        with pytest.raises(Forbidden, match="suspended"):
            actions.close_series(actor=viewer, series=series, lock=series.lock)


def test_who_ceased_to_review_while_waiting_does_nothing(cast: Cast, series: Series) -> None:
    late = eyes(cast.gothenburg.reviewer)
    here = membership(cast.gothenburg, "reviewer")
    here.role = Role.READER
    here.save(update_fields=["role"])
    with pytest.raises(Forbidden):
        actions.close_series(actor=late, series=series, lock=series.lock)


@pytest.fixture
def rotterdam(cast: Cast) -> Organisation:
    """A reference port."""
    return create_organisation(
        actor=OPERATOR,
        name="Port of Rotterdam",
        kind="port",
        unlocode="NLRTM",
        timezone="Europe/Amsterdam",
        is_partner=False,
    )


def test_the_operator_keeps_public_series_of_a_reference_port(
    cast: Cast, rotterdam: Organisation
) -> None:
    series = actions.begin_series(
        actor=OPERATOR, organisation=rotterdam, indicator=indicator(), audience=cast.public
    )
    actions.submit_values(
        actor=OPERATOR, series=series, entries=[entry(series, "2024", "13817000")]
    )
    found = Observation.objects.visible_to(anonymous()).get()
    assert (str(found.value), found.state, found.way) == ("13817000", "approved", "operator")


def test_partners_keep_no_series_of_a_reference_port(cast: Cast, rotterdam: Organisation) -> None:
    with pytest.raises(Forbidden):
        actions.begin_series(
            actor=eyes(cast.gothenburg.coordinator),
            organisation=rotterdam,
            indicator=indicator(),
            audience=cast.public,
        )


def test_the_series_of_a_reference_port_is_public_and_nothing_else(
    cast: Cast, rotterdam: Organisation
) -> None:
    with pytest.raises(Invalid):
        actions.begin_series(
            actor=OPERATOR,
            organisation=rotterdam,
            indicator=indicator(),
            audience=cast.agreement,
        )
