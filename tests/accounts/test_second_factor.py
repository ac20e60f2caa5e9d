"""A second factor: set up, asked for, lost; and what it ends and tells."""

import datetime as dt
import re
from html import unescape
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from exchange.accounts.models import SecurityEntry, User
from tests.accounts.factories import SECRET, code_now, make_app, make_codes, make_passkey
from tests.accounts.test_sessions import is_in, signed_in
from tests.cast import PASSWORD, Cast

MIDDLE_OF_A_STEP = dt.datetime(2026, 11, 2, 12, 0, 15, tzinfo=dt.UTC)
NO_PASSKEYS = [
    "",
    "{}",
    "[]",
    "null",
    "5",
    '"x"',
    "[" * 50_000,
    '{"id": "\\u0000", "response": {}}',
    '{"id": 1, "rawId": [], "type": {}, "response": {"userHandle": 5, "clientDataJSON": "é"}}',
]


@pytest.fixture
def karin(cast: Cast) -> User:
    return cast.gothenburg.contributor


def after_password(user: User) -> Client:
    """Return a browser that was asked for the second factor."""
    client = Client()
    data = {"login": user.email, "password": PASSWORD}
    answer = client.post(reverse("account_login"), data)
    assert answer["Location"] == reverse("mfa_authenticate")
    return client


def test_who_has_no_passkey_is_not_offered_to_use_one(karin: User) -> None:
    """Who has one uses it in tests/browser/test_signing_in.py."""
    make_app(karin)
    text = after_password(karin).get(reverse("mfa_authenticate")).content.decode()
    assert "Use a passkey" not in text


def give(client: Client, code: str) -> bool:
    """Type a code and tell whether it let one in."""
    client.post(reverse("mfa_authenticate"), {"code": code})
    return is_in(client)


def kinds(user: User) -> set[str]:
    return set(SecurityEntry.objects.filter(user=user).values_list("kind", flat=True))


def offered_secret(client: Client) -> str:
    """Open the page that sets an app up, and return the secret it shows."""
    form = client.get(reverse("mfa_activate_totp")).content.decode()
    return str(re.findall(r'id="totp_key"[^>]* value="(\w+)"', form)[0])


def set_up(client: Client) -> str:
    """Set an authenticator app up, and return the page that follows."""
    data = {"code": code_now(offered_secret(client))}
    return client.post(reverse("mfa_activate_totp"), data, follow=True).content.decode()


def shown_codes(page: str) -> set[str]:
    """Return the recovery codes that a page shows."""
    found = re.search(r'<textarea id="codes"[^>]*>([^<]*)<', page)
    return set(unescape(found[1]).split()) if found else set()


def test_an_app_is_set_up_and_recovery_codes_are_shown(karin: User) -> None:
    assert len(shown_codes(set_up(signed_in(karin)))) == 10
    assert Authenticator.objects.filter(user=karin, type="totp").exists()


def test_the_key_can_be_typed_copied_or_opened_in_the_app(karin: User) -> None:
    page = signed_in(karin).get(reverse("mfa_activate_totp")).content.decode()
    secret = re.findall(r'id="totp_key"[^>]* value="(\w+)"', page)[0]
    typed = re.findall("To type it: ([A-Z2-7 ]+)<", page)[0]
    assert typed.split() == [secret[at : at + 4] for at in range(0, len(secret), 4)]
    assert f"secret={secret}" in re.findall('href="(otpauth://totp/[^"]+)"', page)[0]


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_are_good_news_and_to_be_kept(karin: User) -> None:
    client = signed_in(karin)
    make_app(karin)
    client.post(reverse("mfa_generate_recovery_codes"))
    page = client.get(reverse("mfa_index")).content.decode()
    assert '<p class="message message-success">New recovery codes were made. Print or' in page


def test_recovery_codes_are_shown_once(karin: User) -> None:
    client = signed_in(karin)
    codes = shown_codes(set_up(client))
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert "cannot be shown again" in page
    assert not any(code in page for code in codes)


@pytest.mark.django_db(transaction=True)
def test_setting_up_ends_other_sessions_and_is_told(karin: User) -> None:
    there, here = signed_in(karin), signed_in(karin)
    set_up(here)
    assert (is_in(there), is_in(here)) == (False, True)
    assert {"factor_added", "codes_made"} <= kinds(karin)
    assert mail.outbox[-1].subject == "An authenticator app was set up"


def test_the_password_alone_does_not_let_in(karin: User) -> None:
    make_app(karin)
    client = after_password(karin)
    assert not is_in(client)
    assert give(client, code_now())


def test_the_log_tells_by_what_one_signed_in(karin: User) -> None:
    make_app(karin)
    give(after_password(karin), code_now())
    entry = SecurityEntry.objects.get(user=karin, kind="signed_in")
    assert entry.detail == "by password, then authenticator app"


def test_the_same_code_lets_in_once(karin: User) -> None:
    make_app(karin)
    code = code_now()
    assert give(after_password(karin), code)
    assert not give(after_password(karin), code)
    assert "failed_code" in kinds(karin)


