"""Who may do what in an organisation."""

from exchange.audiences.viewer import Role, Viewer
from exchange.partners.models import Organisation


def can_coordinate(viewer: Viewer, organisation: Organisation) -> bool:
    """Members, invitations and API clients are the coordinators' business."""
    return viewer.is_person and viewer.acts_as(Role.COORDINATOR, organisation.pk)


def can_admit(viewer: Viewer) -> bool:
    """Only the operator admits organisations, and hands their first invitation over."""
    return viewer.is_system


def can_see_members(viewer: Viewer, organisation: Organisation) -> bool:
    """People of an organisation see who else is in it."""
    return viewer.is_person and organisation.pk in viewer.roles
