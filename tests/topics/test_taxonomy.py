"""The topics are there, whole, in three languages."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from exchange.audiences.viewer import Viewer
from exchange.common.errors import Forbidden
from exchange.common.languages import reading
from exchange.kpis.models import Definition, Indicator
from exchange.topics import actions, taxonomy
from exchange.topics.apps import fill_empty_taxonomy
from exchange.topics.models import Topic

FILE = Path(taxonomy.__file__).parent / "data" / "topics.csv"


def test_every_topic_of_the_file_is_there(db: None) -> None:
    with FILE.open(encoding="utf-8", newline="") as file:
        expected = [
            (row["code"], row["parent"] or None, row["label_en"], row["label_sv"], row["label_es"])
            for row in csv.DictReader(file)
        ]
    found = Topic.objects.values_list("code", "parent_id", "label_en", "label_sv", "label_es")
    assert list(found) == expected
    assert (len(expected), Topic.objects.filter(parent=None).count()) == (67, 12)


def test_every_topic_serves_goals_of_the_united_nations(db: None) -> None:
    for topic in Topic.objects.all():
        assert topic.sdgs, topic.code
        assert all(1 <= goal <= 17 for goal in topic.sdgs), topic.code
        assert topic.sdgs == sorted(set(topic.sdgs)), topic.code


def test_there_are_two_levels(db: None) -> None:
    for topic in Topic.objects.select_related("parent"):
        assert topic.theme_code == (topic.parent.code if topic.parent else topic.code)
        assert topic.parent is None or topic.parent.parent_id is None


def test_labels_are_complete_and_differ_within_a_language(db: None) -> None:
    for field in ("label_en", "label_sv", "label_es"):
        labels = list(Topic.objects.values_list(field, flat=True))
        assert all(label == label.strip() != "" for label in labels)
        assert len(set(labels)) == len(labels), field


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "Digitalisation and data"),
        ("sv", "Digitalisering och data"),
        ("es", "Digitalización y datos"),
        ("de", "Digitalisation and data"),
    ],
)
def test_a_label_is_in_the_readers_language(db: None, language: str, label: str) -> None:
    with reading(language):
        assert str(Topic.objects.get(code="digital")) == label


def test_loading_twice_changes_nothing(db: None) -> None:
    before = list(Topic.objects.values())
    out = StringIO()
    call_command("load_topics", stdout=out)
    assert "67 topics" in out.getvalue()
    assert list(Topic.objects.values()) == before


def test_loading_mends_labels_and_goals_and_keeps_a_topic_that_is_not_in_the_file(db: None) -> None:
    goals = Topic.objects.get(code="digital").sdgs
    Topic.objects.filter(code="digital").update(label_en="Digital things", sdgs=[1])
    Topic.objects.create(code="old", sort=99, label_en="Old", label_sv="Gammalt", label_es="Viejo")
    call_command("load_topics", verbosity=0)
    mended = Topic.objects.get(code="digital")
    assert (mended.label_en, mended.sdgs) == ("Digitalisation and data", goals)
    assert Topic.objects.filter(code="old").exists()


def test_only_the_operator_loads(db: None) -> None:
    with pytest.raises(Forbidden):
        actions.load_topics(actor=Viewer(kind="person"), rows=[])


@pytest.mark.django_db(transaction=True)
def test_they_are_there_after_a_flush() -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert Topic.objects.count() == 67


def test_a_filled_table_is_left_alone_by_migrations(db: None) -> None:
    Topic.objects.filter(code="digital").update(label_en="Ours")
    fill_empty_taxonomy()
    assert Topic.objects.get(code="digital").label_en == "Ours"


def test_migrating_the_table_away_does_not_fail(db: None) -> None:
    class Without:
        all_models: dict[str, dict[str, object]] = {"topics": {}}

    Indicator.objects.update(current=None)
    Definition.objects.all().delete()
    Indicator.objects.all().delete()
    Topic.objects.filter(parent__isnull=False).delete()
    Topic.objects.all().delete()
    fill_empty_taxonomy(apps=Without())
    assert not Topic.objects.exists()
