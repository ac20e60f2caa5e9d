"""A person's last searches."""

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client
from time_machine import travel

from exchange.activity.models import Cursor
from exchange.common.ids import uuid7
from exchange.search import bookkeeping
from exchange.search.bookkeeping import forget_old_searches, forget_searches, note_search
from exchange.search.models import RecentSearch
from exchange.search.tasks import forget_old_searches as task
from tests.cast import Cast, eyes
from tests.lessons.factories import make_lesson
from tests.search.pages import settle
from tests.threads import alone, on_postgres, shared_db

__all__ = ["shared_db"]


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    """The reader of Gothenburg, signed in."""
    client.force_login(cast.gothenburg.reader)
    return client


def recent(cast: Cast) -> list[str]:
    viewer = eyes(cast.gothenburg.reader)
    return [row.address for row in RecentSearch.objects.for_viewer(viewer)]


def search(client: Client, address: str) -> str:
    answer = client.get(f"/search/?{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_words_and_filters_are_noted_the_latest_first(cast: Cast, reader: Client) -> None:
    for address in ("q=plug", "q=crane&topic=energy&sort=title", "q=plug"):
        search(reader, address)
    assert recent(cast) == ["?q=plug", "?q=crane&topic=energy"]


@pytest.mark.parametrize("address", ["", "topic=energy", "q=plug&page=1", "q=+"])
def test_browsing_and_paging_are_not_noted(cast: Cast, reader: Client, address: str) -> None:
    search(reader, address)
    assert recent(cast) == []


def test_what_is_misspelt_is_not_noted(cast: Cast, reader: Client, index: Path) -> None:
    make_lesson(cast, audience=cast.public, text={"title": "Battery plug first"})
    settle()
    assert "Did you mean" in search(reader, "q=batery")
    search(reader, "q=battery")
    search(reader, "q=zebra")
    assert recent(cast) == ["?q=zebra", "?q=battery"]


def test_typing_notes_nothing(cast: Cast, reader: Client) -> None:
    reader.get("/search/suggest/?q=plu")
    reader.head("/search/?q=plug")
    reader.get("/search/?q=plug&since=never")
    assert recent(cast) == []


def test_strangers_and_programs_have_none(cast: Cast, client: Client) -> None:
    search(client, "q=plug")
    assert not RecentSearch.objects.exists()


def test_the_last_ten_are_shown_and_kept(cast: Cast, reader: Client) -> None:
    note_search(eyes(cast.tokyo.reader), {"q": ["crane"]})
    for number in range(12):
        note_search(eyes(cast.gothenburg.reader), {"q": [f"plug {number}"]})
    assert search(reader, "").count('<a href="?q=plug+') == 10
    assert forget_old_searches() == 2
    assert recent(cast) == [f"?q=plug+{number}" for number in range(11, 1, -1)]


def test_forgetting_one_brings_no_older_one_back(cast: Cast) -> None:
    viewer = eyes(cast.gothenburg.reader)
    for number in range(12):
        note_search(viewer, {"q": [f"plug {number}"]})
    forget_searches(viewer, RecentSearch.objects.for_viewer(viewer)[0].pk)
    assert recent(cast) == [f"?q=plug+{number}" for number in range(10, 1, -1)]


def test_they_are_shown_where_nothing_is_typed_to_their_person_only(
    cast: Cast, reader: Client
) -> None:
    search(reader, "q=zqword&topic=energy")
    shown = search(reader, "")
    assert '<a href="?q=zqword&amp;topic=energy">zqword · Energy and fuels</a>' in shown
    assert '<option value="zqword">' in shown
    assert "Your last searches" not in search(reader, "q=plug")
    for user in (cast.gothenburg.coordinator, cast.tokyo.reader):
        reader.force_login(user)
        assert "zqword" not in search(reader, "")


def forget(client: Client, cast: Cast, **data: Any) -> Any:
    return client.post("/search/forget/", {"nonce": str(uuid7()), **data}, follow=True)


def test_one_is_forgotten_and_then_all(cast: Cast, reader: Client) -> None:
    for word in ("a", "b", "c"):
        search(reader, f"q={word}")
    second = RecentSearch.objects.get(asked={"q": ["b"]})
    assert "Forgotten" in forget(reader, cast, search=second.pk).content.decode()
    assert recent(cast) == ["?q=c", "?q=a"]
    forget(reader, cast)
    assert recent(cast) == []


def test_nobody_forgets_for_another(cast: Cast, reader: Client) -> None:
    search(reader, "q=plug")
    reader.force_login(cast.gothenburg.coordinator)
    forget(reader, cast, search=RecentSearch.objects.get().pk)
    forget(reader, cast)
    assert recent(cast) == ["?q=plug"]


def test_a_form_that_got_lost_forgets_nothing(cast: Cast, reader: Client) -> None:
    search(reader, "q=plug")
    for data in ({"nonce": ""}, {"search": "x"}):
        assert "try again" in forget(reader, cast, **data).content.decode()
    assert recent(cast) == ["?q=plug"]


def test_a_search_that_cannot_be_noted_is_answered_all_the_same(
    cast: Cast, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(bookkeeping.RecentSearch.objects.__class__, "bulk_create", locked)
    assert "Search" in search(reader, "q=plug")
    assert recent(cast) == []


def test_text_that_no_database_keeps_is_answered_all_the_same(cast: Cast, reader: Client) -> None:
    search(reader, "q=%ed%a0%80plug")


def test_what_was_not_done_again_for_90_days_is_forgotten(cast: Cast, reader: Client) -> None:
    search(reader, "q=plug")
    now = RecentSearch.objects.get().used_at
    with travel(now + dt.timedelta(days=89)):
        assert forget_old_searches() == 0
    with travel(now + dt.timedelta(days=91)):
        task()
    assert recent(cast) == []


@pytest.mark.django_db(transaction=True)
def test_a_search_does_not_wait_for_a_long_write(cast: Cast, shared_db: None) -> None:
    """On SQLite, where there is one lock, it goes unnoted; on PostgreSQL there is nothing to wait for."""
    del shared_db
    viewer = eyes(cast.gothenburg.reader)

    def work() -> float:
        with transaction.atomic():
            Cursor.objects.create(name="writer")
            return alone(lambda: timed(lambda: note_search(viewer, {"q": ["plug"]})))

    assert alone(work) < 5
    assert alone(lambda: RecentSearch.objects.count()) == int(on_postgres())
    alone(lambda: note_search(viewer, {"q": ["plug"]}))
    assert alone(lambda: RecentSearch.objects.count()) == 1


def timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started
