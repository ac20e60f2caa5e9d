"""The cast, made once and left standing for the tests that follow one another with it."""

from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, make_cast


class StandingCast:
    """Stands in a transaction around those of the tests, each of which undoes its own."""

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        self._blocker = blocker
        self._cast: Cast | None = None
        self._around: Any = None

    def stand(self) -> None:
        """Make the cast, unless it stands."""
        if self._around is None:
            with self._blocker.unblock():
                self._around = transaction.atomic()
                self._around.__enter__()
                self._cast = make_cast()

    def leave(self) -> None:
        """Undo the cast, if it stands: nobody but who asked for it meets it."""
        if self._around is not None:
            around, self._around, self._cast = self._around, None, None
            with self._blocker.unblock():
                transaction.set_rollback(True)
                around.__exit__(None, None, None)

    def rows(self) -> Cast | None:
        """Return the cast as it was made, for a test to change; None when it does not stand."""
        return deepcopy(self._cast)


def undoes_all(request: pytest.FixtureRequest) -> bool:
    """Tell whether a test runs in a transaction that is rolled back."""
    marker = request.node.get_closest_marker("django_db")
    return not (
        (marker and marker.kwargs.get("transaction"))
        or {"transactional_db", "live_server"} & set(request.fixturenames)
    )
