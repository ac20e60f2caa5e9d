"""The guided form: it translates what a person typed, the actions judge it."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.forms.models import fields_for_model
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Role, Viewer
from exchange.common import languages
from exchange.common.errors import Conflict, Invalid
from exchange.common.forms import (
    LARGEST_INTEGER,
    NO_CHOICE,
    ChosenField,
    LinesField,
    LockMixin,
    NonceMixin,
    SeveralField,
    TypedSeveralField,
    WordsField,
    add_errors,
    set_choices,
)
from exchange.lessons.comparing import text_of
from exchange.lessons.forms.audience import PUBLIC, AudienceMixin
from exchange.lessons.forms.layout import MARKDOWN, PLAIN, SDGS, SECTIONS, Section, lay_out
from exchange.lessons.forms.ports import PortsField
from exchange.lessons.forms.titles import TitlesField
from exchange.lessons.missing import missing_in
from exchange.lessons.models import TEXT_FIELDS, DraftBuffer, Lesson, LessonVersion
from exchange.lessons.related import address_of, seen_of
from exchange.lessons.texts import MOST, TAG_LENGTH, clean_text
from exchange.partners.models import Organisation
from exchange.topics.forms import theme_groups
from exchange.topics.models import Topic

# The button that also hands the text to the reviewers.
TO_REVIEW = "to_review"


class LessonForm(NonceMixin, LockMixin, AudienceMixin):
    """A lesson as people write it, for a new one and for the next version of one.

    `base` is the number of the version that the form was opened on. After `is_valid`, `text` is
    the LessonText for the actions.
    """

    # Errors are listed in the order in which the fields stand on the page.
    field_order = [name for *_words, names, folded in SECTIONS for name in names + folded]
    template = "lessons/form.html"

    base = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=LARGEST_INTEGER
    )
    organisation = ChosenField(
        label=_("Write for"), help_text=_("The organisation that vouches for it.")
    )
    titles = TitlesField(
        label=_("title in other languages"),
        required=False,
        help_text=_("Readers see the one in their own language. The text stays as you wrote it."),
    )
    ports = PortsField(
        label=_("ports"),
        required=False,
        help_text=_(
            "Where it happened, by UN/LOCODE or name, with commas between: SEGOT, Los Angeles."
        ),
        widget=forms.TextInput(
            attrs={"list": "known-ports", "autocapitalize": "characters", "autocomplete": "off"}
        ),
    )
    topics = SeveralField(
        label=_("topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One to three. Open a theme to see its topics."),
    )
    tags = WordsField(
        label=_("tags"),
        required=False,
        max_length=MOST["tags"] * (TAG_LENGTH + len(", ")),
        help_text=_("Words of your own, with commas between. Reuse before inventing."),
    )
    sdgs = TypedSeveralField(
        label=_("Sustainable Development Goals"),
        required=False,
        coerce=int,
        choices=SDGS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Up to three, and only where you could defend it."),
    )

    related = LinesField(
        label=_("related lessons"),
        required=False,
        help_text=_(
            "Others worth reading, up to ten: one address a line, as you copy it from their page. "
            "Readers see those that they may read."
        ),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        viewer: Viewer,
        lesson: Lesson | None = None,
        buffer: DraftBuffer | None = None,
    ) -> None:
        self.viewer, self.lesson, self.buffer = viewer, lesson, buffer
        self.text: dict[str, Any] = {}
        super().__init__(data, initial=self._initial())
        words = dict.fromkeys(PLAIN, NO_CHOICE)
        self.fields.update(fields_for_model(LessonVersion, fields=PLAIN, error_messages=words))
        self.order_fields(self.field_order)
        self.fields["language"].required = False
        self._offer_choices()
        for name, field in self.fields.items():
            lay_out(name, field)
        if buffer:
            self._restore(buffer)

    def _initial(self) -> dict[str, Any]:
        version = self.lesson.latest_version if self.lesson else None
        if self.lesson is None or version is None:
            own = self.organisations.get(str(self.viewer.organisation_id))
            ports = [own.unlocode] if own and own.unlocode else []
            return {"language": self.viewer.language, "ports": ports, "lock": 0, "base": 0}
        text = text_of(version, self.viewer)
        text["related"] = [address_of(key) for key in text["related"]]
        return {**text, "lock": self.lesson.lock, "base": version.number}

    def _offer_choices(self) -> None:
        published = self.lesson is not None and self.lesson.is_published
        if self.lesson:
            self.offer(self.viewer, self.lesson.audience, self.lesson.home_audience)
        else:
            self.offer(self.viewer)
        for name in ["audience", "groups"] if published else []:
            self.fields.pop(name, None)
        set_choices(self, "topics", [(topic.code, topic.label) for topic in self._topics])
        owners = [(key, own.name) for key, own in self.organisations.items()]
        set_choices(self, "organisation", owners)
        self.initial.setdefault("organisation", str(self.viewer.organisation_id))
        if self.lesson or len(self.organisations) < 2:
            del self.fields["organisation"]

    def _restore(self, buffer: DraftBuffer) -> None:
        """Begin with what was typed and not saved, at the lock it was typed at."""
        typed = MultiValueDict({name: list(values) for name, values in buffer.data.items()})
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(typed, MultiValueDict(), name)
            if value is not None:
                self.initial[name] = value
        self.initial["lock"] = buffer.lock
        if not self.lesson:
            self.initial["nonce"] = buffer.form_key

    @staticmethod
    def typed_in(data: QueryDict) -> dict[str, list[str]]:
        """Return what a draft buffer keeps of a form that was sent: the fields by which it writes."""
        kept = {*LessonForm.base_fields, *PLAIN} - {"nonce", "lock", "titles"}
        kept |= {f"titles_{code}" for code, _label in languages.NAMES}
        return {name: data.getlist(name) for name in sorted(kept) if name in data}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        mine = {name: cleaned[name] for name in (*TEXT_FIELDS, "topics") if name in cleaned}
        version = self.lesson.latest_version if self.lesson else None
        if version:
            shown = dict(languages.NAMES)
            kept = {code: title for code, title in version.titles.items() if code not in shown}
            mine["titles"] = kept | mine.get("titles", {})
        try:
            fields, topics = clean_text(mine, self.viewer, version)
        except Invalid as error:
            add_errors(self, error.errors)
        if self.errors:
            self._ask_for_the_rest(version)
            return self.cleaned_data
        self.text = {**fields, "topics": [topic.code for topic in topics]}
        if version:
            theirs = text_of(version, self.viewer)
            self.text |= {name: theirs[name] for name in theirs if self.takes_theirs(name)}
        return cleaned

    def _ask_for_the_rest(self, version: LessonVersion | None) -> None:
        """Say besides what is wrong what review would lack, so that all is mended in one go."""
        if TO_REVIEW not in self.data:
            return
        text = {**(text_of(version, self.viewer) if version else {}), **self.cleaned_data}
        kept = "audience" not in self.fields or self.takes_theirs("audience")
        public = self.lesson.audience.kind if self.lesson and kept else text.get("audience")
        lacking = missing_in(text, public=public == PUBLIC)
        settled = {*self.errors, *filter(self.takes_theirs, lacking)}
        add_errors(self, {name: lacking[name] for name in lacking if name not in settled})

    def takes_theirs(self, name: str) -> bool:
        """Tell whether the person chose, when comparing, to keep the other's text of a field."""
        return "over" not in self.data and self.data.get(f"take-{name}") == "theirs"

    def refuse(self, error: Invalid | Conflict) -> None:
        """Show what an action refused; a nonce used before is replaced."""
        if isinstance(error, Conflict):
            self.add_error(None, str(error.message))
        elif error.code == "key_reused":
            self.renew()
            again = (
                _(
                    "This form was saved before. Save once more to compare it with what is there now."
                )
                if self.lesson
                else _("This was saved before. Open that lesson to go on, or save a new one.")
            )
            self.add_error(None, again)
        else:
            add_errors(self, error.errors)

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """Return the organisations that the viewer may write for, by id, by name."""
        writing = self.viewer.organisations_as(Role.CONTRIBUTOR)
        found = Organisation.objects.visible_to(self.viewer).partners().filter(pk__in=writing)
        return {str(own.pk): own for own in found.select_related("home_audience")}

    @property
    def chosen_organisation(self) -> Organisation:
        """Return the owner: of the lesson, as chosen, or the only one. Needs one at least."""
        if self.lesson:
            return self.lesson.organisation
        chosen = self.cleaned_data.get("organisation") or str(self.viewer.organisation_id)
        return self.organisations.get(chosen) or next(iter(self.organisations.values()))

    @property
    def form_key(self) -> UUID:
        """Return what the draft buffer of this form is kept under."""
        return self.lesson.pk if self.lesson else UUID(str(self["nonce"].value()))

    @cached_property
    def _topics(self) -> list[Topic]:
        return list(Topic.objects.visible_to(self.viewer))

    @property
    def topic_groups(self) -> Iterator[dict[str, Any]]:
        """Return each theme with its topics, and whether they are chosen."""
        chosen = set(self["topics"].value() or [])
        return theme_groups(self._topics, chosen, whole=_("The theme as a whole"))

    @property
    def sections(self) -> list[Section]:
        """Return the fieldsets with those of their fields that this form has."""
        every = [
            Section(key, legend, intro, self._bound(names), self._bound(folded))
            for key, legend, intro, names, folded in SECTIONS
        ]
        return [section for section in every if section.fields]

    def _bound(self, names: Iterable[str]) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def related_now(self) -> list[Lesson]:
        """Return the related lessons of the latest version that the viewer may see."""
        version = self.lesson.latest_version if self.lesson else None
        return seen_of(version.related, self.viewer) if version else []

    @property
    def has_titles(self) -> bool:
        """Tell whether there is a title in another language."""
        value = self["titles"].value()
        return any(value.values() if isinstance(value, dict) else value or [])

    @property
    def previewed(self) -> set[str]:
        """Return the fields that can be looked at as readers will see them."""
        return MARKDOWN
