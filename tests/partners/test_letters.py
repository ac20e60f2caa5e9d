"""The letter of an invitation has the one link that opens it, and goes once for each asking."""

import datetime as dt
import re
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django.fixtures import Settings

from exchange.audiences.viewer import Role, Viewer
from exchange.common import time
from exchange.common.mail import Letter, NotTaken, Uncertain, Unreachable, post, write_letter
from exchange.partners import letters
from exchange.partners.actions import (
    accept_invitation,
    invitation_for,
    invite_by_hand,
    mail_again,
    revoke_invitation,
)
from exchange.partners.bookkeeping import begin_letter, note_lost_letters, settle_letter
from exchange.partners.letters import send_due_letters
from exchange.partners.models import Invitation, MailState
from exchange.partners.tasks import send_invitations
from exchange.partners.tokens import invitation_token
from tests.cast import Cast, eyes, make_cast, make_person
from tests.partners.factories import NEW_PERSON, invite_to
from tests.threads import WAIT, alone, together

LINK = re.compile(r"/invitations/([\w-]+)/")


def state() -> str:
    return str(Invitation.objects.get().mail_state)


def states() -> dict[str, str]:
    return dict(Invitation.objects.values_list("email", "mail_state"))


def token_in(message: Any) -> str:
    found = LINK.search(message.body)
    assert found, message.body
    return found[1]


def refuse_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(*_: Any) -> None:
        raise error

    monkeypatch.setattr(letters, "post", send)


def test_a_letter_goes_to_the_invited_address_alone(cast: Cast) -> None:
    invite_to(cast.gothenburg)
    send_invitations()
    (message,) = mail.outbox
    assert message.recipients() == ["nina@example.org"]
    assert "Port of Gothenburg" in message.subject
    assert "Siv Samordnare invites you" in " ".join(message.body.split())
    assert state() == "sent"


def test_the_link_in_the_letter_lets_them_in_once(cast: Cast) -> None:
    invitation = invite_to(cast.gothenburg)
    send_due_letters()
    token = token_in(mail.outbox[0])
    assert invitation_for(token) == invitation
    accept_invitation(token=token, **NEW_PERSON)
    assert invitation_for(token) is None


