"""manage.py search …"""

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exchange.activity.models import Event
from exchange.activity.sequencer import place_events
from exchange.common.time import now
from exchange.lessons import search
from exchange.search import checking
from exchange.search.documents import SearchDocument
from exchange.search.engines import chosen_engine
from tests.cast import Cast
from tests.lessons.factories import make_lesson
from tests.search.pages import settle


def said(*what: str) -> str:
    out = StringIO()
    call_command("search", *what, stdout=out)
    return out.getvalue()


def test_status_tells_of_a_missing_index(db: None, index: Path) -> None:
    assert "No index" in said("status")


def test_status_tells_how_much_there_is_to_read(cast: Cast, index: Path) -> None:
    make_lesson(cast)
    settle()
    assert said("status").startswith("1 documents")
    assert " 0 of " in said("status")
    make_lesson(cast)
    Event.objects.update(occurred_at=now() - dt.timedelta(minutes=1))
    told = json.loads(said("status", "--json"))
    assert (told["engine"], told["count"], told["healthy"]) == ("whoosh", 1, True)
    assert told["size"] > 1_000
    assert told["seconds_behind"] >= 60
    place_events()
    assert json.loads(said("status", "--json"))["events_behind"] > 0


def test_rebuild_makes_the_index_anew(cast: Cast, index: Path) -> None:
    make_lesson(cast)
    assert said("rebuild").startswith("1 documents")
    assert chosen_engine().status().healthy


@pytest.mark.parametrize("what", ["rebuild", "follow"])
def test_what_no_rebuild_heals_is_told_with_the_folder(
    cast: Cast, index: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    settle()
    chosen_engine().distrust("a bit of it has changed")
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(CommandError, match=f"damaged.*{index}"):
        said(what)


def test_check_notices_a_missing_document(cast: Cast, index: Path) -> None:
    lesson = make_lesson(cast)
    settle()
    assert "as in the database" in said("check")
    engine = chosen_engine()
    engine.update(documents=[], gone=[f"lesson:{lesson.pk}"], mark=engine.status().mark)
    with pytest.raises(CommandError, match="1 documents are missing"):
        said("check")


def test_check_notices_a_document_of_before(cast: Cast, index: Path) -> None:
    lesson = make_lesson(cast)
    settle()
    [old] = search.documents([lesson.pk])
    engine = chosen_engine()
    engine.update(documents=[replace(old, title="Before")], gone=[], mark=engine.status().mark)
    with pytest.raises(CommandError, match="1 are as they were before"):
        said("check")


def test_check_for_programs_names_the_keys_and_fails(
    cast: Cast, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = make_lesson(cast)
    settle()
    assert json.loads(said("check", "--json"))["missing"] == []
    engine = chosen_engine()
    engine.update(documents=[], gone=[f"lesson:{lesson.pk}"], mark=engine.status().mark)
    with pytest.raises(SystemExit):
        call_command("search", "check", "--json")
    assert json.loads(capsys.readouterr().out)["missing"] == [f"lesson:{lesson.pk}"]


def test_check_does_not_take_work_going_on_for_a_difference(
    cast: Cast, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lesson was made after the log was read, before the documents were."""
    settle()
    read, late = checking.every_document, [True]

    def lately() -> Iterator[SearchDocument]:
        if late.pop(0) if late else False:
            make_lesson(cast)
            place_events()
        yield from read()

    monkeypatch.setattr(checking, "every_document", lately)
    assert "1 documents, as in the database" in said("check")
