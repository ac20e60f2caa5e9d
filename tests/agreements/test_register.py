"""Recording an agreement, its shared text, and who may see it."""

from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.agreements import actions
from exchange.agreements.choices import PartyState, Status
from exchange.agreements.models import Agreement, Party
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Forbidden, Invalid, Stale
from tests.agreements.factories import OPERATOR, again, make_agreement, party, words
from tests.cast import Cast, eyes


def seen_by(viewer: Viewer) -> list[str]:
    return list(Agreement.objects.visible_to(viewer).values_list("title", flat=True))


def verbs(agreement: Agreement) -> list[str]:
    events = Event.objects.filter(target_id=agreement.pk).order_by("pk")
    return list(events.values_list("verb", flat=True))


def test_until_a_second_party_confirms_only_the_first_sees_it(cast: Cast) -> None:
    agreement = make_agreement(cast, confirmed=False, audience=cast.public)
    assert agreement.status == Status.PROPOSED
    assert seen_by(eyes(cast.gothenburg.reader)) == [agreement.title]
    assert seen_by(eyes(cast.los_angeles.coordinator)) == []
    assert seen_by(eyes(cast.tokyo.reader)) == []


def test_once_it_is_confirmed_others_see_it_as_its_audience_says(cast: Cast) -> None:
    agreement = make_agreement(cast, audience=cast.partners)
    assert agreement.status == Status.ACTIVE
    assert seen_by(eyes(cast.tokyo.reader)) == [agreement.title]
    assert verbs(agreement) == ["agreement.registered", "agreement.concluded"]


def test_the_operator_records_it_for_all_parties_at_once(cast: Cast) -> None:
    agreement = actions.register_agreement(
        actor=OPERATOR,
        organisation=None,
        parties=[cast.gothenburg.organisation, cast.tokyo.organisation],
        text=words(topics=[]),
        term={},
    )
    assert agreement.status == Status.ACTIVE
    assert {one.state for one in Party.objects.all()} == {PartyState.CONFIRMED}


