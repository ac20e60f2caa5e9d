"""What the log tells of organisations, their people and their programs."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from exchange.activity.verbs import TargetType, Verb, register_target, register_verbs
from exchange.audiences.viewer import Viewer
from exchange.partners.models import Organisation


def visible(viewer: Viewer, ids: Collection[UUID]) -> Iterable[Organisation]:
    return Organisation.objects.visible_to(viewer).filter(pk__in=ids)


def itself(organisation: Organisation) -> UUID:
    return organisation.pk


def register() -> None:
    register_target(
        TargetType(
            name="organisation", label=_("organisation"), visible=visible, organisation=itself
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
            name="organisation.client_added",
            label=_("API client added"),
            sentence=_("{actor} gave the program {whom} access for {title}"),
        ),
        Verb(
            name="organisation.client_revoked",
            label=_("API client revoked"),
            sentence=_("{actor} ended the access of the program {whom} for {title}"),
        ),
    )
