"""An invitation is accepted once, by the owner of its address, in time."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from exchange.accounts.models import User
from exchange.activity.models import Event
from exchange.audiences.viewer import Role
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.partners.actions import accept_invitation, revoke_invitation
from exchange.partners.models import Membership
from tests.cast import Cast, eyes, make_cast
from tests.partners.factories import NEW_PERSON, make_invitation
from tests.threads import alone, one_behind_the_other, together


def test_a_new_person_gets_an_account_and_the_role(cast: Cast) -> None:
    _, token = make_invitation(cast.gothenburg, role=Role.REVIEWER)
    person = accept_invitation(token=token, **NEW_PERSON).user
    assert person.check_password(NEW_PERSON["password"])
    assert (person.language, person.timezone) == ("sv", "Europe/Stockholm")
    assert eyes(person).roles == {cast.gothenburg.organisation.pk: Role.REVIEWER}


def test_the_address_counts_as_verified(cast: Cast) -> None:
    _, token = make_invitation(cast.gothenburg)
    person = accept_invitation(token=token, **NEW_PERSON).user
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == ("nina@example.org", True, True)


def test_colleagues_hear_of_it(cast: Cast) -> None:
    _, token = make_invitation(cast.gothenburg)
    accept_invitation(token=token, **NEW_PERSON)
    event = Event.objects.get(verb="organisation.member_joined")
    assert event.actor.name == "Nina Ny"
    assert event.audience == cast.gothenburg.home


def test_a_person_who_is_here_joins_a_second_organisation(cast: Cast) -> None:
    kenji = cast.tokyo.contributor
    _, token = make_invitation(cast.gothenburg, kenji.email, Role.READER)
    accept_invitation(token=token, actor=kenji)
    assert eyes(kenji).roles == {
        cast.tokyo.organisation.pk: Role.CONTRIBUTOR,
        cast.gothenburg.organisation.pk: Role.READER,
    }


def test_it_works_once(cast: Cast) -> None:
    _, token = make_invitation(cast.gothenburg)
    person = accept_invitation(token=token, **NEW_PERSON).user
    for actor in (None, person):
        with pytest.raises(Conflict, match="used"):
            accept_invitation(token=token, actor=actor, **NEW_PERSON)


def test_it_works_until_it_expires(cast: Cast) -> None:
    _, token = make_invitation(cast.gothenburg)
    with (
        time_machine.travel(time.now() + dt.timedelta(days=14, seconds=1)),
        pytest.raises(Conflict, match="expired"),
    ):
        accept_invitation(token=token, **NEW_PERSON)
    with time_machine.travel(time.now() + dt.timedelta(days=13, hours=23)):
        assert accept_invitation(token=token, **NEW_PERSON)


def test_one_that_is_taken_back_does_not_work(cast: Cast) -> None:
    invitation, token = make_invitation(cast.gothenburg)
    revoke_invitation(actor=eyes(cast.gothenburg.coordinator), invitation=invitation)
    with pytest.raises(Conflict):
        accept_invitation(token=token, **NEW_PERSON)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\x00", "\ud800", "é" * 5000])
def test_an_unknown_token_opens_nothing(cast: Cast, token: str) -> None:
    with pytest.raises(Conflict):
        accept_invitation(token=token, **NEW_PERSON)


def test_every_letter_of_the_token_counts(cast: Cast) -> None:
    _, token = make_invitation(cast.gothenburg)
    for place in range(len(token)):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(Conflict):
            accept_invitation(token=other, **NEW_PERSON)


def test_somebody_with_another_address_does_not_get_in(cast: Cast) -> None:
    _, token = make_invitation(cast.gothenburg)
    with pytest.raises(Forbidden, match="another address"):
        accept_invitation(token=token, actor=cast.tokyo.contributor)
    assert accept_invitation(token=token, **NEW_PERSON)


def test_nobody_takes_over_an_account_by_an_invitation(cast: Cast) -> None:
    kenji = cast.tokyo.contributor
    _, token = make_invitation(cast.gothenburg, kenji.email)
    with pytest.raises(Conflict, match="Sign in"):
        accept_invitation(token=token, **NEW_PERSON)
    assert User.objects.get(pk=kenji.pk).password == kenji.password


def test_a_closed_account_does_not_join(cast: Cast) -> None:
    kenji = cast.tokyo.contributor
    _, token = make_invitation(cast.gothenburg, kenji.email)
    kenji.is_active = False
    kenji.save()
    for actor in (kenji, None):
        with pytest.raises((Forbidden, Conflict)):
            accept_invitation(token=token, actor=actor, **NEW_PERSON)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", ""),
        ("full_name", "x" * 300),
        ("full_name", "Nina\x00"),
        ("full_name", "Nina\udcff"),
        ("password", "short"),
        ("password", "password1234"),
        ("password", "nina@example.org"),
        ("language", "xx"),
        ("language", "x" * 300),
        ("timezone", "Mars/Base"),
        ("timezone", "\x00"),
    ],
)
def test_a_bad_value_is_named_and_the_invitation_stays_open(
    cast: Cast, field: str, value: str
) -> None:
    _, token = make_invitation(cast.gothenburg)
    with pytest.raises(Invalid) as refusal:
        accept_invitation(token=token, **{**NEW_PERSON, field: value})
    assert list(refusal.value.errors) == [field]
    assert not User.objects.filter(email="nina@example.org").exists()
    assert accept_invitation(token=token, **NEW_PERSON)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_gets_in(cast: Cast, shared_db: None) -> None:
    token = alone(lambda: make_invitation(cast.gothenburg)[1])
    results = together(lambda _: accept_invitation(token=token, **NEW_PERSON).pk, 2)
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] == [Conflict], results
    joined = alone(lambda: Membership.objects.filter(user__email="nina@example.org").count())
    assert joined == 1


@pytest.mark.django_db(transaction=True)
def test_two_organisations_that_invite_one_new_person_make_one_account(
    cast: Cast, shared_db: None
) -> None:
    tokens = alone(lambda: [make_invitation(port)[1] for port in (cast.gothenburg, cast.tokyo)])
    results = together(lambda index: accept_invitation(token=tokens[index], **NEW_PERSON).pk, 2)
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] == [Conflict], results
    assert alone(lambda: User.objects.filter(email="nina@example.org").count()) == 1


def confirm(request: HttpRequest, address: EmailAddress) -> bool:
    with request_context(request):
        return bool(get_adapter(request).confirm_email(request, address))


@pytest.mark.postgres
def test_an_address_that_two_take_at_once_is_one_persons(
    postgres: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by an invitation, one for the account they have, each when the other is half way."""
    cast = make_cast()
    _, token = make_invitation(cast.gothenburg)
    theirs = EmailAddress.objects.create(user=cast.tokyo.reader, email="nina@example.org")
    half_way, save = Barrier(2), User.save

    def save_with_the_other_half_way(user: User, *given: Any, **named: Any) -> None:
        new = user._state.adding
        if new:
            save(user, *given, **named)
        with suppress(BrokenBarrierError):
            half_way.wait(2)
        if not new:
            save(user, *given, **named)

    monkeypatch.setattr(User, "save", save_with_the_other_half_way)
    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(), cast.tokyo.reader
    MessageMiddleware(lambda _: HttpResponse()).process_request(request)
    acts: list[Callable[[], Any]] = [
        lambda: accept_invitation(token=token, **NEW_PERSON).pk,
        lambda: confirm(request, theirs),
    ]
    results = together(lambda index: acts[index](), 2)
    assert (type(results[0]), results[1]) in [(int, False), (Conflict, True)], results
    assert User.objects.filter(email="nina@example.org").count() == 1


