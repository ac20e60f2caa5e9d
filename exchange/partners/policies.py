"""Who may do what in an organisation."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from exchange.audiences.choosing import groups_in
from exchange.audiences.models import Audience, AudienceInclusion, AudienceKind
from exchange.audiences.viewer import Role, Viewer
from exchange.common.errors import Message
from exchange.partners.models import Organisation

NEEDS_A_ROLE = _("This needs another role than yours. Ask the coordinator of your organisation.")
PAUSED = _("Nothing is changed while your organisation is suspended or has left the exchange.")


def why_not(
    viewer: Viewer, organisation_id: UUID | None, otherwise: Message = NEEDS_A_ROLE
) -> Message:
    """Return the words to refuse with: that their organisation takes no part now, or `otherwise`."""
    return PAUSED if organisation_id in viewer.paused else otherwise


def can_coordinate(viewer: Viewer, organisation: Organisation) -> bool:
    """Members, invitations and API clients are the coordinators' business."""
    return viewer.is_person and viewer.acts_as(Role.COORDINATOR, organisation.pk)


def can_admit(viewer: Viewer) -> bool:
    """Only the operator admits organisations, and hands their first invitation over."""
    return viewer.is_system


def can_see_members(viewer: Viewer, organisation: Organisation) -> bool:
    """People of an organisation see who else is in it."""
    return viewer.is_person and organisation.pk in viewer.roles


def may_reach(organisation: Organisation, audience: Audience) -> bool:
    """Tell whether something of `organisation` may go to `audience`, whoever sends it there.

    Nothing new goes to the parties of an agreement that has ended.
    """
    home = organisation.home_audience_id
    if audience.kind in {AudienceKind.PUBLIC, AudienceKind.PARTNERS}:
        return True
    if audience.kind == AudienceKind.ORGANISATION:
        return audience.pk == home
    groups = groups_in(audience)
    joined = AudienceInclusion.objects.filter(whole__in=groups, whole__is_closed=False, part=home)
    return bool(groups) and set(joined.values_list("whole", flat=True)) == groups
