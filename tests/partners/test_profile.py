"""What an organisation says of itself, and how coordinators change it."""

from typing import Any

import pytest
from django.test import Client

from exchange.activity.models import Event
from exchange.common.errors import Forbidden, Invalid, Stale
from exchange.common.ids import uuid7
from exchange.partners.actions import change_organisation
from exchange.partners.models import Organisation
from tests.cast import Cast, eyes
from tests.partners.factories import describe, put_aside
from tests.partners.pages import at


def sent(**changes: Any) -> dict[str, Any]:
    return {
        "about": "We **share**.",
        "website": "https://port.example.org",
        "mailbox": "lessons@example.org",
        "timezone": "Europe/Stockholm",
        "lock": 1,
        "nonce": uuid7(),
        **changes,
    }


def test_everybody_reads_what_a_coordinator_wrote(cast: Cast, siv: Client, client: Client) -> None:
    assert siv.post(at(cast, "profile"), sent()).status_code == 302
    page = Client().get(at(cast, "organisation")).content.decode()
    assert "We <strong>share</strong>." in page
    assert "mailto:lessons@example.org" in page


def test_the_log_says_at_home_what_was_changed_not_the_words(cast: Cast) -> None:
    describe(cast.gothenburg, about="Zqsecret", website="https://port.example.org")
    event = Event.objects.get(verb="organisation.changed")
    assert (event.audience, event.data) == (
        cast.gothenburg.home,
        {"fields": ["about", "website"]},
    )


def test_the_same_words_are_no_change(cast: Cast) -> None:
    assert describe(cast.gothenburg).lock == 1
    assert not Event.objects.filter(verb="organisation.changed").exists()


def test_who_saves_second_is_shown_both_and_may_save_again(cast: Cast, siv: Client) -> None:
    describe(cast.gothenburg, about="Zqtheirs")
    answer = siv.post(at(cast, "profile"), sent(about="Zqmine"))
    page = answer.content.decode()
    assert (answer.status_code, "Zqtheirs" in page, "Zqmine" in page) == (409, True, True)
    assert Organisation.objects.get(unlocode="SEGOT").about == "Zqtheirs"
    form = answer.context["form"]
    again = sent(about="Zqboth", lock=form["lock"].value(), nonce=form["nonce"].value())
    assert siv.post(at(cast, "profile"), again).status_code == 302
    assert Organisation.objects.get(unlocode="SEGOT").about == "Zqboth"


@pytest.mark.parametrize(("field", "value"), [("about", "\ud800"), ("mailbox", "n@\ud800.org")])
def test_text_that_no_database_keeps_is_refused(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        describe(cast.gothenburg, **{field: value})
    assert refused.value.errors.keys() == {field}


def test_a_double_click_makes_one_change(cast: Cast, siv: Client) -> None:
    body = sent()
    assert [siv.post(at(cast, "profile"), body).status_code for _time in range(2)] == [302, 302]
    assert Event.objects.filter(verb="organisation.changed").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("about", "x" * 4001),
        ("about", "\x00"),
        ("website", "javascript:alert(1)"),
        ("mailbox", "nobody"),
        ("timezone", "Mars/Base"),
    ],
)
def test_a_bad_value_is_named_and_what_was_typed_stays(
    cast: Cast, siv: Client, field: str, value: str
) -> None:
    answer = siv.post(at(cast, "profile"), sent(**{"about": "Zqkept", field: value}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert field == "about" or "Zqkept" in answer.content.decode()
    assert Organisation.objects.get(unlocode="SEGOT").lock == 1


def test_the_action_checks_as_the_form_does(cast: Cast) -> None:
    with pytest.raises(Invalid):
        describe(cast.gothenburg, timezone="Mars/Base")
    with pytest.raises(Stale):
        change_organisation(
            actor=eyes(cast.gothenburg.coordinator),
            organisation=cast.gothenburg.organisation,
            lock=7,
            about="",
            website="",
            timezone="UTC",
            mailbox="",
        )


@pytest.mark.parametrize("who", ["reviewer", "outsider", "suspended"])
def test_nobody_else_changes_it(cast: Cast, who: str) -> None:
    port = cast.gothenburg
    actor = {
        "reviewer": eyes(port.reviewer),
        "outsider": eyes(cast.tokyo.coordinator),
        "suspended": eyes(port.coordinator),
    }[who]
    if who == "suspended":
        put_aside(port.organisation)
    with pytest.raises(Forbidden):
        change_organisation(
            actor=actor,
            organisation=port.organisation,
            lock=1,
            about="Mine",
            website="",
            timezone="UTC",
            mailbox="",
        )
