"""What an import waits for is told to who sent it."""

from typing import Any

import pytest

from exchange.accounts.models import User
from exchange.kpis import actions, waiting
from exchange.kpis.models import Import, Series
from tests.cast import Cast, eyes
from tests.kpis.factories import read_now, row, send, table

READY = table([row()])
ASKING = table([row(value="1,234")])


def told(person: User) -> list[tuple[str, str]]:
    """Return what waits for somebody: words, and where it is done."""
    return [(one.title, one.url) for one in waiting.todos(eyes(person))]


@pytest.fixture(autouse=True)
def _series(series: Series) -> None:
    """Gothenburg reports containers."""


@pytest.mark.parametrize("file", [READY, ASKING], ids=["ready", "asking"])
def test_an_import_that_waits_reminds_who_sent_it(cast: Cast, file: bytes) -> None:
    batch = read_now(send(cast, None, file))
    words = "Decide on the import values.csv"
    assert told(cast.gothenburg.contributor) == [(words, batch.get_absolute_url())]
    assert told(cast.gothenburg.reviewer) == []


def test_it_is_due_before_it_is_thrown_away(cast: Cast) -> None:
    batch = read_now(send(cast, None, READY))
    [todo] = waiting.todos(eyes(cast.gothenburg.contributor))
    assert todo.due
    assert (todo.due - batch.made_at.date()).days == 30


def test_an_import_that_was_decided_on_reminds_nobody(cast: Cast) -> None:
    batch = read_now(send(cast, None, READY))
    actions.cancel_import(actor=eyes(cast.gothenburg.contributor), batch=batch)
    assert told(cast.gothenburg.contributor) == []


def test_whom_only_an_import_waits_for_is_asked(cast: Cast) -> None:
    batch = read_now(send(cast, None, READY))
    is_concerned = waiting.concerned()
    assert is_concerned(eyes(cast.gothenburg.contributor))
    Import.objects.filter(pk=batch.pk).update(state="cancelled")
    assert not waiting.concerned()(eyes(cast.gothenburg.contributor))


def test_what_waits_is_read_by_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    read_now(send(cast, None, READY))
    viewer = eyes(cast.gothenburg.contributor)
    with django_assert_num_queries(1):
        list(waiting.todos(viewer))
