"""What became of each mail is told in words, to its reader and to who helps them."""

import pytest
from django.test import Client
from time_machine import Traveller

from exchange.accounts.models import User
from exchange.digests import planning
from exchange.digests.models import Digest, Reason, State
from tests.cast import Cast
from tests.digests.scenes import DUE_IN_LOS_ANGELES, only, publish, subscribe
from tests.digests.test_settings_page import words
from tests.lessons.factories import make_lesson


@pytest.fixture
def row(cast: Cast, clock: Traveller) -> Digest:
    """A mail of Ray's that is due now."""
    subscribe(cast.los_angeles.reader)
    publish(cast, "Agree the plug first")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    return Digest.objects.get()


def history(user: User) -> str:
    client = Client()
    client.force_login(user)
    return words(client.get("/digests/"))


@pytest.mark.parametrize("state", list(State))
def test_each_state_has_words(row: Digest, state: State) -> None:
    Digest.objects.update(state=state)
    assert f"23 Nov 2026, 08:00 {state.label}" in history(row.subscription.user)


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_has_words(row: Digest, reason: Reason) -> None:
    Digest.objects.update(state=State.SUPPRESSED, reason=reason)
    assert len(reason.label.split()) > 3
    assert str(reason.label) in history(row.subscription.user)


def test_a_servers_answer_is_shown_with_its_code(row: Digest) -> None:
    Digest.objects.update(
        state=State.FAILED, reason=Reason.REFUSED, smtp_code=550, smtp_answer="5.1.1 nobody <here>"
    )
    assert "550 5.1.1 nobody &lt;here&gt;" in history(row.subscription.user)


def test_a_mail_of_nothing_but_what_waits_is_read_again(cast: Cast, clock: Traveller) -> None:
    rolf = cast.gothenburg.reviewer
    mails = subscribe(rolf)
    lesson = make_lesson(cast, state="in_review")
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    client = Client()
    client.force_login(rolf)
    page = words(client.get(f"/digests/{only(mails).pk}/"))
    assert str(lesson.latest_version) in page
    assert "nothing that you may see" not in page


def test_the_operator_sees_why_somebody_got_none_but_not_what_stood_in_it(
    row: Digest, admin_client: Client
) -> None:
    Digest.objects.update(state=State.SUPPRESSED, reason=Reason.PAUSED)
    found = words(admin_client.get("/admin/digests/digest/?q=ray@uslax.example.org"))
    assert "2026-W48 not sent You had paused these mails." in found
    one = words(admin_client.get(f"/admin/digests/digest/{row.pk}/change/"))
    assert "You had paused these mails." in one
    assert "Agree the plug first" not in found + one
