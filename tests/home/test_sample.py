"""The sample world: real facts, invented people, loaded through the actions."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.agreements.models import Agreement, Meeting, Milestone, Party, Term, Workstream
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Viewer
from exchange.home.sample.facts import lessons
from exchange.lessons.missing import missing_for_publication
from exchange.lessons.models import Lesson, LessonVersion, WorkstreamLink
from exchange.partners.models import Organisation
from exchange.partners.viewers import anonymous, viewer_of
from tests.standing import StandingCast


@pytest.fixture(scope="module")
def world(standing_cast: StandingCast, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the sample world once for this file, and take it back after."""
    standing_cast.leave()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_sample", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def sample(world: None, db: None) -> None:
    """The sample world; what a test changes in it is taken back."""


def eyes_of(email: str) -> Viewer:
    return viewer_of(User.objects.get(email=email))


def seen_by(viewer: Viewer) -> int:
    return Lesson.objects.visible_to(viewer).count()


def test_each_reader_finds_what_is_meant_for_them(sample: None) -> None:
    counts = [
        seen_by(anonymous()),
        seen_by(eyes_of("kenji@tokyo.example.org")),
        seen_by(eyes_of("ray@losangeles.example.org")),
        seen_by(eyes_of("lovisa@gothenburg.example.org")),
    ]
    assert counts == [10, 22, 28, 28]


def test_a_second_load_changes_nothing(sample: None) -> None:
    def counts() -> list[object]:
        made = (Agreement, Meeting, Milestone, Party, Term, Workstream, WorkstreamLink)
        models = (Event, User, Organisation, Audience, LessonVersion, *made)
        return [model.objects.count() for model in models] + [
            sorted(Lesson.objects.values_list("external_id", "lock"))
        ]

    before = counts()
    call_command("load_sample", verbosity=0)
    assert counts() == before


def test_what_somebody_changed_stays_changed(sample: None) -> None:
    Lesson.objects.filter(external_id="L02").update(lock=99)
    call_command("load_sample", verbosity=0)
    assert Lesson.objects.get(external_id="L02").lock == 99


def test_every_lesson_is_published_and_complete(sample: None) -> None:
    shown = Lesson.objects.published().with_shown()
    missing = [missing_for_publication(lesson.shown_version, lesson.audience) for lesson in shown]
    assert missing == [{}] * 28


def test_no_source_states_a_licence_and_none_is_invented(sample: None) -> None:
    found = Lesson.objects.values_list("audience__kind", "shown_version__licence")
    assert set(found) == {("public", "NOASSERTION"), ("partners", ""), ("group", "")}


def test_every_title_is_there_in_three_languages(sample: None) -> None:
    titles = LessonVersion.objects.values_list("language", "titles")
    assert {(language, *sorted(others)) for language, others in titles} == {("en", "es", "sv")}


def test_no_two_lessons_are_filled_with_the_same_words(sample: None) -> None:
    for name in ("preconditions", "transfer_advice", "analysis"):
        texts = [text for text in LessonVersion.objects.values_list(name, flat=True) if text]
        assert len(texts) == len(set(texts))


def test_every_fact_keeps_its_basis_and_its_sources(sample: None) -> None:
    for facts in lessons():
        evidence = LessonVersion.objects.get(lesson__external_id=facts["id"]).evidence
        for fact in facts["evidence"]:
            assert fact["fact"] in evidence
            assert all(f"(<{address}>)" in evidence for address in fact["sources"])


def test_every_address_is_nobodys(sample: None) -> None:
    addresses = list(User.objects.values_list("email", flat=True))
    assert addresses
    assert all(address.endswith(".example.org") for address in addresses)


def test_ports_that_do_not_take_part_are_reference_ports(sample: None) -> None:
    partners = Organisation.objects.partners().values_list("unlocode", flat=True)
    assert set(partners) == {"SEGOT", "USLAX", "JPTYO", "CAVAN", "USLGB", "NLRTM"}
    assert not Organisation.objects.get(unlocode="SEGVX").is_partner
