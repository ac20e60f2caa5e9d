"""What other pages, mails and calendars show of agreements."""

from exchange.agreements import calendars, figures, reminders, whom
from exchange.agreements.models import Agreement
from exchange.audiences.viewer import Viewer
from exchange.common.providers import (
    Panel,
    register_calendar,
    register_figures,
    register_panel,
    register_todo,
)
from exchange.partners.models import Organisation

PANEL_ROWS = 20


def organisation_panel(viewer: Viewer, organisation: Organisation) -> Panel | None:
    """Return the agreements of an organisation that the viewer may see; none, no panel."""
    found = Agreement.objects.visible_to(viewer).of_parties([organisation.pk])
    agreements = list(found.select_related("current_term")[:PANEL_ROWS])
    if not agreements:
        return None
    return Panel(template="agreements/_organisation_panel.html", context={"agreements": agreements})


def register() -> None:
    """Register what waits, the calendar, the figures and the panels."""
    register_todo(reminders.todos, concerned=whom.concerned)
    register_calendar(calendars.entries)
    register_figures(figures.figures)
    register_panel("organisation")(organisation_panel)
