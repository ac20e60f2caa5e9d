import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchange.audiences.viewer import Viewer
from exchange.common.forms import (
    ChosenField,
    NonceMixin,
    SeveralField,
    TypedChosenField,
    add_errors,
    set_choices,
)
from exchange.common.zones import ZoneField
from exchange.digests.choice import kinds_offered
from exchange.digests.models.subscription import Weekday
from exchange.digests.pauses import wrong_with_pause
from exchange.digests.periods import Cadence
from exchange.partners.models import Organisation
from exchange.topics.forms import theme_groups
from exchange.topics.models import Topic

WISH = ("cadence", "weekday", "hour", "zone", "paused_from", "paused_to")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOURS = [(hour, f"{dt.time(hour):%H:%M}") for hour in range(24)]


class ScheduleForm(NonceMixin):
    """When the mail comes."""

    cadence = ChosenField(label=_("How often"), choices=Cadence.choices, widget=forms.RadioSelect)
    weekday = TypedChosenField(
        label=_("Day"),
        choices=Weekday.choices,
        coerce=int,
        help_text=_("Of a weekly mail; a monthly one comes on the first such day of the month."),
    )
    hour = TypedChosenField(label=_("Hour"), choices=HOURS, coerce=int)
    zone = ZoneField(required=False)
    paused_from = forms.DateField(label=_("Pause from"), required=False, widget=DAY)
    paused_to = forms.DateField(
        label=_("Pause until"),
        required=False,
        widget=DAY,
        help_text=_("No mail on these days. The first one after them tells of the pause, too."),
    )

    def __init__(self, *args: Any, own_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = gettext("Type a city, or leave it empty for your own: %(zone)s.")
        self.fields["zone"].help_text = mine % {"zone": own_zone}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("paused_from"), cleaned.get("paused_to")
        if not self.errors.keys() & {"paused_from", "paused_to"}:
            add_errors(self, wrong_with_pause(first, last))
        return cleaned

    @property
    def wish(self) -> dict[str, Any]:
        """Return what `subscribe` takes, from a valid form."""
        return {name: self.cleaned_data[name] for name in WISH}


NARROWING = ("topics", "organisations", "kinds")


class ChoiceForm(NonceMixin):
    """What the mail tells of."""

    everything = TypedChosenField(
        label=_("The mail tells of"),
        choices=[("yes", _("everything that I may read")), ("no", _("only what I choose here"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    topics = SeveralField(label=_("Topics"), required=False)
    organisations = SeveralField(
        label=_("Organisations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    kinds = SeveralField(
        label=_("Kinds of thing"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._topics = list(Topic.objects.visible_to(viewer))
        partners = Organisation.objects.visible_to(viewer).partners()
        set_choices(self, "topics", [(topic.code, topic.label) for topic in self._topics])
        set_choices(self, "organisations", [(str(own.pk), own.name) for own in partners])
        set_choices(
            self, "kinds", [(k, capfirst(str(label))) for k, label in kinds_offered().items()]
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_narrowed and cleaned.get("everything") and "everything" not in self.changed_data:
            words = _(
                "You ticked something below: choose “only what I choose here” for it to count."
            )
            self.add_error("everything", words)
        return cleaned

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is ticked."""
        return any(self.cleaned_data.get(name) for name in NARROWING)

    @property
    def topic_groups(self) -> Iterator[dict[str, Any]]:
        """Return each theme with its topics, and whether they are chosen."""
        chosen = set(self["topics"].value() or [])
        return theme_groups(self._topics, chosen, whole=_("Everything in this theme"))

    @property
    def choice(self) -> dict[str, Any]:
        """Return what `choose` takes, from a valid form."""
        return {name: self.cleaned_data[name] for name in ("everything", *NARROWING)}
