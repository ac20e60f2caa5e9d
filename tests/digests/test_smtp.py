import datetime as dt
import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from time_machine import Traveller

from exchange.audiences.viewer import Role
from exchange.common import time
from exchange.digests import planning, sending
from exchange.digests.models import Digest, Subscription
from tests.cast import Cast, make_person
from tests.digests.scenes import DUE_IN_LOS_ANGELES, WEEK, only, publish, run, subscribe
from tests.digests.smtp import CUT, Received, SmtpServer

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def reader(cast: Cast, clock: Traveller) -> Subscription:
    """Ray of Los Angeles, whose mail with one lesson is due now."""
    subscription = subscribe(cast.los_angeles.reader)
    publish(cast, "Agree the plug – före fartyget <first>")
    clock.move_to(DUE_IN_LOS_ANGELES)
    return subscription


@pytest.fixture
def mail(reader: Subscription, smtp: SmtpServer) -> Received:
    """His mail, as it came over the wire."""
    assert run() == 1
    return smtp.taken[0]


def test_it_has_one_recipient(mail: Received) -> None:
    assert mail.recipients == ["ray@uslax.example.org"]
    assert mail.raw_headers["To"] == "ray@uslax.example.org"
    assert not {"Cc", "Bcc"} & mail.raw_headers.keys()


def test_it_says_that_a_program_wrote_it(mail: Received) -> None:
    headers = mail.raw_headers
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "All"
    assert headers["List-Id"] == "Port Exchange <digest.localhost>"


def test_one_click_arrives_unbroken(mail: Received, reader: Subscription) -> None:
    url = f"http://localhost:8000/u/{reader.token}"
    assert mail.raw_headers["List-Unsubscribe"] == f"<{url}>"
    assert mail.raw_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(url) <= 74
    assert len(reader.token) == 22


def test_the_address_in_the_header_ends_the_mails(mail: Received, reader: Subscription) -> None:
    path = mail.raw_headers["List-Unsubscribe"].removeprefix("<http://localhost:8000").strip(">")
    assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    reader.refresh_from_db()
    assert not reader.active


def test_its_date_is_the_clocks_and_its_id_the_rows(mail: Received, reader: Subscription) -> None:
    assert mail.raw_headers["Date"] == "Mon, 23 Nov 2026 16:00:00 +0000"
    assert mail.raw_headers["Message-ID"] == only(reader).message_id


def test_no_line_is_too_long_and_no_header_breaks(mail: Received) -> None:
    assert max(len(line) for line in mail.raw.splitlines()) <= 998
    assert "\n" not in mail.raw_headers["List-Unsubscribe"]
    subject = str(mail.parsed["Subject"])
    assert subject == "23 Nov: 1 thing new – Agree the plug – före fartyget <first>"
    assert mail.raw_headers["Subject"].startswith("=?utf-8?")


