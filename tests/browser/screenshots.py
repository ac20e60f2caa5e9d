"""Takes a picture of every page that people of each role reach, and measures it.

Run against an exchange that is up: `python -m tests.browser.screenshots URL [EMAIL:PASSWORD ...]`. It follows
the links from the start page, one page of each kind, as a visitor and as each of the people; pictures go to
`screenshots/`. It ends with 1 when a page is too heavy, wider than the window, breaks the content
security policy, or has text that is hard to read on its ground.
"""

import argparse
import os
import re
import sys
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import brotli
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"wide": 1280, "phone": 390}
CAP = 60_000
# All script and style of a page with a chart, as it is served.
CHART_CAP = 280_000
LIMIT = 60
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)")
# Addresses that end something, answer no page, or are somebody else's.
LEFT_OUT = re.compile(
    r"^/(admin|static|u)/|^/api/v1/(?!docs)|/logout/|/source/$|/html/$|\.(json|atom)$"
)
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


@dataclass
class Measured:
    """What one page weighs, and what is wrong with it."""

    html: int = 0
    assets: int = 0
    faults: list[str] = field(default_factory=list)


def kind_of(address: str) -> str:
    """Return what pages of one kind share: the path with ids left out."""
    return ID.sub("ID", urlsplit(address).path)


def sign_in(context: BrowserContext, base: str, credentials: str) -> None:
    """Sign in by the form; raises AssertionError when the exchange refuses."""
    email, _, password = credentials.partition(":")
    page = context.new_page()
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    assert page.locator("form.sign-out").count(), f"{email} could not sign in"
    page.close()


def look(page: Page, address: str) -> Measured:
    """Open an address and measure it."""
    found = Measured()
    responses: list[Response] = []

    def complain(message: str) -> None:
        if "404 (Not Found)" not in message:
            found.faults.append(message)

    def on_response(response: Response) -> None:
        responses.append(response)

    page.on("response", on_response)
    page.on("console", lambda said: complain(said.text) if said.type == "error" else None)
    answer = page.goto(address, wait_until="load")
    page.remove_listener("response", on_response)
    if answer is None or answer.status >= 500:
        found.faults.append(f"answered {answer.status if answer else 'nothing'}")
        return found
    found.html = len(answer.body())
    found.assets = sum(
        len(brotli.compress(response.body()))
        for response in responses
        if response.request.resource_type in {"script", "stylesheet"}
    )
    if found.html > CAP:
        found.faults.append(f"HTML weighs {found.html} bytes")
    if found.assets > (CHART_CAP if page.locator("figure.chart").count() else CAP):
        found.faults.append(f"script and style weigh {found.assets} bytes")
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        found.faults.append(f"{wide} pixels wider than the window")
    found.faults += page.evaluate(CONTRAST)
    return found


def links(page: Page, base: str) -> list[str]:
    """Return the exchange's own addresses that the page links to."""
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
    targets = [urljoin(page.url, href).partition("#")[0] for href in hrefs]
    return [
        target
        for target in targets
        if target.startswith(base + "/") and not LEFT_OUT.search(urlsplit(target).path)
    ]


def walk(page: Page, base: str, extra: list[str]) -> list[str]:
    """Return one address of each kind that is reached from the start page."""
    seen: dict[str, str] = {}
    waiting = [base + path for path in ["/", "/nothing-here/", *extra]]
    while waiting and len(seen) < LIMIT:
        address = waiting.pop(0)
        if kind_of(address) in seen:
            continue
        seen[kind_of(address)] = address
        page.goto(address)
        waiting += links(page, base)
    return list(seen.values())


ALL = list(product(WIDTHS, ("light", "dark")))
QUICK = [("wide", "light"), ("phone", "dark")]


def visit(
    browser: Browser,
    base: str,
    who: str,
    credentials: str,
    folder: Path,
    looks: list[tuple[str, str]],
) -> int:
    """Picture every page that one person reaches; return the number of faulty ones."""
    faulty = 0
    context = browser.new_context()
    if credentials:
        sign_in(context, base, credentials)
    cookies = context.cookies()
    entrance = [] if credentials else ["/accounts/login/", "/accounts/signup/"]
    addresses = walk(context.new_page(), base, entrance)
    for size, scheme in looks:
        shown = browser.new_context(
            viewport={"width": WIDTHS[size], "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        shown.add_cookies(cookies)  # type: ignore[arg-type]
        for address in addresses:
            page = shown.new_page()
            found = look(page, address)
            name = kind_of(address).strip("/").replace("/", "-") or "start"
            page.screenshot(path=folder / f"{name}.{who}.{size}.{scheme}.png", full_page=True)
            page.close()
            faulty += bool(found.faults)
            sys.stdout.write(
                f"{who:12} {size:5} {scheme:5} {found.html:6} {found.assets:6} {kind_of(address)}\n"
                + "".join(f"    {fault}\n" for fault in found.faults)
            )
        shown.close()
    return faulty


def main() -> int:
    """Walk as a visitor and as everybody named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("people", nargs="*", metavar="EMAIL:PASSWORD")
    parser.add_argument("--folder", type=Path, default=Path("screenshots"))
    parser.add_argument("--quick", action="store_true", help="wide by day and phone by night only")
    given = parser.parse_args()
    given.folder.mkdir(exist_ok=True)
    faulty = 0
    with sync_playwright() as tools:
        browser = tools.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        for credentials in ["", *given.people]:
            who = credentials.partition("@")[0] or "visitor"
            base, looks = given.base.rstrip("/"), QUICK if given.quick else ALL
            faulty += visit(browser, base, who, credentials, given.folder, looks)
        browser.close()
    sys.stdout.write(f"{faulty} faulty pages\n")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
