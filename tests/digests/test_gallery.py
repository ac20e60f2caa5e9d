"""Mails at the edges of what can stand in them; the linter of `tests/mails.py` reads each, too."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import pytest

from exchange.accounts.models import User
from exchange.common.frames import Own, place
from exchange.common.languages import reading
from exchange.common.mail import Letter, address
from exchange.common.providers import Todo
from exchange.digests.choice import EVERYTHING
from exchange.digests.compose import News
from exchange.digests.letters import digest_parts
from exchange.digests.models import Subscription
from exchange.digests.sharing import Shelf, write_news

MONDAY = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
HOSTILE = [
    "</a><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ reader.email }}{% now 'Y' %}",
    "<!--news-->",
    "safe\u202egpj.exe",
    "Subject\r\nBcc: victim@example.org",
    "&" * 140,
    "’" * 140,
    "W" * 140,
]


@dataclass
class Told:
    """A thing with news, as the templates of a mail see it."""

    title: str = "Agree the plug first"
    summary: str = "Voltage and connector come first."
    byline: str = "Port of Gothenburg"
    others: int = 0
    url: str = "http://localhost:8000/lessons/018f0000-0000-7000-8000-000000000000/"
    happened: str = "published"
    date: dt.datetime = MONDAY
    why: str = "open to everybody"

    @property
    def flat_summary(self) -> str:
        return " ".join(self.summary.split())

    @property
    def entry(self) -> Any:
        return type("Entry", (), {"event": type("Event", (), {"pk": 1})})


def mail(
    *items: Told,
    more: int = 0,
    todos: int = 0,
    name: str = "Ray",
    language: str = "en",
    shelf: Shelf | None = None,
) -> Letter:
    """Write a digest that tells of `items`."""
    user = User(email="ray@example.org", full_name=name)
    subscription = Subscription(user=user)
    waiting = [
        Todo(
            kind="review",
            heading="Reviews",
            title="&" * 140,
            url="http://localhost:8000/x/",
            since=MONDAY,
        )
        for _ in range(todos)
    ]
    with reading(language):
        news = write_news(News(list(items), more), "UTC")  # type: ignore[arg-type]
        made = digest_parts(
            news,
            waiting,
            EVERYTHING,
            language=language,
            zone="UTC",
            moment=MONDAY,
            reader=user,
            shelf=shelf or Shelf(),
            subscription=subscription,
        )
    return address(made, to=user.email, kind="digest", unsubscribe_url=subscription.unsubscribe_url)


def html(letter: Letter) -> str:
    return str(letter.message.alternatives[0][0])


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_only_words(title: str) -> None:
    letter = mail(Told(title=title, summary=title, byline=title), name=title)
    assert "<script" not in html(letter)
    assert "victim" not in str(letter.message.extra_headers)
    assert "Bcc" not in letter.message.message()


def test_readers_of_one_frame_are_each_called_by_their_own_name() -> None:
    shelf = Shelf()
    ray, cole = (mail(Told(), name=name, shelf=shelf) for name in ("Ray <b>", "Cole"))
    assert "For Ray &lt;b&gt; (ray@example.org)." in html(ray)
    assert "For Ray <b> (ray@example.org)." in str(ray.message.body)
    for body in (html(cole), str(cole.message.body)):
        assert "For Cole (ray@example.org)." in body
        assert "Ray" not in body


def test_readers_of_one_frame_each_end_their_own_mails() -> None:
    shelf = Shelf()
    for letter in (mail(Told(), shelf=shelf), mail(Told(), shelf=shelf)):
        own = letter.message.extra_headers["List-Unsubscribe"].strip("<>")
        assert re.findall(r"http\S+/u/[\w-]+", html(letter) + str(letter.message.body)) == [
            own,
            own,
        ]


def test_what_waits_for_one_reader_stands_in_no_other_mail() -> None:
    shelf = Shelf()
    assert "Reviews" in html(mail(Told(), todos=1, shelf=shelf))
    assert "Reviews" not in html(mail(Told(), shelf=shelf))


@pytest.mark.parametrize("name", ["news", "reader", "unsubscribe_url"])
def test_a_name_takes_no_place(name: str) -> None:
    """Not even one that knows how places are kept."""
    letter = mail(Told(title="Agree"), name=place(name))
    assert f"For {place(name)} (ray@example.org)" in html(letter)


def test_a_value_of_the_readers_own_ends_no_attribute() -> None:
    assert Own.words('" onclick="x<&').html == "&quot; onclick=&quot;x&lt;&amp;"


def test_who_has_no_name_is_called_by_their_address() -> None:
    assert "For ray@example.org. It comes every week, as you chose." in str(
        mail(Told(), name="").message.body
    )


def test_the_account_is_named_beside_the_name() -> None:
    words = " ".join(str(mail(Told()).message.body).split())
    assert "For Ray (ray@example.org). It comes every week, as you chose." in words


@pytest.mark.parametrize("filler", ["W", "&", "’", "𝄞", "word "])
def test_twenty_of_the_longest_stay_below_what_programs_cut_off(filler: str) -> None:
    long = Told(title=filler * 200, summary=filler * 500, byline=filler * 100, why=filler * 120)
    letter = mail(*[long] * 20, more=480, todos=40)
    assert letter.html_size < 90_000
    assert letter.text_size < 40_000
    assert letter.message.subject.startswith("23 Nov: 500 things new")
    assert "30 more wait for you" in str(letter.message.body)
    assert "End these mails" in html(letter)


def test_what_does_not_fit_is_counted() -> None:
    few, large = mail(Told()), mail(*[Told(summary="&" * 5_000)] * 20)
    assert "more on the exchange" not in str(few.message.body)
    told = html(large).count("Agree the plug first</a>")
    assert 0 < told < 20
    assert f"{20 - told} more on the exchange" in html(large)


def test_one_that_is_too_large_by_itself_is_told_all_the_same() -> None:
    news = write_news(News([Told(summary="&" * 20_000)], 0), "UTC")  # type: ignore[list-item]
    assert (news.count, news.more) == (1, 0)


@pytest.mark.parametrize("language", ["en", "sv", "es"])
def test_each_language_makes_a_sound_mail(language: str) -> None:
    assert 'lang="en"' in html(mail(Told(), more=3, todos=2, language=language))