def test_text_comes_first_and_both_parts_have_the_same_links(mail: Received) -> None:
    kinds = [part.get_content_type() for part in mail.parsed.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    text = set(re.findall(r"https?://\S+", mail.part("plain")))
    html = set(re.findall(r'href="([^"]+)"', mail.part("html")))
    assert html - text == {"http://localhost:8000/"}
    assert not text - html


def test_the_text_part_is_text(mail: Received) -> None:
    text = mail.part("plain")
    assert "före fartyget <first>" in text
    assert not re.search(r"&[a-z]+;|&#", text)
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 76


def test_the_html_part_is_escaped_inlined_and_small(mail: Received) -> None:
    html = mail.part("html")
    assert "före fartyget &lt;first&gt;" in html
    assert '<html lang="en"' in html
    assert "prefers-color-scheme: dark" in html
    assert re.search(
        r'<h3 lang="en" style="[^"]+"><a href="[^"]+" style="[^"]+">Agree the plug', html
    )
    assert not re.search(r"<img|<script|<form|data:", html)
    assert len(html) < 90_000


def test_it_says_why_in_which_zone_and_how_to_end_it(mail: Received, reader: Subscription) -> None:
    for part in (mail.part("plain"), mail.part("html")):
        words = " ".join(part.split())
        assert "You follow everything that you may read." in words
        assert "America/Los_Angeles" in words
        assert "/digests/" in words
        assert reader.token in words


def test_a_later_is_tried_again_with_the_same_id(
    reader: Subscription, smtp: SmtpServer, clock: Traveller
) -> None:
    smtp.say(["451 4.3.0 later"])
    assert run() == 0
    row = only(reader)
    assert (row.state, row.smtp_code, row.smtp_answer) == ("planned", 451, "4.3.0 later")
    assert sending.send_waiting() == 0
    clock.shift(dt.timedelta(minutes=1))
    assert sending.send_waiting() == 1
    first, second = smtp.received
    assert first.parsed["Message-ID"] == second.parsed["Message-ID"]
    assert only(reader).state == "sent"


def test_a_later_for_a_day_is_given_up(
    reader: Subscription, smtp: SmtpServer, clock: Traveller
) -> None:
    smtp.say(["451 4.3.0 later"] * 50)
    run()
    for _hour in range(25):
        clock.shift(HOUR)
        sending.send_waiting()
    assert (only(reader).state, only(reader).reason) == ("failed", "gave_up")
    assert 10 < len(smtp.received) < 40


def test_a_refusal_is_final_and_has_its_reason(reader: Subscription, smtp: SmtpServer) -> None:
    smtp.at_recipient.append("550 5.1.1 nobody here")
    assert run() == 0
    row = only(reader)
    assert (row.state, row.reason, row.smtp_code) == ("failed", "refused", 550)
    assert row.smtp_answer == "5.1.1 nobody here"
    assert run() == 0


@pytest.mark.parametrize(
    ("place", "replies"),
    [
        ("at_hello", ["554 not you", "554 not you"]),
        ("at_sender", ["550 5.1.8 not from you"]),
        ("at_recipient", ["530 5.7.0 sign in first"]),
        ("at_recipient", ["554 5.7.1 relay access denied"]),
        ("at_recipient", ["xyz"]),
    ],
)
def test_what_is_wrong_with_us_costs_nobody_their_mail(
    reader: Subscription, smtp: SmtpServer, clock: Traveller, place: str, replies: list[str]
) -> None:
    getattr(smtp, place).extend(replies)
    assert run() == 0
    assert only(reader).state == "planned"
    clock.shift(HOUR)
    assert sending.send_waiting() == 1
    assert only(reader).state == "sent"


def test_a_garbled_answer_to_the_content_is_a_doubt(reader: Subscription, smtp: SmtpServer) -> None:
    smtp.say(["xyz"])
    run()
    assert (only(reader).state, only(reader).reason) == ("unknown", "lost_track")


def test_a_refusal_of_one_keeps_nobody_else_from_theirs(
    cast: Cast, reader: Subscription, smtp: SmtpServer, clock: Traveller
) -> None:
    other = subscribe(cast.los_angeles.coordinator)
    smtp.at_recipient.append("550 5.1.1 nobody here")
    publish(cast, "One more")
    clock.move_to(DUE_IN_LOS_ANGELES + WEEK)
    assert run() == 1
    assert {only(reader).state, only(other).state} == {"failed", "sent"}


def test_a_cut_after_the_data_is_unknown_and_not_sent_again(
    reader: Subscription, smtp: SmtpServer, clock: Traveller
) -> None:
    smtp.say([CUT])
    assert run() == 0
    assert (only(reader).state, only(reader).reason) == ("unknown", "lost_track")
    clock.shift(HOUR)
    assert run() == 0
    assert len(smtp.received) == 1


def test_a_cut_before_the_data_is_tried_again(
    reader: Subscription, smtp: SmtpServer, clock: Traveller
) -> None:
    smtp.at_sender.append(CUT)
    assert run() == 0
    assert only(reader).state == "planned"
    clock.shift(HOUR)
    assert run() == 1


def test_a_server_that_is_down_is_tried_again(
    reader: Subscription, smtp: SmtpServer, clock: Traveller, settings: Settings
) -> None:
    settings.EMAIL_PORT = 1
    assert run() == 0
    assert only(reader).state == "planned"
    settings.EMAIL_PORT = smtp.port
    clock.shift(HOUR)
    assert run() == 1


def test_those_behind_one_that_finds_no_server_wait_as_if_nothing_had_been(
    cast: Cast, clock: Traveller, smtp: SmtpServer, settings: Settings
) -> None:
    _six_subscribers(cast)
    settings.EMAIL_PORT = 1
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert run() == 0
    waiting = Digest.objects.waiting(time.now())
    assert set(waiting.values_list("state", "attempts")) == {("planned", 0)}
    assert waiting.count() == 5


def test_a_batch_goes_over_one_connection(cast: Cast, clock: Traveller, smtp: SmtpServer) -> None:
    _six_subscribers(cast)
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert run() == 6
    assert {mail.connection for mail in smtp.taken} == {1}


def test_a_connection_that_the_server_ends_is_replaced_at_once(
    cast: Cast, clock: Traveller, smtp: SmtpServer
) -> None:
    _six_subscribers(cast)
    smtp.at_sender.extend(["250 OK", "250 OK", "250 OK", CUT])
    clock.move_to(DUE_IN_LOS_ANGELES)
    assert run() == 6
    assert [mail.connection for mail in smtp.taken] == [1, 1, 1, 2, 2, 2]


def test_each_gets_one_mail_of_their_own(cast: Cast, clock: Traveller, smtp: SmtpServer) -> None:
    _six_subscribers(cast)
    clock.move_to(DUE_IN_LOS_ANGELES)
    planning.plan()
    sending.send_waiting()
    addresses = [mail.recipients for mail in smtp.taken]
    assert sorted(addresses) == [[f"p{number}@uslax.example.org"] for number in range(6)]


def _six_subscribers(cast: Cast) -> None:
    organisation = cast.los_angeles.organisation
    for number in range(6):
        subscribe(make_person(organisation, Role.READER, f"P{number} Person"))
    publish(cast, "Agree the plug first")
