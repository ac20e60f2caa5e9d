"""What may stand in the address of the search page."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer
from exchange.common.forms import NonceMixin
from exchange.common.languages import readers_own
from exchange.partners.models import Organisation
from exchange.search.documents import Filter, filter_names, filters, sources
from exchange.search.query import SearchQuery, Sort
from exchange.topics.models import Topic

LONGEST = 300
LAST_PAGE = 1_000
DAYS = ("since", "until")
UNKNOWN = _("No filter has the value “%(value)s”. Take it back below.")
NO_DAY = {"invalid": _("Write a day like 2026-11-28.")}


def language_name(code: str) -> str:
    """Return a language's own name for itself, or its code when nobody told us."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


def _day(value: str) -> str:
    try:
        return date_format(dt.date.fromisoformat(value))
    except ValueError:
        return value


class Labels:
    """The names of filter values, for this viewer; each list is loaded once."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer

    @cached_property
    def kind(self) -> dict[str, str]:
        return {source.kind: str(source.label) for source in sources()}

    @cached_property
    def topic(self) -> dict[str, str]:
        return {topic.code: topic.label for topic in Topic.objects.visible_to(self._viewer)}

    @cached_property
    def organisation(self) -> dict[str, str]:
        rows = Organisation.objects.visible_to(self._viewer).values_list("pk", "name")
        return {str(pk): name for pk, name in rows}

    def of(self, name: str, value: str) -> str:
        """Return what a value of a filter is called, or the value itself when nobody told us."""
        if name == "language":
            return language_name(value)
        if name in DAYS:
            return _day(value)
        own = {other.name: other for other in filters()}.get(name)
        if own:
            return str(own.title_of(value) or value)
        known: dict[str, str] = getattr(self, name, {})
        return known.get(value, value)


class Chosen(forms.MultipleChoiceField):
    """Filter values, as links put them into the address; the form carries them along unseen."""

    widget = forms.MultipleHiddenInput

    def __init__(self, unknown: Any = UNKNOWN) -> None:
        super().__init__(required=False, error_messages={"invalid_choice": unknown})

    def to_python(self, value: Any) -> list[str]:
        """Return the values; one that is empty is none."""
        return [given for given in super().to_python(value) if given]


class Language(Chosen):
    """Any code of a language that has the form of one."""

    def valid_value(self, value: Any) -> bool:
        return isinstance(value, str) and 2 <= len(value) <= 8 and value.replace("-", "").isalpha()


class Year(Chosen):
    """Any year that a date can have."""

    def valid_value(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) == 4 and value.isascii() and value.isdigit()


class Own(Chosen):
    """The values of a filter that a source has of its own."""

    def __init__(self, own: Filter) -> None:
        super().__init__()
        self.own = own

    def valid_value(self, value: Any) -> bool:
        return isinstance(value, str) and self.own.title_of(value) is not None


class SearchForm(forms.Form):
    """Words, filters and order; `labels` names the values that filters may have."""

    q = forms.CharField(
        label=_("Words to look for"),
        required=False,
        max_length=LONGEST,
        help_text=_("Put a phrase in “quotation marks”; a minus before a word leaves it out."),
        widget=forms.TextInput(
            attrs={"type": "search", "list": "suggestions", "autocomplete": "off"}
        ),
        error_messages={"max_length": _("That is too long. Use up to 300 characters.")},
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        error_messages=NO_DAY,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        error_messages=NO_DAY,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    kind = Chosen()
    topic = Chosen(_("There is no topic “%(value)s”. Take it back below."))
    organisation = Chosen(_("There is no organisation “%(value)s”. Take it back below."))
    language = Language()
    year = Year()
    sort = forms.ChoiceField(
        required=False,
        choices=[(sort.value, sort.value) for sort in Sort],
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": _("There is no order “%(value)s”. Leave it out of the address.")
        },
    )
    page = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=LAST_PAGE,
        widget=forms.HiddenInput,
        error_messages={
            "invalid": _("A page is a whole number. Begin at the first page."),
            "min_value": _("Pages count from 1. Begin at the first page."),
            "max_value": _("Results have at most 1,000 pages. Begin at the first page."),
        },
    )

    def __init__(self, data: Any, *, labels: Labels) -> None:
        super().__init__(data)
        self.fields.update({own.name: Own(own) for own in filters()})
        for name in ("kind", "topic", "organisation"):
            field = self.fields[name]
            if data.getlist(name) and isinstance(field, forms.MultipleChoiceField):
                field.choices = list(getattr(labels, name).items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first. Swap the two dates."))
        return cleaned

    @property
    def carried(self) -> list[forms.BoundField]:
        """Return what the form carries along unseen when somebody searches again.

        All but the page, and what cannot be searched for.
        """
        fields = (self[name] for name in (*filter_names(), "sort"))
        return [field for field in fields if not field.errors]

    @property
    def asked(self) -> dict[str, list[str]]:
        """Return words and filters as they stand in the address, without page and order."""
        words = {name: [self.data[name]] for name in ("q", "since", "until") if self.data.get(name)}
        chosen = {name: sorted(set(self.cleaned_data[name])) for name in filter_names()}
        return {**words, **{name: values for name, values in chosen.items() if values}}

    @property
    def cleared(self) -> str:
        """Return the address of the same words and order without filters."""
        kept = {name: self.cleaned_data.get(name) for name in ("q", "sort")}
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"

    def query(self, page_size: int, *, zone: str) -> SearchQuery:
        """Return the valid form as a query; its days are those of `zone`."""
        found = self.cleaned_data
        return SearchQuery(
            text=found["q"],
            kinds=frozenset(found["kind"]),
            topics=frozenset(found["topic"]),
            organisations=frozenset(found["organisation"]),
            languages=frozenset(found["language"]),
            years=frozenset(found["year"]),
            marks={own.name: frozenset(found[own.name]) for own in filters()},
            sort=Sort(found["sort"] or Sort.RELEVANCE),
            reads=readers_own(),
            since=found["since"],
            until=found["until"],
            zone=zone,
            page=found["page"] or 1,
            page_size=page_size,
        )


class ForgetForm(NonceMixin):
    """Which of one's searches to forget; without one, all of them."""

    search = forms.UUIDField(required=False)
