"""The forms about an agreement itself: they translate what people type, the actions judge it."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from exchange.agreements.forms.parties import called
from exchange.agreements.models import REASON_LENGTH, Agreement, Term
from exchange.agreements.policies import decides_for
from exchange.agreements.texts import (
    AGREEMENT_FIELDS,
    MOST_TOPICS,
    TERM_FIELDS,
    clean_agreement,
    clean_term,
)
from exchange.audiences import actions as audiences
from exchange.audiences.models import Audience, AudienceKind
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Invalid
from exchange.common.forms import (
    NO_CHOICE,
    ChosenField,
    LinesField,
    LockMixin,
    NonceMixin,
    SeveralField,
    add_errors,
    set_choices,
)
from exchange.common.merging import MergingForm
from exchange.partners.models import Organisation
from exchange.topics.forms import theme_groups
from exchange.topics.models import Topic

PARTIES = "parties"
SHARED = [
    (PARTIES, _("Its parties only")),
    (AudienceKind.PARTNERS, _("All partners: title, parties, dates, summary and links")),
    (AudienceKind.PUBLIC, _("Everybody, on the internet too: the same")),
]
DATE_HELP = _("A year, a month or a day, as far as it is known.")
WORDS = dict.fromkeys(["kind", "status", "health"], NO_CHOICE)


class TopicsMixin(forms.Form):
    """Topics, theme by theme, as `topics/choose.html` shows them."""

    topics = SeveralField(
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Up to %(most)s. Open a theme to see its topics.") % {"most": MOST_TOPICS},
    )

    def offer_topics(self, viewer: Viewer) -> None:
        """Offer the whole taxonomy."""
        self._viewer = viewer
        set_choices(self, "topics", [(topic.code, topic.label) for topic in self._topics])

    @cached_property
    def _topics(self) -> list[Topic]:
        return list(Topic.objects.visible_to(self._viewer))

    @property
    def topic_groups(self) -> Iterator[dict[str, Any]]:
        """Return each theme with its topics, and whether they are chosen."""
        chosen = set(self["topics"].value() or [])
        return theme_groups(self._topics, chosen, whole=_("The theme as a whole"))


class AgreementForm(MergingForm, TopicsMixin):
    """The shared text of an agreement."""

    field_order = AGREEMENT_FIELDS

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in AGREEMENT_FIELDS if name != "topics"]
        self.fields.update(fields_for_model(Agreement, fields=names, error_messages=WORDS))
        several_lines(self, summary=8, links=4)
        for name in names:
            self.fields[name].show_hidden_initial = True
        self.order_fields(self.field_order)
        self.offer_topics(viewer)

    @property
    def text(self) -> dict[str, Any]:
        """Return what the actions take of a valid form."""
        return {name: self.cleaned_data[name] for name in AGREEMENT_FIELDS}


class NewAgreementForm(NonceMixin, TopicsMixin):
    """An agreement with its parties and its first term."""

    organisation = ChosenField(
        label=_("Your organisation"), help_text=_("The party that you speak for.")
    )
    parties = LinesField(
        label=_("Other parties"),
        max_length=4000,
        help_text=_(
            "One a line: name or UN/LOCODE. Each is asked to confirm; a port that takes no part in the "
            "exchange is confirmed by the operator."
        ),
        widget=forms.Textarea({"rows": 3}),
    )
    audience = ChosenField(
        label=_("Who may see it, once a second party has confirmed it"),
        choices=SHARED,
        initial=PARTIES,
        widget=forms.RadioSelect,
        help_text=_("The work under it is seen by its parties alone, whatever you choose."),
    )
    field_order = (
        "title",
        "kind",
        "organisation",
        "parties",
        *TERM_FIELDS,
        "summary",
        "topics",
        "links",
        "audience",
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in AGREEMENT_FIELDS if name != "topics"]
        self.fields.update(fields_for_model(Agreement, fields=names, error_messages=WORDS))
        self.fields.update(fields_for_model(Term, fields=TERM_FIELDS))
        several_lines(self, summary=8, links=4, note=2)
        _dates(self)
        self.order_fields(self.field_order)
        self.offer_topics(viewer)
        self.viewer = viewer
        set_choices(self, "organisation", [(key, own.name) for key, own in self._own.items()])
        if len(self._own) < 2:
            del self.fields["organisation"]
        else:
            self.initial.setdefault("organisation", str(viewer.organisation_id))

    @cached_property
    def _own(self) -> dict[str, Organisation]:
        mine = [pk for pk in self.viewer.roles if decides_for(self.viewer, pk)]
        found = Organisation.objects.visible_to(self.viewer).taking_part().filter(pk__in=mine)
        return {str(own.pk): own for own in found}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        tell_all(self, clean_agreement, *(name for name in AGREEMENT_FIELDS if name != "topics"))
        tell_all(self, clean_term, *TERM_FIELDS)
        return cleaned

    def clean_parties(self) -> list[Organisation]:
        """Return the organisations whose names or codes were typed."""
        return [called(self.viewer, words) for words in self.cleaned_data["parties"]]

    @property
    def chosen_organisation(self) -> Organisation:
        """Return the party that the person speaks for. Needs one at least."""
        chosen = self.cleaned_data.get("organisation") or ""
        return self._own.get(chosen) or next(iter(self._own.values()))

    @property
    def text(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in AGREEMENT_FIELDS}

    @property
    def term(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TERM_FIELDS}

    @property
    def chosen_audience(self) -> Audience | None:
        return audience_of(self.cleaned_data["audience"])


class TermForm(MergingForm):
    """The dates of a term."""

    field_order = TERM_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(fields_for_model(Term, fields=TERM_FIELDS))
        for name in TERM_FIELDS:
            self.fields[name].show_hidden_initial = True
        several_lines(self, note=2)
        _dates(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        tell_all(self, clean_term, *TERM_FIELDS)
        return cleaned

    @property
    def term(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in TERM_FIELDS}


class ShareForm(NonceMixin, LockMixin):
    """Who may see an agreement besides its parties."""

    audience = ChosenField(label=_("Who may see it"), choices=SHARED, widget=forms.RadioSelect)


class ReasonForm(NonceMixin, LockMixin):
    """A step that needs a reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The parties read it. Plain text."),
    )


