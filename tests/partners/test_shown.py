"""People who agreed to be shown to partners: seen by those alone, and only as long as they agree."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from exchange.activity.models import Event
from exchange.audiences.viewer import Role
from exchange.common.errors import Conflict, Forbidden, Invalid
from exchange.common.ids import uuid7
from exchange.partners.actions import end_membership, show_to_partners
from exchange.partners.models import Membership
from exchange.partners.viewers import anonymous, viewer_of_client
from tests.cast import Cast, eyes
from tests.partners.factories import make_client, membership, put_aside, show
from tests.partners.pages import at


def sees(cast: Cast, viewer: object) -> bool:
    rows = Membership.objects.visible_to(viewer)
    return bool(rows.filter(organisation=cast.gothenburg.organisation).exists())


def test_nobody_is_shown_who_did_not_say_so(cast: Cast) -> None:
    assert not sees(cast, eyes(cast.tokyo.coordinator))


def test_partners_see_who_agreed_and_what_they_said(cast: Cast, client: Client) -> None:
    show(cast.gothenburg, "contributor", function="Head of rail", mailbox="karin@example.org")
    client.force_login(cast.tokyo.reader)
    page = client.get(at(cast, "organisation")).content.decode()
    assert all(word in page for word in ("Karin Skrift", "Head of rail", "karin@example.org"))
    assert "Siv Samordnare" not in page
    assert "karin@segot.example.org" not in page


@pytest.mark.parametrize(("field", "value"), [("function", "\ud800"), ("mailbox", "n@\ud800.org")])
def test_text_that_no_database_keeps_is_refused(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        show(cast.gothenburg, "contributor", **{field: value})
    assert refused.value.errors.keys() == {field}


@pytest.mark.parametrize("who", ["passer-by", "program", "suspended partner", "no member"])
def test_nobody_else_sees_them(cast: Cast, who: str) -> None:
    show(cast.gothenburg, "contributor")
    viewer = {
        "passer-by": lambda: anonymous(),
        "program": lambda: viewer_of_client(make_client(cast.tokyo)[0]),
        "suspended partner": lambda: (
            put_aside(cast.tokyo.organisation) and eyes(cast.tokyo.coordinator)
        ),
        "no member": lambda: membership(cast.tokyo, "reader").delete() and eyes(cast.tokyo.reader),
    }[who]()
    assert not sees(cast, viewer)


@pytest.mark.parametrize("way", ["taken back", "membership ended", "account closed", "suspended"])
def test_it_ends_at_once(cast: Cast, way: str) -> None:
    port, karin = cast.gothenburg, cast.gothenburg.contributor
    held = show(port, "contributor", function="Head of rail")
    if way == "taken back":
        hide = {"is_shown": False, "function": "kept?", "mailbox": ""}
        show_to_partners(actor=eyes(karin), organisation=port.organisation, **hide)  # type: ignore[arg-type]
        assert Membership.objects.get(pk=held.pk).function == ""
    elif way == "membership ended":
        end_membership(actor=eyes(karin), membership=held)
    elif way == "account closed":
        type(karin).objects.filter(pk=karin.pk).update(is_active=False)
    else:
        put_aside(port.organisation)
    assert not sees(cast, eyes(cast.tokyo.coordinator))


def test_home_hears_of_it_and_the_log_holds_no_name(cast: Cast) -> None:
    port = cast.gothenburg
    show(port, "contributor", function="Zqfunction")
    show(port, "contributor", function="Zqfunction")
    event = Event.objects.get(verb="organisation.member_shown")
    assert (event.audience, event.data) == (port.home, {"user": str(port.contributor.pk)})


def test_nobody_agrees_for_another(cast: Cast) -> None:
    says = {"is_shown": True, "function": "", "mailbox": ""}
    for actor, refusal in (
        (eyes(cast.tokyo.coordinator), Conflict),
        (viewer_of_client(make_client(cast.gothenburg, may_write=True)[0]), Forbidden),
    ):
        with pytest.raises(refusal):
            show_to_partners(actor=actor, organisation=cast.gothenburg.organisation, **says)  # type: ignore[arg-type]
    assert not Membership.objects.shown().exists()


def test_a_bad_address_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        show(cast.gothenburg, "contributor", mailbox="nobody")


def test_who_is_not_shown_has_nothing_kept(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(role=Role.READER).update(function="kept")


def test_the_page_shows_and_hides(cast: Cast, siv: Client) -> None:
    shown = {"is_shown": "on", "function": "Coordinator", "nonce": uuid7()}
    assert siv.post(at(cast, "shown"), shown).status_code == 302
    assert sees(cast, eyes(cast.tokyo.reader))
    assert siv.post(at(cast, "shown"), {"nonce": uuid7()}).status_code == 302
    assert not sees(cast, eyes(cast.tokyo.reader))


def test_a_bad_answer_keeps_what_was_typed(cast: Cast, siv: Client) -> None:
    body = {"is_shown": "on", "function": "Zqkept", "mailbox": "x", "nonce": uuid7()}
    answer = siv.post(at(cast, "shown"), body)
    assert (answer.status_code, "Zqkept" in answer.content.decode()) == (200, True)


def test_the_last_coordinator_is_told_how_to_hand_over_before_they_try(
    cast: Cast, siv: Client
) -> None:
    page = siv.get(at(cast, "leave")).content.decode()
    assert "last coordinator" in page
    assert 'method="post"' not in page.split("<main")[1].split("</main")[0]
