import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.accounts.models import User
from exchange.activity.sequencer import place_events
from exchange.common.ids import uuid7
from exchange.digests.feeds.actions import end_feed_address, make_feed_address
from exchange.digests.models import FeedAddress
from exchange.lessons.choices import State
from exchange.lessons.models import Lesson
from exchange.partners.actions import end_membership
from exchange.partners.models import Membership
from tests.cast import Cast, eyes
from tests.digests.atom import read
from tests.lessons.factories import CANARY, act, make_lesson
from tests.lessons.pages import browser, page

PUBLIC = "/news.atom"
PAGE = "/digests/feed/"
NAMED_TWICE = {"title": "Agree the plug first", "titles": {"sv": "Enas om kontakten"}}


def feed_of(user: User) -> str:
    """Give a person's feed an address and return it."""
    return reverse("digests:private_news", args=[make_feed_address(actor=eyes(user))])


def titles(address: str) -> set[str]:
    """Return the titles that a feed reader without cookies finds."""
    place_events()
    return {entry.title for entry in read(Client().get(address))} - {
        "Port of Gothenburg",
        "Port of Los Angeles",
        "Port of Tokyo",
    }


def entry_for(lesson: Lesson, address: str) -> Any:
    place_events()
    found = [one for one in read(Client().get(address)) if one.id == f"urn:uuid:{lesson.pk}"]
    assert len(found) == 1
    return found[0]


def share(cast: Cast, title: str, **where: Any) -> Lesson:
    return make_lesson(cast, text={"title": title}, **where)


def test_each_reader_finds_what_they_may_see(cast: Cast) -> None:
    share(cast, "for everybody", audience=cast.public)
    share(cast, "for partners", audience=cast.partners)
    share(cast, "for the parties")
    share(cast, "at home", audience=cast.gothenburg.home)
    share(cast, "a draft", state=State.CAPTURED)
    found = [
        titles(address)
        for address in (
            PUBLIC,
            feed_of(cast.tokyo.reader),
            feed_of(cast.los_angeles.reader),
            feed_of(cast.gothenburg.reader),
        )
    ]
    expected = ["for everybody", "for partners", "for the parties", "at home"]
    assert found == [set(expected[: number + 1]) for number in range(4)]


def test_news_for_everybody_are_in_english_whoever_asks(cast: Cast) -> None:
    make_lesson(cast, audience=cast.public, text=NAMED_TWICE)
    place_events()
    answer = Client().get(PUBLIC, headers={"accept-language": "sv"})
    assert [entry.title for entry in read(answer)] == ["Agree the plug first"]


def test_ones_own_news_name_things_in_ones_own_language(cast: Cast) -> None:
    User.objects.filter(pk=cast.gothenburg.reader.pk).update(language="sv")
    lesson = make_lesson(cast, text=NAMED_TWICE)
    assert entry_for(lesson, feed_of(cast.gothenburg.reader)).title == "Enas om kontakten"


def test_an_entry_tells_whose_it_is_and_where(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public)
    entry = entry_for(lesson, PUBLIC)
    assert entry.author == "Port of Gothenburg"
    assert entry.link.endswith(lesson.get_absolute_url())
    assert entry.summary.startswith("<p>Published.</p><p>Shore power works")
    assert "Rolf" not in entry.summary


def test_who_is_signed_in_does_not_matter(cast: Cast) -> None:
    share(cast, "for the parties")
    place_events()
    answers = [browser(user).get(PUBLIC) for user in (cast.gothenburg.reader, None)]
    assert answers[0].content == answers[1].content
    assert not any(answer.cookies for answer in answers)


def test_what_readers_lose_is_gone_at_the_next_fetch(cast: Cast) -> None:
    lesson = share(cast, "lost")
    address = feed_of(cast.los_angeles.reader)
    assert titles(address) == {"lost"}
    act("change_audience", lesson, cast.gothenburg, audience=cast.gothenburg.home)
    assert titles(address) == set()


def test_a_withdrawn_lesson_is_told_as_withdrawn_at_home_alone(cast: Cast) -> None:
    lesson = make_lesson(cast, state=State.WITHDRAWN)
    assert titles(feed_of(cast.los_angeles.reader)) == set()
    entry = entry_for(lesson, feed_of(cast.gothenburg.reader))
    assert entry.summary.startswith("<p>Withdrawn.</p>")
    assert "The figures were wrong." not in entry.summary


def test_who_leaves_an_organisation_reads_no_more_of_it(cast: Cast) -> None:
    share(cast, "for the parties")
    share(cast, "for everybody", audience=cast.public)
    ray = cast.los_angeles.reader
    address = feed_of(ray)
    end_membership(
        actor=eyes(cast.los_angeles.coordinator), membership=Membership.objects.get(user=ray)
    )
    assert titles(address) == {"for everybody"}


