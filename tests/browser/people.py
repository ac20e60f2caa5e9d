"""People at a browser: each in a context of their own, every complaint of the browser kept."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

CHROMIUM = os.environ.get("EXCHANGE_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser; each person takes a context of their own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Person:
    """Somebody at their browser; `complaints` are its errors, broken policies included."""

    def __init__(self, browser: Browser, base: str, email: str = "", password: str = "") -> None:
        self.base = base
        self.email = email
        self.complaints: list[str] = []
        self.page: Page = browser.new_context(locale="en-GB").new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if email:
            self.signs_in(password)

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that is not for one's eyes is meant to answer 404.
        if message.type in {"error", "warning"} and "404 (Not Found)" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def signs_in(self, password: str) -> None:
        """Sign in from the start page."""
        self.open("/")
        self.page.get_by_role("banner").get_by_role("link", name="Sign in").first.click()
        self.page.get_by_role("main").get_by_role("textbox", name="mail").fill(self.email)
        self.page.get_by_role("main").get_by_label("Password", exact=True).fill(password)
        self.press("Sign in")
        self.page.wait_for_url(lambda address: "/login/" not in address)

    def open(self, path: str) -> Response:
        """Go to a page by its address."""
        answer = self.page.goto(urljoin(self.base, path), wait_until="load")
        assert answer
        return answer

    def follow(self, name: str) -> None:
        """Follow a link in the page's content."""
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()

    def menu(self, name: str) -> None:
        """Go to a place of the main navigation."""
        self.page.get_by_role("navigation", name="Main").get_by_role(
            "link", name=name
        ).first.click()

    def press(self, name: str) -> None:
        """Press a button in the page's content."""
        self.page.get_by_role("main").get_by_role("button", name=name).click()

    def fill(self, **texts: str) -> None:
        """Fill fields by label; underscores stand for spaces."""
        for label, text in texts.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(text)

    def choose(self, **options: str) -> None:
        """Choose from lists by label and option; underscores stand for spaces."""
        for label, option in options.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).select_option(label=option)

    def tick(self, *labels: str) -> None:
        """Tick boxes and radio buttons whose label begins so."""
        for label in labels:
            self.page.get_by_label(label).first.check()

    def reads(self) -> str:
        """Return the text of the page's content, as a person reads it."""
        return self.page.get_by_role("main").inner_text()

    def sees(self, *texts: str) -> None:
        """Wait until the page's content has these texts; what was pressed may take a moment."""
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text, timeout=15_000)

    def fetch(self, path: str) -> tuple[int, str]:
        """Ask for an address with the person's cookies, beside the page; return status and text."""
        answer = self.page.request.get(urljoin(self.base, path))
        return answer.status, answer.text()