@pytest.mark.parametrize("who", ["reader", "contributor", "reviewer"])
def test_only_coordinators_record_one(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        actions.register_agreement(
            actor=eyes(getattr(cast.gothenburg, who)),
            organisation=cast.gothenburg.organisation,
            parties=[cast.los_angeles.organisation],
            text=words(topics=[]),
            term={},
        )
    assert not Agreement.objects.exists()


def test_nobody_records_one_for_another_port(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.register_agreement(
            actor=eyes(cast.tokyo.coordinator),
            organisation=cast.gothenburg.organisation,
            parties=[cast.tokyo.organisation],
            text=words(topics=[]),
            term={},
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"parties": []}, "parties"),
        ({"text": {"title": ""}}, "title"),
        ({"text": {"title": "x", "kind": "treaty"}}, "kind"),
        ({"text": {"title": "x", "links": "javascript:alert(1)"}}, "links"),
        ({"text": {"title": "x", "topics": ["nonsense"]}}, "topics"),
        ({"term": {"signed": "06.03.2023"}}, "signed"),
        ({"term": {"signed": "2024", "ends": "2023-12"}}, "ends"),
        ({"term": {"months": 0}}, "months"),
        ({"text": {"name": "x"}}, "name"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_written(
    cast: Cast, change: dict[str, Any], field: str
) -> None:
    given = {
        "actor": eyes(cast.gothenburg.coordinator),
        "organisation": cast.gothenburg.organisation,
        "parties": [cast.los_angeles.organisation],
        "text": words(topics=[]),
        "term": {},
    }
    with pytest.raises(Invalid) as refused:
        actions.register_agreement(**{**given, **change})
    assert field in refused.value.errors
    assert not Agreement.objects.exists()


@pytest.mark.parametrize("signed", ["", "2023", "2023-03", "2023-03-06"])
def test_dates_stay_as_exact_as_they_are_known(cast: Cast, signed: str) -> None:
    term = make_agreement(cast, term={"signed": signed}).current_term
    assert term
    assert (term.signed, term.effective, term.ends) == (signed, "", "")


def test_an_external_id_is_taken_once(cast: Cast) -> None:
    first = make_agreement(cast, external_id="MOU-1")
    with pytest.raises(Conflict, match=str(first.pk)):
        make_agreement(cast, external_id="MOU-1")


def test_each_party_edits_the_shared_text(cast: Cast) -> None:
    agreement = make_agreement(cast)
    for port in (cast.gothenburg, cast.los_angeles):
        agreement = actions.revise_agreement(
            actor=eyes(port.coordinator),
            agreement=agreement,
            lock=again(agreement).lock,
            text={"title": f"As {port.organisation} says"},
        )
    assert again(agreement).title == "As Port of Los Angeles says"
    assert again(agreement).home_audience.name == "As Port of Los Angeles says"


@pytest.mark.parametrize("who", ["contributor", "reader"])
def test_people_who_do_not_coordinate_a_party_do_not_edit_it(cast: Cast, who: str) -> None:
    agreement = make_agreement(cast)
    with pytest.raises(Forbidden):
        actions.revise_agreement(
            actor=eyes(getattr(cast.los_angeles, who)),
            agreement=agreement,
            lock=agreement.lock,
            text={"title": "Mine"},
        )


def test_who_saves_second_is_told(cast: Cast) -> None:
    agreement = make_agreement(cast)
    siv, cole = eyes(cast.gothenburg.coordinator), eyes(cast.los_angeles.coordinator)
    change = {"agreement": agreement, "lock": agreement.lock}
    actions.revise_agreement(actor=siv, text={"title": "First"}, **change)
    with pytest.raises(Stale):
        actions.revise_agreement(actor=cole, text={"title": "Second"}, **change)
    assert again(agreement).title == "First"


def test_the_same_words_change_nothing(cast: Cast) -> None:
    agreement = make_agreement(cast)
    before = Event.objects.count()
    actions.revise_agreement(
        actor=eyes(cast.gothenburg.coordinator),
        agreement=agreement,
        lock=agreement.lock,
        text=words(),
    )
    assert (Event.objects.count(), again(agreement).lock) == (before, agreement.lock)


@pytest.mark.parametrize(
    ("audience", "verb"), [("public", "agreement.widened"), (None, "agreement.narrowed")]
)
def test_who_may_see_it_is_told_with_who_could(cast: Cast, audience: str | None, verb: str) -> None:
    agreement = make_agreement(cast, audience=cast.partners)
    chosen = cast.public if audience else None
    lock = agreement.lock
    siv = eyes(cast.gothenburg.coordinator)
    actions.share_agreement(actor=siv, agreement=agreement, lock=lock, audience=chosen)
    event = Event.objects.get(verb=verb)
    assert event.audience_before_id == cast.partners.pk
    assert bool(seen_by(eyes(cast.tokyo.reader))) is (audience == "public")


def test_a_home_audience_is_nobodys_to_share_it_with(cast: Cast) -> None:
    agreement = make_agreement(cast)
    with pytest.raises(Invalid):
        actions.share_agreement(
            actor=eyes(cast.gothenburg.coordinator),
            agreement=agreement,
            lock=agreement.lock,
            audience=cast.tokyo.home,
        )


def test_a_party_says_who_signed_for_it_and_for_no_other(cast: Cast) -> None:
    agreement = make_agreement(cast)
    siv, own = eyes(cast.gothenburg.coordinator), party(agreement, cast.gothenburg)
    actions.name_signatory(actor=siv, party=own, lock=agreement.lock, signatory=" The  Director ")
    assert party(agreement, cast.gothenburg).signatory == "The Director"
    other = party(agreement, cast.los_angeles)
    with pytest.raises(Forbidden):
        actions.name_signatory(actor=siv, party=other, lock=0, signatory="Somebody")
