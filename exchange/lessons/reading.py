"""A lesson's text as readers see it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.audiences.choosing import who_reads
from exchange.audiences.models import Audience, AudienceKind
from exchange.audiences.viewer import Viewer
from exchange.common.markdown import render
from exchange.common.text import lines
from exchange.lessons.choices import DEEDS, LANGUAGES
from exchange.lessons.comparing import label_of
from exchange.lessons.forms.layout import SDGS
from exchange.lessons.models import TEXT_FIELDS, Lesson, LessonVersion
from exchange.lessons.related import address_of, seen_of
from exchange.partners.models import Organisation

BEFORE = ["situation", "analysis", "practice", "lesson_text"]
AFTER = ["transfer_advice", "evidence", "obstacles"]


@dataclass(frozen=True)
class Passage:
    """A heading with its text as HTML."""

    name: str
    heading: str
    html: SafeString


@dataclass(frozen=True)
class Source:
    """Where to read more; `url` is empty for a source in words."""

    text: str
    url: str


class Reading:
    """One version of a lesson with all its page shows a viewer; empty passages are left out."""

    def __init__(self, lesson: Lesson, version: LessonVersion, viewer: Viewer) -> None:
        self.lesson, self.version, self.viewer = lesson, version, viewer

    def _passages(self, names: list[str]) -> list[Passage]:
        texts = [(name, getattr(self.version, name)) for name in names]
        return [Passage(name, label_of(name), render(text)) for name, text in texts if text.strip()]

    @property
    def before(self) -> list[Passage]:
        """Return the passages above the recommendations."""
        return self._passages(BEFORE)

    @property
    def after(self) -> list[Passage]:
        """Return the passages below the recommendations."""
        return self._passages(AFTER)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return by field what it is called, as in the form."""
        return {name: label_of(name) for name in TEXT_FIELDS}

    @property
    def preconditions(self) -> list[str]:
        return lines(self.version.preconditions)

    @property
    def suppliers(self) -> list[str]:
        return lines(self.version.suppliers)

    @property
    def sources(self) -> list[Source]:
        return [
            Source(line, line if line.lower().startswith(("http://", "https://")) else "")
            for line in self.version.source_list
        ]

    @cached_property
    def related(self) -> list[Lesson]:
        """Return the related lessons that the viewer may see."""
        return [self._others[key] for key in self.version.related if key in self._others]

    @property
    def successor(self) -> Lesson | None:
        """Return the lesson that replaces this one, if the viewer may see it now."""
        return self._others.get(str(self.lesson.superseded_by_id))

    @cached_property
    def _others(self) -> dict[str, Lesson]:
        """Return by id what of other lessons the page names; one query at most."""
        successor = self.lesson.superseded_by_id
        keys = [*self.version.related, *([str(successor)] if successor else [])]
        return {str(lesson.pk): lesson for lesson in seen_of(keys, self.viewer)}

    @property
    def address(self) -> str:
        """Return the whole address of the lesson, for whoever cites it."""
        return address_of(str(self.lesson.pk))

    @property
    def deed(self) -> str:
        """Return where the licence is explained, or nothing."""
        return DEEDS.get(self.version.licence, "")

    @property
    def sdgs(self) -> list[str | Promise]:
        names = dict(SDGS)
        return [names[number] for number in self.version.sdgs if number in names]

    @property
    def also(self) -> list[tuple[str, str]]:
        """Return (language, title) of the titles that are not the one shown as heading."""
        titles = {self.version.language: self.version.title, **self.version.titles}
        shown = self.version.title_language
        known = dict(LANGUAGES)
        return [
            (code, title)
            for code, title in titles.items()
            if code != shown and code in known and title
        ]

    @property
    def when(self) -> str:
        """Return when it ran, as far as it is known."""
        started, ended = in_words(self.version.started), in_words(self.version.ended)
        if started and ended:
            return f"{started} – {ended}"
        return _("since %(start)s") % {"start": started} if started else ended


def in_words(day: str) -> str:
    """Return "2023", "2023-03" or "2023-03-06" as people write it: "March 2023", "6 March 2023"."""
    parts = [int(part) for part in day.split("-") if part]
    if len(parts) < 2:
        return day
    first = dt.date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)
    return date_format(first, "j F Y" if len(parts) > 2 else "F Y")


class Readers:
    """Who reads a lesson when it is for `audiences`: in words, and organisation by organisation."""

    def __init__(self, lesson: Lesson, audiences: Collection[Audience], viewer: Viewer) -> None:
        self._owner_id = lesson.organisation_id
        self._audiences, self._viewer = audiences, viewer

    @property
    def words(self) -> str:
        return ", ".join(who_reads(audience, self._viewer) for audience in self._audiences)

    @property
    def everybody(self) -> bool:
        """Tell whether people outside of the exchange read it too."""
        return any(audience.kind == AudienceKind.PUBLIC for audience in self._audiences)

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Return the partner organisations, by name."""
        visible = Organisation.objects.visible_to(self._viewer)
        found = {own for audience in self._audiences for own in visible.reading(audience)}
        return sorted(found, key=lambda own: own.sort_key)

    @property
    def count(self) -> str:
        """Return in words how many organisations they are, one's own told apart."""
        others = sum(own.pk != self._owner_id for own in self.organisations)
        number = {"number": others}
        if others == len(self.organisations):
            told = ngettext("%(number)d organisation", "%(number)d organisations", others)
        elif others:
            told = ngettext(
                "your own organisation and %(number)d other",
                "your own organisation and %(number)d others",
                others,
            )
        else:
            told = _("your own organisation only")
        return told % number