def audience_of(choice: str) -> Audience | None:
    """Return the audience that a choice of `SHARED` stands for; None for the parties alone."""
    named = {
        AudienceKind.PARTNERS: audiences.all_partners,
        AudienceKind.PUBLIC: audiences.public,
    }
    return named[AudienceKind(choice)]() if choice != PARTIES else None


def shared_as(agreement: Agreement) -> str:
    """Return the choice of `SHARED` that an agreement stands at."""
    kind = str(agreement.audience.kind)
    return kind if kind in {AudienceKind.PARTNERS, AudienceKind.PUBLIC} else PARTIES


def _dates(form: forms.Form) -> None:
    for name in ("announced", "signed", "effective", "ends"):
        field = form.fields[name]
        field.help_text = " ".join(filter(None, [str(field.help_text), str(DATE_HELP)]))
        field.widget.attrs["placeholder"] = "2023-03"


def tell_all(form: forms.Form, clean: Callable[[dict[str, Any]], object], *names: str) -> None:
    """Tell what the actions would refuse together with what the form refuses itself.

    What the form itself says of a field stands alone there.
    """
    given = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
    try:
        clean(given)
    except Invalid as error:
        wrong = {name: said for name, said in error.errors.items() if name not in form.errors}
        add_errors(form, wrong)


def several_lines(form: forms.Form, **rows: int) -> None:
    """Give these fields so many rows to type in."""
    for name, number in rows.items():
        form.fields[name].widget = forms.Textarea({"rows": number})