@pytest.mark.postgres
def test_who_comes_while_it_is_taken_back_finds_it_closed(postgres: None) -> None:
    port = make_cast().gothenburg
    invitation, token = make_invitation(port)

    def take_back() -> None:
        revoke_invitation(actor=eyes(port.coordinator), invitation=invitation)

    results = one_behind_the_other(
        take_back, lambda: accept_invitation(token=token, **NEW_PERSON).pk
    )
    assert [type(result) for result in results] == [type(None), Conflict], results
    assert not User.objects.filter(email="nina@example.org").exists()


@pytest.mark.postgres
def test_what_is_accepted_meanwhile_is_not_taken_back(postgres: None) -> None:
    port = make_cast().gothenburg
    invitation, token = make_invitation(port)
    results = one_behind_the_other(
        lambda: accept_invitation(token=token, **NEW_PERSON).pk,
        lambda: revoke_invitation(actor=eyes(port.coordinator), invitation=invitation),
    )
    assert [type(result) for result in results] == [int, Conflict], results
    invitation.refresh_from_db()
    assert (bool(invitation.accepted_at), invitation.revoked_at) == (True, None)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_lock_while_a_password_is_hashed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = make_invitation(cast.gothenburg)
    locked: list[bool] = []
    set_password = User.set_password

    def watched(user: User, password: str) -> None:
        locked.append(connection.in_atomic_block)
        set_password(user, password)

    monkeypatch.setattr(User, "set_password", watched)
    accept_invitation(token=token, **NEW_PERSON)
    assert locked == [False]
