"""The database itself keeps the versions as they were made."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from exchange.lessons.models import LessonVersion
from tests.cast import Cast
from tests.lessons.factories import make_lesson


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Rewritten"},
        {"evidence": ""},
        {"number": 9},
        {"titles": {}},
        {"related": ["0199"]},
        {"licence": "NOASSERTION"},
        {"created_at": "2020-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_the_database_refuses_to_change_a_version(cast: Cast, change: dict[str, object]) -> None:
    version = make_lesson(cast).latest_version
    assert version
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        LessonVersion.objects.filter(pk=version.pk).update(**change)


def test_the_database_refuses_another_author(cast: Cast) -> None:
    version = make_lesson(cast).latest_version
    assert version
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        LessonVersion.objects.filter(pk=version.pk).update(author=cast.tokyo.contributor)


def test_an_account_can_be_deleted_and_its_texts_stay(cast: Cast) -> None:
    lesson = make_lesson(cast)
    cast.gothenburg.contributor.delete()
    version = LessonVersion.objects.get(lesson=lesson)
    assert (version.author_id, version.title) == (None, "Agree the plug before you order the ship")


def migrate_to(name: str) -> None:
    MigrationExecutor(connection).migrate([("lessons", name)])


def migrate_to_newest() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("lessons"))


@pytest.mark.django_db(transaction=True)
def test_the_release_before_licences_goes_on_writing_versions(cast: Cast) -> None:
    lesson = make_lesson(cast)
    before = MigrationExecutor(connection).loader.project_state(
        ("lessons", "0002_immutable_versions")
    )
    old = before.apps.get_model("lessons", "LessonVersion")
    old.objects.create(lesson_id=lesson.pk, number=9)
    version = LessonVersion.objects.get(lesson=lesson, number=9)
    assert (version.related, version.licence) == ([], "")


@pytest.mark.django_db(transaction=True)
def test_the_guard_can_be_taken_off_and_put_back(cast: Cast) -> None:
    version = LessonVersion.objects.filter(lesson=make_lesson(cast))
    migrate_to("0001_initial")
    try:
        assert version.update(title="Changed while unguarded") == 1
    finally:
        migrate_to_newest()
    with pytest.raises(DatabaseError, match="never changed"):
        version.update(title="Again")


@pytest.mark.django_db(transaction=True)
def test_taking_licences_back_leaves_the_guard(cast: Cast) -> None:
    version = LessonVersion.objects.filter(lesson=make_lesson(cast))
    migrate_to("0002_immutable_versions")
    try:
        with pytest.raises(DatabaseError, match="never changed"):
            version.update(title="Rewritten")
    finally:
        migrate_to_newest()
