"""What the log tells of organisations, their people and their programs."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from exchange.activity.models import Event
from exchange.activity.verbs import TargetType, Verb, register_target, register_verbs
from exchange.audiences.viewer import Role, Viewer
from exchange.partners.models import EndReason, Membership, Organisation


def visible(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Organisation]:
    return Organisation.objects.visible_to(viewer).filter(pk__in=ids)


def itself(organisation: Organisation) -> list[UUID]:
    return [organisation.pk]


def reason(event: Event) -> str:
    """Return why an organisation takes no part now; for its own people."""
    held = Organisation.objects.filter(pk=event.target_id)
    return held.values_list("standing_reason", flat=True).first() or ""


def what_is_left(event: Event) -> str:
    """Return why an organisation is suspended, and what its people still read."""
    left = _("You read what is its own and what everybody reads. Ask the operator.")
    return " ".join(filter(None, [reason(event), str(left)]))


def why_ended(event: Event) -> str:
    """Return why a program's access was ended."""
    known = {str(one): str(one.label) for one in EndReason}
    return known.get(event.data.get("reason", ""), "")


def coordinators(event: Event) -> set[UUID]:
    """Return who coordinates the organisation that an event is about."""
    members = Membership.objects.active().filter(organisation=event.target_id)
    return set(members.with_role(Role.COORDINATOR).values_list("user", flat=True))


def register() -> None:
    register_target(
        TargetType(
            name="organisation", label=_("organisation"), visible=visible, organisations=itself
        )
    )
    register_verbs(
        Verb(
            name="organisation.admitted",
            label=_("admitted"),
            sentence=_("{title} joined the exchange"),
            is_news=True,
        ),
        Verb(
            name="organisation.invited",
            label=_("invitation sent"),
            sentence=_("{actor} invited somebody to {title}"),
        ),
        Verb(
            name="organisation.invitation_revoked",
            label=_("invitation taken back"),
            sentence=_("{actor} took back an invitation to {title}"),
        ),
        Verb(
            name="organisation.member_joined",
            label=_("member joined"),
            sentence=_("{actor} joined {title}"),
        ),
        Verb(
            name="organisation.role_changed",
            label=_("role changed"),
            sentence=_("{actor} gave {whom} another role at {title}"),
        ),
        Verb(
            name="organisation.member_left",
            label=_("member left"),
            sentence=_("{actor} ended the membership of {whom} at {title}"),
        ),
        Verb(
            name="organisation.changed",
            label=_("profile changed"),
            sentence=_("{actor} changed what {title} says of itself"),
        ),
        Verb(
            name="organisation.member_shown",
            label=_("shown to partners"),
            sentence=_("{actor} agreed to be shown to partners as one of {title}"),
        ),
        Verb(
            name="organisation.member_hidden",
            label=_("not shown to partners"),
            sentence=_("{actor} is no longer shown to partners as one of {title}"),
        ),
        Verb(
            name="organisation.client_added",
            label=_("API client added"),
            sentence=_("{actor} gave the program {whom} access for {title}"),
        ),
        Verb(
            name="organisation.client_revoked",
            label=_("API client revoked"),
            sentence=_("{actor} ended the access of the program {whom} for {title}"),
            notify=coordinators,
            detail=why_ended,
        ),
        Verb(
            name="organisation.suspended",
            label=_("suspended"),
            sentence=_("{actor} suspended {title}"),
            notify=coordinators,
            detail=what_is_left,
        ),
        Verb(
            name="organisation.resumed",
            label=_("takes part again"),
            sentence=_("{title} takes part again"),
            notify=coordinators,
        ),
        Verb(
            name="organisation.left",
            label=_("left"),
            sentence=_("{title} left the exchange"),
            is_news=True,
            notify=coordinators,
            detail=reason,
        ),
    )
