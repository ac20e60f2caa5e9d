"""What waits for whom under agreements, and what other pages show of them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from exchange.agreements.models import Agreement, Party
from exchange.audiences.viewer import Role, Viewer
from exchange.common.providers import Panel, Todo, register_panel, register_todo
from exchange.partners.models import Organisation

PANEL_ROWS = 20


def todos(viewer: Viewer) -> Iterator[Todo]:
    """Return the agreements that the viewer's organisations are asked to confirm."""
    if not viewer.is_person or not viewer.organisations_as(Role.COORDINATOR):
        return
    for party in Party.objects.visible_to(viewer).asked_of(viewer).select_related("organisation"):
        yield Todo(
            kind="party",
            heading=gettext_lazy("Your organisation is asked whether it is party"),
            title=party.known_as,
            url=party.get_absolute_url(),
            since=party.proposed_at,
            detail=str(party.organisation),
        )


def organisation_panel(viewer: Viewer, organisation: Organisation) -> Panel | None:
    """Return the agreements of an organisation that the viewer may see; none, no panel."""
    found = Agreement.objects.visible_to(viewer).of_parties([organisation.pk]).with_shown()
    agreements = list(found[:PANEL_ROWS])
    if not agreements:
        return None
    return Panel(template="agreements/_organisation_panel.html", context={"agreements": agreements})


def register() -> None:
    """Register what waits and the panels."""
    register_todo(todos)
    register_panel("organisation")(organisation_panel)
