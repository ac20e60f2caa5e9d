"""How the guided form is laid out: sections, heights, words on a field, and the seventeen goals."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms.boundfield import BoundField
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from exchange.lessons.missing import needed
from exchange.lessons.models import TEXT_FIELDS


@dataclass(frozen=True)
class Section:
    """A fieldset of the guided form; nothing ever needs the fields that are folded away."""

    key: str
    legend: Any
    intro: Any
    fields: list[BoundField]
    folded: list[BoundField]

    @property
    def is_open(self) -> bool:
        """Tell whether something folded is to be seen: a text, a choice, or what is wrong with one."""
        return any(field.errors or _holds(field.value()) for field in self.folded)


def _holds(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return any(value) if isinstance(value, list) else bool(value)


# Key, heading, a word on it, the fields, and those that are folded away.
SECTIONS: list[tuple[str, Any, Any, list[str], list[str]]] = [
    (
        "about",
        _("1. What it is about"),
        _("Enough for a colleague to decide whether to read on."),
        [
            "organisation",
            "title",
            "summary",
            "kind",
            "language",
            "ports",
            "topics",
        ],
        ["titles", "sdgs", "tags"],
    ),
    (
        "happened",
        _("2. What happened"),
        _("Tell it as you would over coffee. Failures are welcome."),
        ["situation", "started", "ended", "analysis", "practice"],
        ["obstacles"],
    ),
    (
        "others",
        _("3. What others can do with it"),
        _("The general point, and what another port should do next."),
        ["lesson_text", "recommendation", "transfer_advice", "preconditions"],
        [],
    ),
    (
        "evidence",
        _("4. Evidence and practicalities"),
        _("How well the effect is known, what it cost, and whom to ask."),
        ["evidence", "evidence_level", "maturity", "contact"],
        ["cost_band", "effort", "suppliers", "sources", "related"],
    ),
    ("readers", _("5. Who may read and reuse it"), "", ["audience", "groups", "licence"], []),
]

# Fields that are made from the model as they are; the others are typed as words, or chosen.
TYPED = {"titles", "ports", "tags", "sdgs", "related"}
PLAIN = [name for name in TEXT_FIELDS if name not in TYPED]
ROWS = {
    "summary": 4,
    "situation": 8,
    "analysis": 6,
    "practice": 8,
    "lesson_text": 5,
    "recommendation": 5,
    "evidence": 6,
    "preconditions": 4,
    "obstacles": 4,
    "transfer_advice": 5,
    "suppliers": 2,
    "sources": 3,
    "related": 3,
}
# Their limits are not lengths, or their form alone says how long they are.
NOT_COUNTED = ("started", "ended")
# Long texts that are read as Markdown, and may be looked at while they are written.
MARKDOWN = {
    "situation",
    "analysis",
    "practice",
    "lesson_text",
    "evidence",
    "obstacles",
    "transfer_advice",
}
SDGS = [
    (1, _("1 No poverty")),
    (2, _("2 Zero hunger")),
    (3, _("3 Good health and well-being")),
    (4, _("4 Quality education")),
    (5, _("5 Gender equality")),
    (6, _("6 Clean water and sanitation")),
    (7, _("7 Affordable and clean energy")),
    (8, _("8 Decent work and economic growth")),
    (9, _("9 Industry, innovation and infrastructure")),
    (10, _("10 Reduced inequalities")),
    (11, _("11 Sustainable cities and communities")),
    (12, _("12 Responsible consumption and production")),
    (13, _("13 Climate action")),
    (14, _("14 Life below water")),
    (15, _("15 Life on land")),
    (16, _("16 Peace, justice and strong institutions")),
    (17, _("17 Partnerships for the goals")),
]


def lay_out(name: str, field: forms.Field) -> None:
    """Give a field its words, its height and its counter; how long it is, the action judges."""
    field.label = capfirst(str(field.label))
    if note := needed(name):
        field.help_text = format_lazy("{} {}", field.help_text, note)
    if name in ROWS:
        field.widget.attrs["rows"] = ROWS[name]
    # Django writes dashes for nothing.
    if isinstance(field, forms.TypedChoiceField):
        choices = dict(cast(Iterable[tuple[Any, Any]], field.choices))
        field.choices = [(key, label if key else _("Not chosen")) for key, label in choices.items()]
    # A browser would cut what is pasted, unseen; the page counts, and saving says it.
    most = field.widget.attrs.pop("maxlength", None)
    if most and name not in NOT_COUNTED:
        field.widget.attrs["data-most"] = most
    # The action counts a line break as one character, as browsers do.
    field.validators = [
        check for check in field.validators if not isinstance(check, MaxLengthValidator)
    ]
