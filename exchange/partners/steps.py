"""What a newcomer does here first."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Role, Viewer
from exchange.common.providers import Step
from exchange.partners.models import Invitation, Membership


def first_step(viewer: Viewer) -> Step | None:
    """Have a coordinator who is alone invite colleagues; done with the first member or invitation."""
    organisation = viewer.organisation_id
    if not viewer.acts_as(Role.COORDINATOR, organisation):
        return None
    others = Membership.objects.visible_to(viewer).filter(organisation=organisation)
    invited = Invitation.objects.for_viewer(viewer).filter(organisation=organisation)
    return Step(
        title=_("Bring in your colleagues"),
        why=_("A lesson needs two: one who writes it and another who reviews it."),
        url=reverse("partners:members", args=[organisation]),
        until=(others.exclude(user=viewer.user_id), invited),
    )