@pytest.mark.parametrize(
    "error", [None, NotTaken("no such user", code=550), Unreachable("no route"), Uncertain("gone")]
)
def test_the_link_they_have_works_whatever_becomes_of_the_next_letter(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    invitation = invite_to(cast.gothenburg)
    send_due_letters()
    with time_machine.travel(time.now() + dt.timedelta(days=10)):
        mail_again(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
        if error:
            refuse_with(monkeypatch, error)
        send_due_letters()
    with time_machine.travel(time.now() + dt.timedelta(days=20)):
        assert {invitation_for(token_in(message)) for message in mail.outbox} == {invitation}


def test_no_two_invitations_have_the_same_link(cast: Cast) -> None:
    invitation = invite_to(cast.gothenburg)
    revoke_invitation(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
    tokens_of = {invitation_token(row.pk) for row in (invitation, invite_to(cast.gothenburg))}
    assert len(tokens_of) == 2


def test_a_letter_after_the_secret_key_was_changed_works(cast: Cast, settings: Settings) -> None:
    invitation = invite_to(cast.gothenburg)
    settings.SECRET_KEY = "another key of this exchange"
    send_due_letters()
    assert invitation_for(token_in(mail.outbox[0])) == invitation


def test_a_link_handed_over_works_beside_a_letter(cast: Cast) -> None:
    invitation, token = invite_by_hand(
        actor=Viewer.system(),
        organisation=cast.gothenburg.organisation,
        email="nina@example.org",
        role=Role.READER,
    )
    assert send_due_letters() == 0, "no letter was asked for"
    assert invitation_for(token) == invitation
    mail_again(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
    assert send_due_letters() == 1
    assert token_in(mail.outbox[0]) == token
    assert invitation_for(token) == invitation


def test_a_letter_goes_once(cast: Cast) -> None:
    invite_to(cast.gothenburg)
    assert [send_due_letters(), send_due_letters()] == [1, 0]
    assert len(mail.outbox) == 1


def test_nothing_goes_for_an_invitation_taken_back(cast: Cast) -> None:
    invitation = invite_to(cast.gothenburg)
    revoke_invitation(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
    assert send_due_letters() == 0


def test_its_words_and_its_dates_are_in_one_language(cast: Cast) -> None:
    cast.gothenburg.coordinator.language = "sv"
    with time_machine.travel(dt.datetime(2026, 4, 20, 12, tzinfo=dt.UTC)):
        invite_to(cast.gothenburg)
        assert send_due_letters() == 1
    assert '<html lang="en"' in str(mail.outbox[0].alternatives[0][0])
    assert "4 May 2026" in mail.outbox[0].body


def test_a_server_that_is_away_is_asked_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    invite_to(cast.gothenburg)
    with monkeypatch.context() as patched:
        refuse_with(patched, Unreachable("no route"))
        assert send_due_letters() == 0
    assert state() == "due"
    assert send_due_letters() == 0, "not at once"
    with time_machine.travel(time.now() + dt.timedelta(minutes=11)):
        assert send_due_letters() == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(NotTaken("no such user", code=550), "failed"), (Uncertain("gone"), "unknown")],
)
def test_a_lasting_refusal_and_a_doubt_are_told_and_not_repeated(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception, outcome: str
) -> None:
    invite_to(cast.gothenburg)
    refuse_with(monkeypatch, error)
    send_due_letters()
    assert state() == outcome
    monkeypatch.undo()
    with time_machine.travel(time.now() + dt.timedelta(hours=1)):
        assert send_due_letters() == 0


def test_after_a_refusal_the_letter_may_go_again_ten_minutes_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation, stina = (
        invite_to(cast.gothenburg),
        make_person(cast.gothenburg.organisation, Role.COORDINATOR, "Stina Samordnare"),
    )
    refuse_with(monkeypatch, NotTaken("5.7.1 not here", code=550))
    send_due_letters()
    monkeypatch.undo()
    assert state() == "failed"
    with time_machine.travel(time.now() + dt.timedelta(minutes=11)):
        mail_again(actor=eyes(stina), invitation=invitation)
        assert send_due_letters() == 1
    assert "Stina Samordnare invites you" in " ".join(mail.outbox[0].body.split())


def test_a_letter_whose_worker_died_is_perhaps_mailed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_to(cast.gothenburg)
    refuse_with(monkeypatch, KeyboardInterrupt())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        send_due_letters()
    monkeypatch.undo()
    assert send_due_letters() == 0
    assert state() == "sending"
    with time_machine.travel(time.now() + dt.timedelta(minutes=6)):
        assert send_due_letters() == 0
    assert state() == "unknown"


def test_a_worker_that_was_given_up_does_not_take_back_what_was_asked_again(cast: Cast) -> None:
    slow, siv = invite_to(cast.gothenburg), eyes(cast.gothenburg.coordinator)
    assert begin_letter(slow, invitation_token(slow.pk))
    with time_machine.travel(time.now() + dt.timedelta(minutes=20)):
        assert note_lost_letters() == 1
        mail_again(actor=siv, invitation=slow)
        settle_letter(slow, MailState.FAILED)
        assert send_due_letters() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_have_written_a_letter_one_sends_it(
    shared_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(lambda: invite_to(make_cast().gothenburg))
    both = Barrier(2)

    def write(**given: Any) -> Letter:
        both.wait(WAIT)
        return write_letter(**given)

    monkeypatch.setattr(letters, "write_letter", write)
    assert sorted(together(lambda _: send_due_letters(), 2)) == [0, 1]
    assert len(mail.outbox) == 1


def test_a_hostile_name_stays_text(cast: Cast) -> None:
    cast.gothenburg.coordinator.full_name = "<b>Siv</b>\r\nBcc: all@example.org"
    cast.gothenburg.coordinator.save()
    invite_to(cast.gothenburg)
    send_due_letters()
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    html = str(mail.outbox[0].alternatives[0][0])
    assert "<b>Siv" not in html


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_rung_when_a_letter_is_due(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr("exchange.common.doorbell.ring", lambda task: rung.append(task.name))
    invitation = invite_to(cast.gothenburg)
    assert rung.count("exchange.partners.tasks.send_invitations") == 1
    assert send_due_letters() == 1
    revoke_invitation(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
    assert rung.count("exchange.partners.tasks.send_invitations") == 1, "nothing is due"


def test_a_letter_that_cannot_be_written_fails_alone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_to(cast.gothenburg, "one@example.org")
    invite_to(cast.gothenburg, "two@example.org")

    def write(**given: Any) -> Any:
        if given["to"] == "one@example.org":
            raise ZeroDivisionError
        return write_letter(**given)

    monkeypatch.setattr(letters, "write_letter", write)
    assert send_due_letters() == 1
    assert states() == {"one@example.org": "failed", "two@example.org": "sent"}


def test_a_letter_that_breaks_off_is_perhaps_mailed_and_the_next_one_goes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_to(cast.gothenburg, "one@example.org")
    invite_to(cast.gothenburg, "two@example.org")

    def break_off(letter: Letter, connection: Any) -> None:
        if letter.recipient == "one@example.org":
            raise ValueError
        post(letter, connection)

    monkeypatch.setattr(letters, "post", break_off)
    assert send_due_letters() == 1
    assert states() == {"one@example.org": "unknown", "two@example.org": "sent"}


def test_a_letter_is_written_before_it_is_called_being_sent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_to(cast.gothenburg)
    seen: list[str] = []
    monkeypatch.setattr(
        letters, "write_letter", lambda **given: seen.append(state()) or write_letter(**given)
    )
    assert send_due_letters() == 1
    assert seen == ["due"]


def test_a_server_that_does_not_listen_is_asked_again(cast: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "exchange.common.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    invite_to(cast.gothenburg)
    assert send_due_letters() == 0
    assert state() == "due"
