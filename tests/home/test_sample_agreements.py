"""The agreements of the sample world: real facts as exact as they are known, invented work named so."""

from typing import Any

import pytest
from django.core.management import call_command

from exchange.agreements import actions
from exchange.agreements.models import (
    Action,
    Agreement,
    Meeting,
    Milestone,
    Party,
    ProgressUpdate,
    Term,
    Workstream,
)
from exchange.audiences.choosing import choices_for
from exchange.audiences.viewer import Viewer
from exchange.home.sample import facts
from exchange.kpis.models import Measure
from exchange.lessons.models import Lesson, WorkstreamLink
from exchange.partners.models import Organisation
from exchange.partners.viewers import anonymous
from tests.home.test_sample import eyes_of, sample, world

__all__ = ["sample", "world"]

NAGOYA = "A05"


def agreement(key: str) -> Agreement:
    return Agreement.objects.get(external_id=key)


def dates(term: Term) -> tuple[str, ...]:
    return (term.announced, term.signed, term.effective, term.ends, term.note)


@pytest.mark.parametrize("found", facts.agreements(), ids=lambda found: found["id"])
def test_dates_are_as_exact_as_the_facts_and_none_is_invented(
    sample: None, found: dict[str, Any]
) -> None:
    terms = Term.objects.filter(agreement__external_id=found["id"]).order_by("number")
    wanted = [
        (one["announced_on"] or "", one["signed_on"] or "", "", "", one["note"])
        for one in found["terms"]
    ]
    assert [dates(term) for term in terms] == wanted


def test_a_stated_length_is_told_in_months(sample: None) -> None:
    found = Term.objects.exclude(months=None).values_list("agreement__external_id", "months")
    assert set(found) == {("A05", 36), ("A06", 36), ("A09", 60), ("A12", 36)}


def test_every_source_of_every_entry_is_linked(sample: None) -> None:
    for found in facts.agreements():
        links = agreement(found["id"]).links.splitlines()
        assert {address for one in found["terms"] for address in one["sources"]} == set(links)


def test_what_builds_on_another_is_its_next_term(sample: None) -> None:
    assert not Agreement.objects.filter(external_id="A04").exists()
    assert [dates(term)[:2] for term in agreement(NAGOYA).terms.order_by("number")] == [
        ("", "2020"),
        ("2023-06", ""),
    ]


def test_every_party_has_confirmed_and_none_is_missing(sample: None) -> None:
    for found in facts.agreements():
        parties = Party.objects.confirmed().filter(agreement__external_id=found["id"])
        assert parties.count() == len(found["parties"])


def test_a_company_with_two_codes_is_party_with_both(sample: None) -> None:
    codes = agreement("A09").parties.values_list("organisation__unlocode", flat=True)
    assert set(codes) == {"USLAX", "DKCPH", "SEMMA"}


def test_who_has_no_code_is_a_reference_of_a_fitting_kind(sample: None) -> None:
    found = Organisation.objects.filter(unlocode=None).values_list("name", "kind", "is_partner")
    chosen = facts.world()["without_code"]
    assert set(found) == {(name, kind, False) for name, kind in chosen.items()}


def test_everybody_reads_what_was_announced_to_everybody(sample: None) -> None:
    assert Agreement.objects.visible_to(anonymous()).count() == 32


def test_work_under_an_agreement_is_its_parties_alone(sample: None) -> None:
    for model in (Workstream, Milestone, Action, Meeting, ProgressUpdate):
        assert model.objects.visible_to(eyes_of("ray@losangeles.example.org")).exists()
        assert not model.objects.visible_to(eyes_of("kenji@tokyo.example.org")).exists()


def test_who_writes_is_offered_the_agreements_with_other_partners_alone(sample: None) -> None:
    offered = choices_for(eyes_of("karin@gothenburg.example.org"))
    groups = {str(audience) for audience in offered if audience.kind == "group"}
    assert groups == {"Los Angeles–Gothenburg agreement", "Gothenburg - Rotterdam green corridor"}


def test_the_lessons_for_the_agreement_are_in_its_home(sample: None) -> None:
    shared = Lesson.objects.filter(audience=agreement("A01").home_audience)
    related = ["L01", "L03", "L04", "L15", "L17", "L20"]
    assert sorted(shared.values_list("external_id", flat=True)) == related


def test_what_has_ended_is_closed_already(sample: None) -> None:
    assert agreement("A09").closing == "term"
    assert actions.end_due(actor=Viewer.system()) == 0


def test_workstreams_are_those_of_the_text_and_none_is_said_to_be_under_way(sample: None) -> None:
    [found] = [one for one in facts.agreements() if one["id"] == "A01"]
    streams = agreement("A01").workstreams.all()
    assert [(one.title, one.objective, one.status) for one in streams] == [
        (one["title"], one["scope"], "planned") for one in found["workstreams"]
    ]


def lessons_of(number: int) -> list[str | None]:
    stream = agreement("A01").workstreams.get(number=number)
    found = Lesson.objects.for_workstream(stream.pk).order_by("external_id")
    return list(found.values_list("external_id", flat=True))


def test_one_workstream_is_measured_by_kpis_that_its_ports_report(sample: None) -> None:
    found = Measure.objects.order_by("indicator__code").values_list(
        "workstream__number", "indicator__code"
    )
    assert list(found) == [(1, "rail_share_pct"), (1, "teu_total"), (1, "truck_dwell_days")]


def test_lessons_belong_to_the_workstreams_whose_topics_they_share(sample: None) -> None:
    assert lessons_of(1) == ["L01", "L03", "L13"]
    assert lessons_of(4) == ["L14", "L17", "L23"]


def test_where_no_topic_is_shared_the_theme_counts(sample: None) -> None:
    assert lessons_of(5) == ["L15", "L25", "L28"]


def test_only_the_two_ports_see_what_belongs_to_a_workstream(sample: None) -> None:
    who = ("karin@gothenburg.example.org", "ray@losangeles.example.org", "kenji@tokyo.example.org")
    seen = [WorkstreamLink.objects.visible_to(eyes_of(email)).count() for email in who]
    assert seen[0] == seen[1] == WorkstreamLink.objects.count() > 0
    assert seen[2] == 0


def test_what_is_invented_says_so(sample: None) -> None:
    texts = [
        *Milestone.objects.values_list("title", flat=True),
        *Action.objects.values_list("title", flat=True),
        *Meeting.objects.values_list("title", flat=True),
        *Meeting.objects.exclude(minutes="").values_list("minutes", flat=True),
        *ProgressUpdate.objects.values_list("done", flat=True),
    ]
    assert len(texts) == 7
    assert all("invented for the sample" in text.lower() for text in texts)


def test_beside_the_bare_group_of_an_older_release_the_agreement_is_made(sample: None) -> None:
    Agreement.objects.filter(external_id="A01").update(external_id=None)
    call_command("load_sample", verbosity=0)
    assert agreement("A01").workstreams.count() == 5