@pytest.mark.parametrize(("off", "lets_in"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_the_clock_of_a_phone_may_be_half_a_minute_off(
    karin: User, off: int, lets_in: bool
) -> None:
    with time_machine.travel(MIDDLE_OF_A_STEP, tick=False):
        make_app(karin)
        assert give(after_password(karin), code_now(off=off)) is lets_in


def test_a_code_lets_in_once_as_long_as_it_fits(karin: User) -> None:
    with time_machine.travel(MIDDLE_OF_A_STEP, tick=False) as clock:
        make_app(karin)
        code = code_now(off=1)
        assert give(after_password(karin), code)
        for _half_minute in range(2):
            clock.shift(31)
            assert not give(after_password(karin), code)


def test_a_used_code_lets_nobody_in_when_it_is_typed_with_a_gap(karin: User) -> None:
    make_app(karin)
    code = code_now()
    gapped = f"{code[:3]} {code[3:]}"
    assert give(after_password(karin), gapped)
    cache.clear()
    assert not give(after_password(karin), code)


def test_a_used_code_lets_nobody_in_when_the_cache_is_lost(karin: User) -> None:
    make_app(karin)
    code = code_now()
    assert give(after_password(karin), code)
    cache.clear()
    assert not give(after_password(karin), code)


def test_the_code_that_set_the_app_up_lets_nobody_in(karin: User) -> None:
    client = signed_in(karin)
    code = code_now(offered_secret(client))
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert not give(after_password(karin), code)


def test_a_code_that_does_not_fit_says_what_to_do(karin: User) -> None:
    make_app(karin)
    answer = after_password(karin).post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Wait for the app’s next code" in answer.content.decode()


def test_who_has_no_recovery_codes_yet_is_not_offered_one(karin: User) -> None:
    client = signed_in(karin)
    offered_secret(client)
    page = client.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()
    assert "let the phone set its clock by itself." in page
    assert "use a recovery code" not in page


def test_a_recovery_code_lets_in_once(karin: User) -> None:
    make_app(karin)
    [code, *_rest] = make_codes(karin).get_unused_codes()
    assert give(after_password(karin), code)
    assert not give(after_password(karin), code)
    assert {"code_used", "failed_code"} <= kinds(karin)


@pytest.mark.parametrize("code", ["", "000000x", "é" * 6, "٣٣٣٣٣٣", "1" * 5000, "12\x003456"])
def test_what_is_no_code_is_explained(karin: User, code: str) -> None:
    make_app(karin)
    answer = after_password(karin).post(reverse("mfa_authenticate"), {"code": code})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()


@pytest.mark.parametrize("credential", NO_PASSKEYS)
@pytest.mark.parametrize("where", ["mfa_add_webauthn", "mfa_login_webauthn", "mfa_authenticate"])
def test_what_is_no_passkey_is_refused(karin: User, where: str, credential: str) -> None:
    make_app(karin)
    client = Client() if where == "mfa_login_webauthn" else after_password(karin)
    if where == "mfa_add_webauthn":
        give(client, code_now())
    data = {"name": "key", "credential": credential}
    answer = client.post(reverse(where), data, follow=True, headers={"host": "localhost"})
    assert answer.status_code == 200
    assert "That did not fit" in answer.content.decode()
    assert not Authenticator.objects.filter(type="webauthn").exists()


@pytest.mark.django_db(transaction=True)
def test_the_last_second_factor_is_removed_and_the_codes_go(karin: User) -> None:
    client = signed_in(karin)
    make_app(karin)
    make_codes(karin)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert "factor_removed" in kinds(karin)
    assert mail.outbox[-1].subject == "Your authenticator app was turned off"


def test_no_secret_stands_plainly_in_the_database(karin: User) -> None:
    make_app(karin)
    codes = make_codes(karin).get_unused_codes()
    stored = str(list(Authenticator.objects.values()))
    assert SECRET not in stored
    assert not any(code in stored for code in codes)


def test_after_a_change_of_the_secret_key_no_code_fits(karin: User, settings: Settings) -> None:
    make_app(karin)
    settings.SECRET_KEY = "another key of more than fifty characters, as printed " * 2
    assert not give(after_password(karin), code_now())


def test_preferences_tell_how_one_signs_in(karin: User) -> None:
    client = signed_in(karin)
    make_app(karin)
    make_codes(karin)
    make_passkey(karin)
    words = " ".join(client.get(reverse("accounts:preferences")).content.decode().split())
    assert "1 passkey, authenticator app on, 10 recovery codes left" in words


def test_the_operator_lets_in_who_has_lost_everything(karin: User) -> None:
    client = signed_in(karin)
    make_app(karin)
    call_command("reset_second_factor", karin.email.upper(), stdout=StringIO())
    assert not is_in(client)
    assert is_in(signed_in(karin))
    assert "factors_reset" in kinds(karin)
    assert mail.outbox[-1].to == [karin.email]


@pytest.mark.parametrize(("email", "words"), [("no@example.org", "Nobody"), ("", "Nobody")])
def test_the_operator_is_told_of_a_wrong_address(db: None, email: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("reset_second_factor", email)


def test_the_operator_is_told_when_there_is_nothing_to_remove(karin: User) -> None:
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", karin.email)


@pytest.mark.parametrize("door", ["127.0.0.1:8000", "[::1]:8000"])
def test_a_page_opened_by_number_says_that_passkeys_need_the_name(karin: User, door: str) -> None:
    client = signed_in(karin)
    page = client.get(reverse("mfa_index"), headers={"host": door}).content.decode()
    assert "Passkeys work at http://localhost" in page
    assert "Add a passkey" not in page


def test_the_ways_in_opened_by_number_say_where_passkeys_work(karin: User) -> None:
    make_app(karin)
    waiting = after_password(karin)
    for client, where in ((Client(), "account_login"), (waiting, "mfa_authenticate")):
        page = client.get(reverse(where), headers={"host": "127.0.0.1:8000"}).content.decode()
        assert 'Passkeys work at <a href="http://localhost:8000"' in page
