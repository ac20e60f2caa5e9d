"""How often somebody may try: counted exactly, however many come at once, and by the right address."""

from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from exchange.accounts import counting
from exchange.accounts.models import SecurityEntry, User
from tests.accounts.factories import code_now, make_app
from tests.cast import PASSWORD, Cast
from tests.threads import alone, shared_db, together

__all__ = ["shared_db"]

WRONG = "wrong horse battery"
TOO_MANY = "Too many attempts"
NO_MATCH = "do not match"
AT_ONCE = 30


@pytest.fixture
def karin(cast: Cast) -> User:
    return cast.gothenburg.contributor


def attempt(email: str, password: str = WRONG, address: str = "192.0.2.1", **headers: str) -> str:
    """Try to sign in from an address; return what the page says, empty when one is in."""
    data = {"login": email, "password": password}
    client = Client(REMOTE_ADDR=address, headers=headers)
    answer = client.post(reverse("account_login"), data)
    return "" if answer.status_code == 302 else answer.content.decode()


def closed(email: str, address: str = "192.0.2.1", **headers: str) -> bool:
    return TOO_MANY in attempt(email, address=address, **headers)


def test_the_sixth_attempt_on_an_account_is_refused_even_with_the_right_password(
    karin: User,
) -> None:
    assert [closed(karin.email) for _ in range(6)] == [False] * 5 + [True]
    assert TOO_MANY in attempt(karin.email, PASSWORD)


def test_a_stranger_does_not_lock_the_owner_out(karin: User) -> None:
    for _ in range(6):
        attempt(karin.email, address="198.51.100.9")
    assert attempt(karin.email, PASSWORD) == ""


def test_an_account_that_nobody_has_is_closed_alike(db: None) -> None:
    assert [closed("nobody@example.org") for _ in range(6)] == [False] * 5 + [True]


def test_many_addresses_together_get_fifty_attempts(karin: User) -> None:
    told = [closed(karin.email, f"198.51.100.{number}") for number in range(51)]
    assert told == [False] * 50 + [True]


def test_one_address_gets_twenty_attempts_a_minute_at_all_accounts(db: None) -> None:
    told = [closed(f"person{number}@example.org") for number in range(21)]
    assert told == [False] * 20 + [True]


def test_signing_in_costs_no_attempt(karin: User) -> None:
    assert [attempt(karin.email, PASSWORD) for _ in range(8)] == [""] * 8