def closed(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def ended(user: User) -> None:
    end_feed_address(actor=eyes(user))


def reset(user: User) -> None:
    make_feed_address(actor=eyes(user))


def erased(user: User) -> None:
    User.objects.filter(pk=user.pk).delete()


@pytest.mark.parametrize("end", [closed, ended, reset, erased])
def test_an_address_that_ended_is_answered_like_one_of_nobody(cast: Cast, end: Any) -> None:
    make_lesson(cast, canary=True)
    address = feed_of(cast.los_angeles.reader)
    assert CANARY in "".join(titles(address))
    end(cast.los_angeles.reader)
    answers = [Client().get(one) for one in (address, f"/news/{'x' * 43}.atom", "/news/é.atom")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_lesson_published_anew_is_the_same_entry_with_a_newer_date(cast: Cast) -> None:
    lesson = make_lesson(cast, audience=cast.public)
    before = entry_for(lesson, PUBLIC)
    for step in ("revise", "submit", "approve", "publish"):
        lesson = act(step, lesson, cast.gothenburg)
    after = entry_for(lesson, PUBLIC)
    assert (after.id, after.title) == (before.id, "A better title")
    assert after.updated > before.updated


def test_a_feed_that_did_not_change_is_not_sent_again(cast: Cast) -> None:
    lesson = share(cast, "for everybody", audience=cast.public)
    place_events()
    tag = Client().get(PUBLIC)["ETag"]
    again = Client().get(PUBLIC, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    act("withdraw", lesson, cast.gothenburg)
    place_events()
    changed = Client().get(PUBLIC, headers={"if-none-match": tag})
    assert "for everybody" not in {entry.title for entry in read(changed)}


def test_what_has_no_summary_is_told_in_one_paragraph(cast: Cast) -> None:
    place_events()
    told = {entry.title: entry.summary for entry in read(Client().get(feed_of(cast.tokyo.reader)))}
    assert told["Port of Gothenburg"] == "<p>Admitted.</p>"


def test_an_empty_feed_says_the_same_twice(db: None) -> None:
    first, second = Client().get(PUBLIC), Client().get(PUBLIC)
    assert read(first) == []
    assert first["ETag"] == second["ETag"]


def test_no_shared_cache_keeps_a_feed(cast: Cast) -> None:
    for address in (PUBLIC, feed_of(cast.tokyo.reader)):
        assert "private" in Client().get(address)["Cache-Control"]


def test_texts_are_escaped_and_what_xml_cannot_say_is_left_out(cast: Cast) -> None:
    hostile = "<script>alert(1)</script> & ]]> \ufffe\uffff \U0001f600 end"
    lesson = make_lesson(cast, audience=cast.public, text={"title": hostile, "summary": hostile})
    entry = entry_for(lesson, PUBLIC)
    assert entry.title == "<script>alert(1)</script> & ]]>  \U0001f600 end"
    assert "<script>" not in entry.summary
    assert "&lt;script&gt;" in entry.summary


def test_a_feed_costs_the_same_for_one_lesson_and_for_many(cast: Cast) -> None:
    address = feed_of(cast.los_angeles.reader)
    counts = []
    for number in (1, 49):
        for _ in range(number):
            make_lesson(cast)
        place_events()
        with CaptureQueriesContext(connection) as captured:
            read(Client().get(address))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 8


def test_the_newest_fifty_are_told(cast: Cast) -> None:
    for _ in range(52):
        make_lesson(cast, audience=cast.public)
    place_events()
    assert len(read(Client().get(PUBLIC))) == 50


def make_on_page(client: Client, nonce: str | None = None) -> str:
    """Press the button on the page; return the address that the next page shows."""
    text = page(client.post(PAGE, {"nonce": nonce or str(uuid7())}))
    found = re.search(r'value="[^"]*(/news/[^"]+\.atom)"', text)
    return found[1] if found else ""


def test_the_page_shows_an_address_once_and_resets_it(cast: Cast) -> None:
    ray = browser(cast.los_angeles.reader)
    first = make_on_page(ray)
    assert first not in page(ray.get(PAGE))
    second = make_on_page(ray)
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]


def test_a_new_address_is_in_the_security_log(cast: Cast) -> None:
    ray = browser(cast.los_angeles.reader)
    make_on_page(ray)
    text = page(ray.get("/preferences/security/"))
    assert "Made a private address for the news feed" in text


def test_a_second_press_of_the_same_button_makes_no_second_address(cast: Cast) -> None:
    ray = browser(cast.los_angeles.reader)
    nonce = str(uuid7())
    address = make_on_page(ray, nonce)
    text = page(ray.post(PAGE, {"nonce": nonce}))
    assert "This address was shown once already." in text
    assert Client().get(address).status_code == 200


def test_the_page_ends_the_feed(cast: Cast) -> None:
    ray = browser(cast.los_angeles.reader)
    address = make_on_page(ray)
    ray.post(f"{PAGE}end/", {"nonce": str(uuid7())})
    assert Client().get(address).status_code == 404
    assert "Make my address" in page(ray.get(PAGE))


def test_no_table_holds_the_token(cast: Cast) -> None:
    address = feed_of(cast.los_angeles.reader)
    token = address.removeprefix("/news/").removesuffix(".atom")
    kept = repr(list(FeedAddress.objects.values()))
    assert len(token) == 43
    assert token not in kept


def test_a_private_feed_does_not_name_its_own_address(cast: Cast) -> None:
    address = feed_of(cast.los_angeles.reader)
    answer = Client().get(address)
    assert address.removeprefix("/news/") not in answer.content.decode() + repr(answer.headers)


def test_the_library_names_the_feed_for_everybody(cast: Cast) -> None:
    link = '<link rel="alternate" type="application/atom+xml"'
    text = page(browser(None).get(reverse("lessons:library")))
    assert link in text
    assert f'href="{PUBLIC}"' in text
