"""Who may have mails."""

from exchange.audiences.viewer import Viewer


def can_subscribe(viewer: Viewer) -> bool:
    """Tell whether the viewer is a person in an organisation: nobody else gets a digest."""
    return viewer.is_person and bool(viewer.roles)
