"""What browsers and crawlers ask for by themselves is there."""

from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("name", "kind"), [("favicon.ico", "image/x-icon"), ("robots.txt", "text/plain")]
)
def test_it_is_answered(client: Client, name: str, kind: str) -> None:
    answer = client.get(f"/{name}")
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, kind)


@pytest.mark.parametrize(
    ("path", "read"), [("/", True), ("/lessons/0190a/", True), ("/search/", False)]
)
def test_crawlers_read_lessons_but_not_every_search(client: Client, path: str, read: bool) -> None:
    rules = RobotFileParser()
    rules.parse(b"".join(client.get("/robots.txt")).decode().splitlines())
    assert rules.can_fetch("crawler", path) is read
