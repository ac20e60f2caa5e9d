"""A migration does for ever what it did on the day of its release, whatever became of the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from exchange.lessons.models import LessonVersion, TitleWord
from exchange.partners.models import Organisation
from tests.architecture.lints.syntax import EXCHANGE, ROOT
from tests.cast import Cast
from tests.lessons.factories import make_lesson

MIGRATIONS = sorted(EXCHANGE.glob("*/migrations/*.py"))


def borrowed(tree: ast.AST) -> Iterator[str]:
    """Yield what comes from our code; validators and defaults, which Django names, do nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("exchange."):
            yield str(node.module)


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_borrows_no_code_that_will_change(path: Path) -> None:
    assert list(borrowed(ast.parse(path.read_text()))) == []


def migrate(*names: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(list(names) or executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_what_older_releases_wrote_gets_its_words_and_its_place(cast: Cast) -> None:
    make_lesson(cast, text={"title": "Älvsborgs 港湾", "titles": {"es": "Puerto"}})
    before = sorted(map(bytes, TitleWord.objects.values_list("word", flat=True)))
    migrate(("lessons", "0004_scheduled_and_superseded"), ("partners", "0001_initial"))
    migrate()
    words = sorted(bytes(word) for word in TitleWord.objects.values_list("word", flat=True))
    assert words == before == sorted(map(str.encode, ["alvsborgs", "puerto", "港湾", "湾"]))
    gothenburg = Organisation.objects.get(unlocode="SEGOT")
    assert (gothenburg.latitude, gothenburg.longitude) == (57.70972, 11.95472)
    assert LessonVersion.objects.count() == 1
