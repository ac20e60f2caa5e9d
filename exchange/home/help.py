"""The documentation for users and partners, as pages of the exchange."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from exchange.common.markdown import render

DOCS = settings.BASE_DIR / "docs"
# Address of a page → where its text stands, in the order in which a newcomer needs them.
PAGES: Final = {
    "first-lesson": "users/first-lesson.md",
    "finding": "users/finding.md",
    "agreements": "users/agreements.md",
    "kpis": "users/kpis.md",
    "digests": "users/digests.md",
    "signing-in": "users/signing-in.md",
    "coordinators": "users/coordinators.md",
    "api": "partners/api.md",
    "api-kpis": "partners/api-kpis.md",
}
# What the documentation calls an exchange that is reached by nobody else.
EXAMPLE = "http://localhost:8000"
SENTENCE = re.compile(r"(?<=[.!?])\s")
LINK = re.compile(r"\[(?P<words>[^]]+)\]\((?P<file>[\w./-]+)\.md\)")


@dataclass(frozen=True, kw_only=True)
class HelpPage:
    """A page of the documentation, in English: its title, and its text as Markdown."""

    name: str
    title: str
    text: str

    @property
    def summary(self) -> str:
        """Return the first sentence of the text: what the page is about."""
        return SENTENCE.split(" ".join(self.text.split()), maxsplit=1)[0]

    def html(self, address: Callable[[str], str]) -> SafeString:
        """Return the text as HTML; `address` makes a whole one of a path, on the exchange that is read on.

        Files that are no help page are not linked.
        """

        def linked(found: re.Match[str]) -> str:
            name = found["file"].rpartition("/")[2]
            path = reverse("help_page", args=[name]) if name in PAGES else ""
            return f"[{found['words']}]({address(path)})" if path else found["words"]

        here = self.text.replace(EXAMPLE, address("/").rstrip("/"))
        return render(LINK.sub(linked, here), below=0)


def page(name: str) -> HelpPage | None:
    """Return the page of that name, or None when there is none."""
    path = DOCS / PAGES[name] if name in PAGES else None
    if path is None or not path.is_file():
        return None
    heading, _blank, text = path.read_text(encoding="utf-8").partition("\n\n")
    return HelpPage(name=name, title=heading.removeprefix("# "), text=text)


def pages() -> list[HelpPage]:
    """Return all pages in their order."""
    return [found for name in PAGES if (found := page(name))]
