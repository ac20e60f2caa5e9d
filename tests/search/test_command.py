"""manage.py search …"""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exchange.search.engines import chosen_engine
from tests.cast import Cast
from tests.lessons.factories import make_lesson
from tests.search.pages import settle


def said(what: str) -> str:
    out = StringIO()
    call_command("search", what, stdout=out)
    return out.getvalue()


def test_status_tells_of_a_missing_index(db: None, index: Path) -> None:
    assert "No index" in said("status")


def test_status_tells_how_much_there_is_to_read(cast: Cast, index: Path) -> None:
    make_lesson(cast)
    settle()
    assert said("status").startswith("1 documents")
    assert " 0 of " in said("status")


def test_rebuild_makes_the_index_anew(cast: Cast, index: Path) -> None:
    make_lesson(cast)
    assert said("rebuild").startswith("1 documents")
    assert chosen_engine().status().healthy


def test_check_notices_a_missing_document(cast: Cast, index: Path) -> None:
    lesson = make_lesson(cast)
    settle()
    assert "as in the database" in said("check")
    engine = chosen_engine()
    engine.update(documents=[], gone=[f"lesson:{lesson.pk}"], mark=engine.status().mark)
    with pytest.raises(CommandError, match="1 documents are missing"):
        said("check")
