"""The forms about a series: how an organisation measures, and who reads it."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.forms.models import fields_for_model
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.accounts.models import User
from exchange.agreements.forms.agreement import several_lines, tell_all
from exchange.audiences.choosing import choices_for, readers_of
from exchange.audiences.models import Audience
from exchange.audiences.viewer import Role, Viewer
from exchange.common.forms import NO_CHOICE, ChosenField, LockMixin, NonceMixin, set_choices
from exchange.common.merging import MergingForm
from exchange.kpis import policies
from exchange.kpis.choices import Grade
from exchange.kpis.models import CALENDAR_YEAR, Definition, Series
from exchange.kpis.periods import PeriodKind
from exchange.kpis.texts import SERIES_FIELDS, clean_series
from exchange.partners.models import Membership, Organisation

# Stands for who is named now and is not offered.
KEPT = "as-it-is"
COMPARED = _("How your way of measuring compares with the definition.")
READERS = _("Until a reviewer approves a value, people of your organisation alone see it.")


class SeriesFields(forms.Form):
    """What an organisation says of a series: how it measures, how often, and who answers for it."""

    year_start = ChosenField(
        label=_("Its years begin in"),
        initial=CALENDAR_YEAR,
        help_text=_(
            "As in your annual reports; half-years and quarters go with it, months and weeks stay the "
            "calendar’s. It stays as it is once there are values."
        ),
    )
    rhythm = ChosenField(
        label=_("A value is due every"),
        required=False,
        help_text=_("Who answers for it is reminded when a value is due."),
    )
    responsible = ChosenField(
        label=_("Who answers for it"),
        required=False,
        help_text=_("Where nobody is named, all who enter values are reminded."),
    )
    peer_consent = forms.BooleanField(
        label=_("Count in peer bands"),
        required=False,
        help_text=Series._meta.get_field("peer_consent").help_text,
    )
    field_order = (
        "local_note",
        "grade",
        "year_start",
        "rhythm",
        "due_days",
        "responsible",
        "audience",
        "peer_consent",
    )

    def set_up(
        self,
        *,
        viewer: Viewer,
        organisation: Organisation,
        definition: Definition,
        series: Series | None = None,
    ) -> None:
        """Add the fields of the series, and offer what the definition and the organisation allow."""
        self._series = series
        names = ["local_note", "grade", "due_days"]
        words = {"grade": NO_CHOICE}
        self.fields.update(fields_for_model(Series, fields=names, error_messages=words))
        several_lines(self, local_note=4)
        self.fields["grade"].help_text = COMPARED
        grades = [(one.value, capfirst(one.label)) for one in Grade]
        set_choices(self, "grade", [("", _("Not assessed yet")), *grades])
        set_choices(self, "year_start", _months())
        self._offer_rhythms(definition)
        self._offer_people(viewer, organisation)
        if not policies.can_consent(viewer, organisation):
            del self.fields["peer_consent"]
        self.order_fields(self.field_order)

    def _offer_rhythms(self, definition: Definition) -> None:
        """Offer the kinds of period that the definition has, and the one that holds now."""
        now = self._series.rhythm if self._series else ""
        kinds = [kind for kind in PeriodKind if kind in definition.period_types or kind == now]
        offered = [(one.value, str(one.label)) for one in kinds if one != PeriodKind.SPAN]
        set_choices(self, "rhythm", [("", _("no fixed rhythm")), *offered])

    def _offer_people(self, viewer: Viewer, organisation: Organisation) -> None:
        """Offer who enters values there; who is named now and does not is offered as such."""
        rows = Membership.objects.visible_to(viewer).active().filter(organisation=organisation)
        able = rows.with_role(Role.CONTRIBUTOR).select_related("user")
        self._people = {str(row.user_id): row.user for row in able}
        named = sorted((str(user), key) for key, user in self._people.items())
        offered: list[tuple[str, Any]] = [("", _("nobody by name")), *((k, n) for n, k in named)]
        if self._series and self.person_of(self._series) == KEPT:
            words = _("as it is: %(person)s, who enters no values now")
            offered.append((KEPT, words % {"person": self._series.responsible}))
        set_choices(self, "responsible", offered)

    def person_of(self, series: Series) -> str:
        """Return the choice that stands for who answers for a series."""
        key = str(series.responsible_id or "")
        return KEPT if key and key not in self._people else key

    def values_of(self, series: Series) -> dict[str, Any]:
        """Return what the form begins with."""
        said = {name: getattr(series, name) for name in SERIES_FIELDS}
        found = {**said, "responsible": self.person_of(series)}
        consent = {"peer_consent": series.peer_consent}
        return {**found, **(consent if "peer_consent" in self.fields else {})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        tell_all(self, clean_series, *SERIES_FIELDS)
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """Return what the actions take of a valid form."""
        now = self._series.peer_consent if self._series else False
        chosen = self.cleaned_data.get("peer_consent")
        return {
            "text": {name: self.cleaned_data[name] for name in SERIES_FIELDS},
            "responsible": self._chosen_person(),
            "peer_consent": now if chosen is None else chosen,
        }

    def _chosen_person(self) -> User | None:
        chosen = self.cleaned_data["responsible"]
        if chosen == KEPT and self._series:
            return self._series.responsible
        return self._people.get(chosen)


class AudienceField(ChosenField):
    """Whom a series is for: each choice says who would read it."""

    widget = forms.RadioSelect

    def offer(self, viewer: Viewer, organisation: Organisation, now: Audience | None) -> None:
        """Offer what an organisation may share with, and what holds now."""
        self.offered = {one.pk: one for one in choices_for(viewer, organisation.home_audience)}
        if now:
            self.offered.setdefault(now.pk, now)
        words = readers_of(list(self.offered), viewer)
        self.choices = [(str(key), capfirst(words[key])) for key in self.offered]

    def clean(self, value: Any) -> Audience:
        return self.offered[int(super().clean(value))]


class BeginForm(NonceMixin, SeriesFields):
    """A series that an organisation begins to report."""

    audience = AudienceField(label=_("Who reads approved values"), help_text=READERS)

    def __init__(
        self,
        *args: Any,
        viewer: Viewer,
        organisation: Organisation,
        definition: Definition,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.set_up(viewer=viewer, organisation=organisation, definition=definition)
        offer(self, viewer, organisation)
        self.initial.setdefault("audience", str(organisation.home_audience_id))


class SeriesForm(MergingForm, SeriesFields):
    """What is said of a series that is reported already."""

    def __init__(self, *args: Any, viewer: Viewer, series: Series, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_up(
            viewer=viewer,
            organisation=series.organisation,
            definition=series.definition,
            series=series,
        )
        self.initial = {**self.values_of(series), "lock": series.lock}
        for name in self.initial:
            self.fields[name].show_hidden_initial = name != "lock"


class ShareForm(NonceMixin, LockMixin):
    """Who reads the approved values of a series."""

    audience = AudienceField(label=_("Who reads approved values"), help_text=READERS)

    def __init__(self, data: Any = None, *, viewer: Viewer, series: Series) -> None:
        initial = {"lock": series.lock, "audience": str(series.audience_id)}
        super().__init__(data, initial=initial)
        offer(self, viewer, series.organisation, series.audience)


class StepForm(NonceMixin, LockMixin):
    """A step that is taken at what one has seen."""


def offer(
    form: forms.Form, viewer: Viewer, organisation: Organisation, now: Audience | None = None
) -> None:
    """Offer in a form what an organisation may share with, and what holds now."""
    cast(AudienceField, form.fields["audience"]).offer(viewer, organisation, now)


def _months() -> list[tuple[str, str]]:
    """Return the first days of the months, in words."""
    first = [(f"--{month:02}-01", dt.date(2000, month, 1)) for month in range(1, 13)]
    return [(value, date_format(day, "F")) for value, day in first]
