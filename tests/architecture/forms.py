"""What a page shows of its forms, as a person's browser reads it."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser

VISIBLE = {"text", "search", "email", "number", "url", "textarea"}
# These stand above every form that has errors; they tell nothing by themselves.
SAID_ALWAYS = (
    "That did not work yet. Look at what is marked, then try again.",
    "That did not work.",
    "Nothing was saved yet. Mend this first; what you typed is still here.",
)
NO_TEXT = {"submit", "button", "reset", "image", "file"}
Attributes = list[tuple[str, str | None]]


@dataclass
class Field:
    """The controls of one name: their kinds, and what stands in them."""

    kinds: set[str] = field(default_factory=set)
    values: list[str] = field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        return bool(self.kinds & VISIBLE)

    @property
    def is_hidden(self) -> bool:
        return self.kinds == {"hidden"}


class Forms(HTMLParser):
    """The forms of a page.

    `fields` by name, of forms that are posted; `asked` are names of fields that go into an address;
    `marked` are fields whose error stands beside them, in words and tied to the control; `words` is
    what is said of the whole form; `is_refused` tells whether anything is said at all.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, Field] = defaultdict(Field)
        self.asked: set[str] = set()
        self._texts: dict[str, str] = {}
        self._described: dict[str, set[str]] = defaultdict(set)
        self._open: list[tuple[str, str]] = []
        self._method = ""
        self._area: str | None = None
        self._fieldset: set[str] = set()
        self._errors = ""
        self.feed(page)
        self.close()

    @property
    def is_refused(self) -> bool:
        return bool(self.marked or self._errors.strip())

    @property
    def marked(self) -> set[str]:
        return {
            name
            for name, ids in self._described.items()
            if any(self._texts.get(one, "").strip() for one in ids if one.endswith("_error"))
        }

    @property
    def words(self) -> str:
        words = self._errors
        for always in SAID_ALWAYS:
            words = words.replace(always, "")
        return words.strip()

    def handle_starttag(self, tag: str, attributes: Attributes) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._method = given.get("method", "get").lower()
        if tag == "fieldset":
            self._fieldset = set(given.get("aria-describedby", "").split())
        if tag in {"input", "textarea", "select"} and given.get("name"):
            self._control(tag, given)
        if tag in {"ul", "div", "p"} and ("id" in given or given.get("class")):
            self._open.append((tag, given.get("id", "") + " " + given.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        if tag == "form":
            self._method = ""
        if tag == "fieldset":
            self._fieldset = set()
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area].values[-1] += data
        for _tag, name in self._open:
            identity = name.partition(" ")[0]
            self._texts[identity] = self._texts.get(identity, "") + data
            if re.search(r"errorlist|message-(error|warning)|alert", name):
                self._errors += data

    def _control(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text") if tag == "input" else tag
        if kind in NO_TEXT:
            return
        if self._method != "post":
            self.asked.add(name)
            return
        control = self.fields[name]
        control.kinds.add(kind)
        control.values.append(given.get("value", ""))
        self._area = name if tag == "textarea" else None
        self._described[name] |= {*given.get("aria-describedby", "").split(), *self._fieldset}


def as_typed(text: str) -> str:
    """Return a text as a form gives it back: blanks at its ends and kinds of line breaks aside."""
    return re.sub(r"\r\n?", "\n", text).strip()
