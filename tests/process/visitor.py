"""A person with a browser that knows no script: cookies, pages, forms."""

import html
import http.cookiejar
import re
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError

FIELD = re.compile(r'<input[^>]*name="(?P<name>csrfmiddlewaretoken|nonce|lock)"[^>]*>')
VALUE = re.compile(r'value="([^"]*)"')


@dataclass(frozen=True)
class Page:
    """What a server answered, after redirects."""

    status: int
    url: str
    text: str
    headers: dict[str, str]

    @property
    def hidden(self) -> dict[str, str]:
        """Return the page's first csrf token, nonce and lock."""
        found: dict[str, str] = {}
        for field in FIELD.finditer(self.text):
            value = VALUE.search(field[0])
            found.setdefault(field["name"], html.unescape(value[1]) if value else "")
        return found


class Visitor:
    """Visits one exchange; keeps its cookies."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def get(self, path: str, **headers: str) -> Page:
        return self._open(urllib.request.Request(self._url(path), headers=headers))

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Page:
        """Send a form as it is: no token is added."""
        body = urllib.parse.urlencode(data or {}, doseq=True).encode()
        return self._open(urllib.request.Request(self._url(path), data=body, headers=headers))

    def submit(self, path: str, to: str = "", **data: Any) -> Page:
        """Open the page with the form, then send the form with its hidden fields, to `to` or itself."""
        page = self.get(path)
        assert page.status == 200, f"{path}: {page.status}"
        return self.post(to or path, page.hidden | data, Referer=page.url)

    def finds(self, title: str) -> bool:
        """Tell whether a search for the title's first word finds it."""
        answer = self.get(f"/search/?q={title.split()[0]}").text
        return title in re.sub("</?mark>", "", answer)

    def sign_in(self, email: str, password: str) -> None:
        page = self.submit("/accounts/login/", login=email, password=password)
        assert "/login/" not in page.url, f"{email} could not sign in: {page.text}"

    def _url(self, path: str) -> str:
        return urllib.parse.urljoin(self.base, path)

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            with self._opener.open(request, timeout=20) as answer:
                return _page(answer)
        except HTTPError as error:
            with error:
                return _page(error)


def _page(answer: Any) -> Page:
    text = answer.read().decode(errors="replace")
    return Page(answer.status, answer.url, text, {k.lower(): v for k, v in answer.headers.items()})