@pytest.fixture
def in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two who read the cache wait for each other before they go on."""
    kind = type(caches["default"])
    half_way, get = Barrier(2), kind.get

    def get_beside_the_other(*given: Any, **named: Any) -> Any:
        found = get(*given, **named)
        with suppress(BrokenBarrierError):
            half_way.wait(2)
        return found

    monkeypatch.setattr(kind, "get", get_beside_the_other)


def test_two_in_the_same_moment_count_as_two(in_step: None) -> None:
    assert sorted(together(lambda _: counting._step("tried", 60), 2)) == [1, 2]


def test_a_crowd_at_other_accounts_makes_no_count_forgotten() -> None:
    counting._step("tried", 60)
    for number in range(2_000):
        counting._step(f"tried-{number}", 60)
    assert counting._step("tried", 60) == 2


def test_a_count_that_runs_out_between_its_steps_begins_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = type(caches["default"])
    steps, incr = iter([ValueError]), kind.incr

    def run_out_once(*given: Any, **named: Any) -> int:
        for gone in steps:
            raise gone
        return int(incr(*given, **named))

    monkeypatch.setattr(kind, "incr", run_out_once)
    assert counting._step("tried", 60) == 1


@pytest.fixture
def crowd(shared_db: None, settings: Settings) -> str:
    """An address that a crowd asks about at once."""
    return "crowd@example.org"


def passed(email: str) -> int:
    """Let thirty try at once; return how many got as far as the password."""
    said = together(lambda _: attempt(email), AT_ONCE)
    assert all(isinstance(words, str) for words in said), said
    return sum(NO_MATCH in str(words) for words in said)


def test_of_thirty_at_once_exactly_five_get_through(crowd: str) -> None:
    assert passed(crowd) == 5


def test_of_two_in_the_same_moment_none_is_turned_away(crowd: str, in_step: None) -> None:
    """The cache is so slow that a lock around its steps, as allauth has it, is not had in time."""
    said = together(lambda _: attempt(crowd), 2)
    assert [NO_MATCH in str(words) for words in said] == [True, True]


def test_the_next_thirty_get_through_not_at_all(crowd: str) -> None:
    passed(crowd)
    assert passed(crowd) == 0


def at_their_code(number: int) -> list[Client]:
    """Return browsers in which the password of one person was right, and the code is asked for."""
    user = User.objects.create_superuser("crowd@example.org", PASSWORD, full_name="Crowd")
    make_app(user)
    clients = [Client() for _ in range(number)]
    for client in clients:
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return clients


def test_of_thirty_codes_at_once_exactly_five_are_looked_at(shared_db: None) -> None:
    clients = alone(lambda: at_their_code(AT_ONCE))

    def give(index: int) -> str:
        page = clients[index].post(reverse("mfa_authenticate"), {"code": "000000"})
        return page.content.decode()

    said = [str(words) for words in together(give, AT_ONCE)]
    assert sum("That did not fit" in words for words in said) == 5
    assert sum(TOO_MANY in words for words in said) == AT_ONCE - 5


def test_a_code_that_five_give_at_once_lets_one_in(shared_db: None) -> None:
    clients = alone(lambda: at_their_code(5))
    code = code_now(off=1)
    give = partial(Client.post, path=reverse("mfa_authenticate"), data={"code": code})
    answers = together(lambda index: give(clients[index]).status_code, 5)
    assert sorted(map(str, answers)) == ["200"] * 4 + ["302"]


def test_a_person_gets_five_letters_for_a_new_password_an_hour(karin: User) -> None:
    data = {"email": karin.email}
    answers = [Client().post(reverse("account_reset_password"), data) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert len(mail.outbox) == 5
    assert "Too often within a short time" in answers[-1].content.decode()


def test_asking_again_counts_too(client: Client, karin: User) -> None:
    client.force_login(karin)
    page, data = reverse("account_reauthenticate"), {"password": WRONG}
    said = [client.post(page, data).content.decode() for _ in range(6)]
    assert [TOO_MANY in words for words in said] == [False] * 5 + [True]


def test_what_a_client_says_of_its_address_counts_for_nothing(karin: User) -> None:
    def forged(number: int) -> bool:
        return closed(karin.email, **{"x-forwarded-for": f"203.0.113.{number}"})

    assert [forged(number) for number in range(6)] == [False] * 5 + [True]


def test_behind_a_proxy_the_address_that_it_saw_counts(karin: User, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def by_proxy(number: int, seen: str) -> bool:
        said = f"203.0.113.{number}, {seen}"
        return closed(karin.email, "127.0.0.1", **{"x-forwarded-for": said})

    assert [by_proxy(number, "198.51.100.1") for number in range(6)] == [False] * 5 + [True]
    assert not by_proxy(0, "198.51.100.2")
    entry = SecurityEntry.objects.filter(user=karin).order_by("-pk").first()
    assert entry
    assert entry.address == "198.51.100.2"


@pytest.fixture
def no_cache(settings: Settings) -> None:
    """A cache that does not answer."""
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.mark.parametrize("password", [PASSWORD, WRONG])
def test_while_the_cache_is_away_nobody_is_let_in_uncounted(
    karin: User, no_cache: None, password: str
) -> None:
    client = Client()
    data = {"login": karin.email, "password": password}
    answer = client.post(reverse("account_login"), data)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Try again in some minutes" in answer.content.decode()
    assert client.get(reverse("accounts:preferences")).status_code == 302


def test_while_the_cache_is_away_who_is_signed_in_works_on(
    client: Client, karin: User, no_cache: None
) -> None:
    client.force_login(karin)
    assert client.get(reverse("accounts:preferences")).status_code == 200
