import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from time_machine import Traveller

from exchange.common.ids import uuid7
from exchange.digests import planning, sending
from exchange.digests.models import Digest, Subscription
from tests.cast import Cast
from tests.digests.scenes import DUE_IN_LOS_ANGELES, only, publish, run, subscribe

WISH = {"cadence": "weekly", "weekday": "1", "hour": "8", "zone": ""}


@pytest.fixture
def ray(cast: Cast, clock: Traveller) -> Client:
    client = Client()
    client.force_login(cast.los_angeles.reader)
    return client


def words(response: Any) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def press(client: Client, path: str, **data: str) -> Any:
    return client.post(path, {"nonce": str(uuid7()), **data}, follow=True)


def test_it_subscribes_and_names_the_next_three_times(ray: Client, cast: Cast) -> None:
    page = words(press(ray, "/digests/", **WISH))
    assert "Monday 23 November 2026, 08:00 (America/Los_Angeles)" in page
    assert "Monday 30 November 2026, 08:00" in page
    assert "Monday 7 December 2026, 08:00" in page
    assert Subscription.objects.get().user == cast.los_angeles.reader


@pytest.mark.parametrize("typed", ["Asia/Kathmandu", "kathmandu"])
def test_another_zone_is_named(ray: Client, typed: str) -> None:
    page = words(press(ray, "/digests/", **WISH | {"zone": typed}))
    assert "Monday 23 November 2026, 08:00 (Asia/Kathmandu)" in page


def test_nobody_is_subscribed_unasked(ray: Client) -> None:
    ray.get("/digests/")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [{"cadence": "hourly"}, {"weekday": "8"}, {"hour": "24"}, {"zone": "Mars/Base"}, {"nonce": ""}],
)
def test_a_bad_wish_is_refused_and_nothing_saved(ray: Client, bad: dict[str, str]) -> None:
    response = press(ray, "/digests/", **WISH | bad)
    assert response.status_code == 200
    assert not Subscription.objects.exists()


def test_a_zone_that_is_none_does_not_hide_a_pause_that_cannot_be(ray: Client) -> None:
    days = {"paused_from": "2027-02-02", "paused_to": "2027-02-01"}
    answer = press(ray, "/digests/", **WISH | days | {"zone": "Mars/Base"})
    assert set(answer.context["form"].errors) == {"zone", "paused_to"}


def test_who_is_in_no_organisation_is_told_so(cast: Cast, ray: Client) -> None:
    cast.los_angeles.reader.memberships.all().delete()
    shown = ray.get("/digests/").content.decode()
    assert "Only members of an organisation that takes part get these mails" in shown
    assert "Start these mails" not in shown
    assert press(ray, "/digests/", **WISH).status_code == 403


def test_who_saves_is_told_when_the_next_mail_comes(ray: Client) -> None:
    said = words(press(ray, "/digests/", **WISH))
    assert "The next mail comes on 23 November 2026, 08:00 (America/Los_Angeles)" in said


def test_it_ends_and_undoes(ray: Client) -> None:
    press(ray, "/digests/", **WISH)
    assert "You ended these mails on 18 November 2026" in words(press(ray, "/digests/stop/"))
    assert not Subscription.objects.get().active
    press(ray, "/digests/resume/")
    assert Subscription.objects.get().active


def test_who_ended_them_is_told_what_they_had_chosen(ray: Client) -> None:
    press(ray, "/digests/", **WISH)
    press(ray, "/digests/choice/", everything="no", kinds=["lesson"])
    said = words(press(ray, "/digests/stop/"))
    assert "You chose: every lesson. That comes back when you start these mails again." in said


def test_who_ended_them_and_whose_choice_is_gone_is_told_to_choose_anew(ray: Client) -> None:
    press(ray, "/digests/", **WISH)
    press(ray, "/digests/choice/", everything="no", kinds=["lesson"])
    press(ray, "/digests/stop/")
    Subscription.objects.update(kinds=["gone"])
    said = words(ray.get("/digests/"))
    assert "When you start these mails again, choose anew what they tell." in said
    assert "That comes back" not in said


