"""Whom anything under agreements may wait for."""

from collections.abc import Callable

from exchange.agreements.models import Action, Lead, Party
from exchange.audiences.viewer import Role, Viewer


def concerned() -> Callable[[Viewer], bool]:
    """Return a test of who leads, is named in an open action, or coordinates a party; one query.

    For who writes to many: `reminders.todos` gives nothing to the others. It holds until something happens.
    """
    leads = Lead.objects.order_by().values_list("person")
    named = Action.objects.open().order_by().values_list("person")
    parties = Party.objects.order_by().values_list("organisation")
    ids = {pk for (pk,) in leads.union(named, parties)}

    def test(viewer: Viewer) -> bool:
        return not ids.isdisjoint([viewer.user_id, *viewer.organisations_as(Role.COORDINATOR)])

    return test
