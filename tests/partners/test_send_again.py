"""A letter goes again when it is asked for, and within bounds."""

import datetime as dt

import pytest
import time_machine

from exchange.activity.models import Event
from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.errors import Conflict
from exchange.partners.actions import invitations as module
from exchange.partners.actions import invite_by_hand, mail_again, revoke_invitation
from exchange.partners.models import Invitation
from tests.cast import Cast, eyes
from tests.partners.factories import make_invitation


def test_there_is_an_end_to_inviting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OPEN", 2)
    make_invitation(cast.gothenburg, "one@example.org")
    make_invitation(cast.gothenburg, "two@example.org")
    with pytest.raises(Conflict, match="Take some back"):
        make_invitation(cast.gothenburg, "three@example.org")


def later(minutes: int = 11) -> time_machine.travel:
    return time_machine.travel(time.now() + dt.timedelta(minutes=minutes))


def test_a_letter_sent_again_gives_fourteen_days_anew(cast: Cast) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    with time_machine.travel(time.now() + dt.timedelta(days=10), tick=False):
        again = mail_again(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
        assert again.expires_at == time.now() + dt.timedelta(days=14)
    assert Event.objects.filter(verb="organisation.invited").count() == 2


def test_no_second_letter_goes_so_soon(cast: Cast) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    with later(minutes=9), pytest.raises(Conflict, match="only minutes ago"):
        mail_again(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)


@pytest.mark.parametrize("state", ["due", "sending"])
def test_a_letter_that_is_on_its_way_is_what_was_asked_for(cast: Cast, state: str) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    Invitation.objects.update(mail_state=state)
    with later():
        again = mail_again(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
    assert (again.mail_state, again.expires_at) == (state, invitation.expires_at)
    assert Event.objects.filter(verb="organisation.invited").count() == 1


def invite_and_take_back(cast: Cast, email: str = "nina@example.org") -> None:
    invitation, _ = make_invitation(cast.gothenburg, email)
    revoke_invitation(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)


def test_an_address_gets_three_letters_a_day(cast: Cast) -> None:
    for _ in range(3):
        invite_and_take_back(cast)
    with pytest.raises(Conflict, match="Three letters to one address"):
        make_invitation(cast.gothenburg)
    make_invitation(cast.gothenburg, "nils@example.org")
    make_invitation(cast.tokyo)
    with time_machine.travel(time.now() + dt.timedelta(hours=25)):
        make_invitation(cast.gothenburg)


def test_letters_sent_again_count(cast: Cast) -> None:
    for _ in range(2):
        invite_and_take_back(cast)
    invitation, _ = make_invitation(cast.gothenburg)
    with later(), pytest.raises(Conflict, match="Three letters to one address"):
        mail_again(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)


def test_what_the_operator_hands_over_is_no_letter(cast: Cast) -> None:
    for number in range(3):
        invite_by_hand(
            actor=Viewer.system(),
            organisation=cast.gothenburg.organisation,
            email="nina@example.org",
            role=Role.READER,
        )
        Invitation.objects.update(revoked_at=time.now())
        assert Invitation.objects.count() == number + 1
    make_invitation(cast.gothenburg)


def test_an_organisation_sends_so_many_letters_a_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_A_DAY", 2)
    for number in range(2):
        invite_and_take_back(cast, f"nina{number}@example.org")
    with pytest.raises(Conflict, match="200 letters within a day"):
        make_invitation(cast.gothenburg)
    make_invitation(cast.tokyo)


@pytest.mark.parametrize("state", ["sent", "failed", "unknown"])
def test_whatever_became_of_the_first_letter_another_may_go(cast: Cast, state: str) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    Invitation.objects.update(mail_state=state)
    with later():
        again = mail_again(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
    assert again.mail_state == "due"


def test_no_letter_goes_for_a_closed_invitation(cast: Cast) -> None:
    invitation, _ = make_invitation(cast.gothenburg)
    siv = eyes(cast.gothenburg.coordinator)
    revoke_invitation(actor=siv, invitation=invitation)
    with later(), pytest.raises(Conflict, match="closed already"):
        mail_again(actor=siv, invitation=invitation)