def test_undoing_keeps_the_window(ray: Client, cast: Cast) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    press(ray, "/digests/stop/")
    publish(cast, "While it was ended")
    press(ray, "/digests/resume/")
    assert planning.window_starts([subscription])[subscription.pk] == subscription.started_position


def test_undoing_brings_back_the_mail_that_the_end_stopped(
    ray: Client, cast: Cast, clock: Traveller
) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "Before it was ended")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    press(ray, "/digests/stop/")
    assert only(subscription).state == "suppressed"
    press(ray, "/digests/resume/")
    assert only(subscription).state == "planned"


def test_ending_leaves_alone_what_is_at_the_server(
    ray: Client, cast: Cast, clock: Traveller
) -> None:
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "On its way")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    Digest.objects.update(state="sending")
    press(ray, "/digests/stop/")
    assert only(subscription).state == "sending"


def test_the_preview_can_be_sent_from_where_it_is_shown(ray: Client) -> None:
    assert "/digests/send-now/" not in words(ray.get("/digests/preview/"))
    press(ray, "/digests/", **WISH)
    assert 'action="/digests/send-now/"' in ray.get("/digests/preview/").content.decode()


def test_it_tells_what_became_of_each_mail(ray: Client, cast: Cast, clock: Traveller) -> None:
    subscribe(cast.los_angeles.reader)
    clock.move_to(DUE_IN_LOS_ANGELES)
    run()
    page = words(ray.get("/digests/"))
    assert (
        "23 Nov 2026, 08:00 not needed There was nothing new that you follow and may read." in page
    )


def test_it_shows_nobody_elses_mails(ray: Client, cast: Cast, clock: Traveller) -> None:
    subscribe(cast.los_angeles.coordinator)
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    run()
    assert "What was sent" not in words(ray.get("/digests/"))
    assert ray.get(f"/digests/{Digest.objects.get().pk}/").status_code == 404


def test_send_now_sends_one_mail_for_one_press(ray: Client, cast: Cast, clock: Traveller) -> None:
    publish(cast, "Published before the subscription")
    subscribe(cast.los_angeles.reader)
    nonce = str(uuid7())
    for _press in range(2):
        press(ray, "/digests/send-now/", nonce=nonce)
    assert sending.send_waiting() == 1
    assert Digest.objects.get().on_request


def test_a_mail_sent_by_hand_says_so(
    ray: Client, cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    publish(cast, "Published before the subscription")
    subscribe(cast.los_angeles.reader)
    press(ray, "/digests/send-now/")
    sending.send_waiting()
    said = " ".join(str(mailoutbox[-1].body).split())
    assert "sent at once because you asked for it; your regular mails come every week." in said


def test_send_now_needs_a_subscription(ray: Client) -> None:
    assert "Choose first when you want mails." in words(press(ray, "/digests/send-now/"))


def test_the_preview_is_the_mail(
    ray: Client, cast: Cast, clock: Traveller, mailoutbox: list[Any]
) -> None:
    subscribe(cast.los_angeles.reader)
    publish(cast, "Agree the <plug> first")
    page = ray.get("/digests/preview/").content.decode()
    assert "Agree the &lt;plug&gt; first" in page
    assert "<plug>" not in page
    press(ray, "/digests/send-now/")
    sending.send_waiting()
    assert f"<dd>{mailoutbox[0].subject}".replace("<plug>", "&lt;plug&gt;") in page
    assert "style=" not in page


def test_the_preview_sends_nothing(ray: Client, cast: Cast, mailoutbox: list[Any]) -> None:
    publish(cast, "Agree the plug first")
    ray.get("/digests/preview/")
    assert not Digest.objects.exists()
    assert not mailoutbox


def test_a_mail_read_again_shows_what_one_may_see_now(
    ray: Client, cast: Cast, clock: Traveller
) -> None:
    subscribe(cast.los_angeles.reader)
    publish(cast, "Seen by Los Angeles")
    clock.move_to(DUE_IN_LOS_ANGELES)
    run()
    address = f"/digests/{Digest.objects.get().pk}/"
    assert "Seen by Los Angeles" in words(ray.get(address))
    cast.los_angeles.reader.memberships.all().delete()
    assert "Seen by Los Angeles" not in words(ray.get(address))
