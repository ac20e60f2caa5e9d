"""The page on which one chooses what the mails tell."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exchange.common.ids import uuid7
from exchange.digests.models import Subscription
from tests.cast import Cast
from tests.digests.scenes import subscribe
from tests.digests.test_settings_page import words


@pytest.fixture
def ray(cast: Cast) -> Client:
    subscribe(cast.los_angeles.reader)
    client = Client()
    client.force_login(cast.los_angeles.reader)
    return client


def send(client: Client, **data: Any) -> Any:
    return client.post("/digests/choice/", {"nonce": str(uuid7()), **data}, follow=True)


def test_it_saves_and_the_page_of_mails_says_what(ray: Client, cast: Cast) -> None:
    port = str(cast.gothenburg.organisation.pk)
    page = words(send(ray, everything="no", topics=["energy"], organisations=[port]))
    assert "You chose: Energy and fuels; Port of Gothenburg." in page


def test_what_was_chosen_is_ticked(ray: Client) -> None:
    send(ray, everything="no", topics=["energy/shore-power"], kinds=["organisation"])
    page = ray.get("/digests/choice/").content.decode()
    assert 'value="energy/shore-power" checked' in page
    assert page.count("checked") == 3


def test_who_goes_back_to_everything_is_told_that_the_ticks_are_gone(ray: Client) -> None:
    send(ray, everything="no", topics=["energy"])
    page = words(send(ray, everything="yes", topics=["energy"]))
    assert "What you had ticked is not kept." in page


def test_nothing_chosen_is_refused_with_words(ray: Client) -> None:
    response = send(ray, everything="no")
    assert response.status_code == 200
    assert "Choose at least one topic, organisation or kind." in words(response)
    assert Subscription.objects.get().everything


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"everything": "perhaps"},
        {"topics": "no-such"},
        {"topics": "a\0b"},
        {"organisations": "1"},
        {"organisations": str(uuid7())},
        {"kinds": "person"},
        {"nonce": ""},
    ],
)
def test_a_bad_choice_is_refused_and_nothing_saved(ray: Client, bad: dict[str, str]) -> None:
    good = {"everything": "no", "kinds": "lesson"} if bad else {}
    assert send(ray, **good | bad).status_code == 200
    assert Subscription.objects.get().everything


def test_what_was_ticked_stays_when_something_is_refused(ray: Client) -> None:
    page = send(ray, everything="no", topics=["energy/lng", "no-such"]).content.decode()
    assert 'value="energy/lng" checked' in page


def test_who_has_no_mails_is_sent_to_choose_when(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.tokyo.reader)
    assert "Choose first when you want mails." in words(client.get("/digests/choice/", follow=True))


def test_a_mail_tells_what_was_chosen_and_how_to_change_it(ray: Client) -> None:
    send(ray, everything="no", topics=["energy"])
    assert "You chose: Energy and fuels." in words(ray.get("/digests/preview/"))


def test_the_page_costs_the_same_however_much_was_chosen(ray: Client, cast: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            ray.get("/digests/choice/")
        return len(captured)

    send(ray, everything="no", topics=["energy"], organisations=[])
    for_one = cost() + 0
    ports = [str(port.organisation.pk) for port in (cast.gothenburg, cast.tokyo)]
    send(ray, everything="no", topics=["energy", "digital", "energy/lng"], organisations=ports)
    assert cost() == for_one <= 12


def test_a_tick_that_would_not_count_is_not_taken_in_silence(ray: Client) -> None:
    page = words(send(ray, everything="yes", topics=["energy"]))
    assert "choose “only what I choose here” for it to count" in page


def test_who_goes_back_to_everything_need_not_take_each_tick_back(ray: Client) -> None:
    send(ray, everything="no", topics=["energy"])
    page = words(send(ray, everything="yes", topics=["energy"]))
    assert "You follow everything that you may read." in page
