"""Every pair of acts on one organisation's people and programs, in the same moment."""

import datetime as dt
from functools import partial
from itertools import count
from typing import Any

import pytest

from exchange.activity.models import Event
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.partners import actions, tokens
from exchange.partners.models import ApiClient, Invitation, MailState, Membership, Organisation
from tests.cast import eyes, make_person
from tests.partners.factories import NEW_PERSON, make_city
from tests.races import Act, race
from tests.threads import postgres

__all__ = ["postgres"]

# They make an organisation, only look something up, or are the operator's way to invite.
APART = {"create_organisation", "invitation_for", "invite_by_hand"}
numbers = count(1)


class Scene:
    """A city with two coordinators, of whom the second admitted a program and invited somebody."""

    def __init__(self) -> None:
        number = next(numbers)
        self.city = make_city(f"City {number}")
        self.first = make_person(self.city, Role.COORDINATOR, f"Siv{number} Samordnare")
        self.second = make_person(self.city, Role.COORDINATOR, f"Stina{number} Samordnare")
        self.invited = f"nina{number}@example.org"
        here: dict[str, Any] = {"actor": eyes(self.second), "organisation": self.city}
        self.client, _ = actions.create_api_client(**here, name="harbour", may_write=True)
        self.invitation = actions.invite(**here, email=self.invited, role=Role.READER)
        Invitation.objects.filter(pk=self.invitation.pk).update(
            mail_state=MailState.SENT, mail_at=time.now() - dt.timedelta(hours=1)
        )
        self.since = Event.objects.latest("pk").pk

    def acts(self) -> dict[str, Act]:
        """Return an act of the first coordinator for each action; one is of who was invited."""
        by = eyes(self.first)
        member = Membership.objects.select_related("user", "organisation").get(user=self.second)
        token = tokens.invitation_token(self.invitation.pk)
        here: dict[str, Any] = {"actor": by, "organisation": self.city}
        invited: dict[str, Any] = {"actor": by, "invitation": self.invitation}
        return {
            "change_role": partial(
                actions.change_role, actor=by, membership=member, role=Role.READER
            ),
            "end_membership": partial(actions.end_membership, actor=by, membership=member),
            "accept_invitation": partial(actions.accept_invitation, token=token, **NEW_PERSON),
            "invite": partial(actions.invite, **here, email=self.invited, role=Role.READER),
            "mail_again": partial(actions.mail_again, **invited),
            "revoke_invitation": partial(actions.revoke_invitation, **invited),
            "create_api_client": partial(
                actions.create_api_client, **here, name="harbour", may_write=True
            ),
            "revoke_api_client": partial(actions.revoke_api_client, actor=by, client=self.client),
            "show_to_partners": partial(
                actions.show_to_partners, **here, is_shown=True, function="Pilot", mailbox=""
            ),
            "change_organisation": partial(
                actions.change_organisation,
                **here,
                lock=self.city.lock,
                about="A city by the sea",
                website="",
                timezone=self.city.timezone,
                mailbox="",
            ),
            **self._acts_of_the_operator(),
        }

    def _acts_of_the_operator(self) -> dict[str, Act]:
        operator: dict[str, Any] = {"actor": Viewer.system(), "organisation": self.city}
        return {
            "suspend_organisation": partial(
                actions.suspend_organisation, **operator, reason="The fees are not paid."
            ),
            "resume_organisation": partial(actions.resume_organisation, **operator),
            "end_partnership": partial(
                actions.end_partnership, **operator, reason="The city has no port any more."
            ),
        }

    def trace(self) -> list[Any]:
        """Return what every act leaves behind."""
        members = Membership.objects.filter(organisation=self.city).order_by("user__email")
        invitations = Invitation.objects.filter(organisation=self.city).order_by("pk")
        clients = ApiClient.objects.filter(organisation=self.city).order_by("pk")
        events = Event.objects.filter(target_id=self.city.pk, pk__gt=self.since).order_by("verb")
        return [
            list(Organisation.objects.filter(pk=self.city.pk).values_list("standing", "about")),
            list(members.values_list("user__email", "role", "is_shown")),
            [(bool(i.accepted_at), bool(i.revoked_at), i.mail_state) for i in invitations],
            [bool(client.revoked_at) for client in clients],
            list(events.values_list("verb", flat=True)),
        ]


ACTS = sorted(set(actions.__all__) - APART)


def test_every_action_has_its_act(db: None) -> None:
    assert set(Scene().acts()) == set(ACTS), "tests/partners/test_raced.py: Scene.acts, or APART"


@pytest.mark.postgres
@pytest.mark.parametrize("first", ACTS)
def test_two_acts_at_once_end_like_one_after_the_other(postgres: None, first: str) -> None:
    for other in ACTS[ACTS.index(first) :]:
        scene = Scene()
        acts = scene.acts()
        assert {first, other} <= set(acts), f"Scene.acts lacks {first} or {other}"
        row = Organisation.objects.get(pk=scene.city.pk)
        race(acts[first], acts[other], over=row, look=scene.trace)
