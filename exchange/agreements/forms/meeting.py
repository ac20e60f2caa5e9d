"""The forms about meetings."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exchange.agreements.models import Meeting
from exchange.agreements.models.meeting import LONGEST_MINUTES
from exchange.common.clock import OnTheClock, moment_of, shown_by
from exchange.common.forms import ChosenField, LockMixin, NonceMixin, set_choices
from exchange.common.merging import MergingForm
from exchange.common.zones import ZoneField

CALLED = ("title", "place", "agenda")
HELD = ("attendees", "minutes", "decisions")


def _text(name: str, rows: int = 0) -> forms.CharField:
    """Return the field of a meeting's column, with so many rows where it has several lines."""
    column: Any = Meeting._meta.get_field(name)
    field: forms.CharField = column.formfield()
    if rows:
        field.widget = forms.Textarea({"rows": rows})
    return field


class MeetingForm(MergingForm):
    """When and where a meeting is, and what it is about."""

    title = _text("title")
    starts = OnTheClock(label=_("Day and hour"), help_text=_("By the clock of the zone below."))
    timezone = ZoneField(help_text=_("Type a city, such as Los Angeles."))
    minutes_long = forms.IntegerField(
        label=_("Length in minutes"),
        min_value=5,
        max_value=LONGEST_MINUTES,
        initial=60,
        error_messages={
            "min_value": _("Five minutes or more."),
            "max_value": _("A week at most."),
        },
    )
    place = _text("place")
    agenda = _text("agenda", rows=6)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "starts" in cleaned and "timezone" in cleaned:
            try:
                cleaned["starts_at"] = moment_of(cleaned["starts"], cleaned["timezone"])
            except forms.ValidationError as error:
                self.add_error("starts", error)
        return cleaned

    @property
    def text(self) -> dict[str, Any]:
        """Return what the actions take of a valid form; an hour that nobody touched stays the moment it was."""
        names = (*CALLED, *(["starts_at"] if self.is_moved else []), "timezone", "minutes_long")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def is_moved(self) -> bool:
        """Tell whether another minute or zone was typed than what the meeting has, if there is one."""
        was: dt.datetime | None = self.initial.get("starts")
        typed = (self.cleaned_data["starts"], self.cleaned_data["timezone"])
        return not was or typed != (
            was.replace(second=0, microsecond=0),
            self.initial["timezone"],
        )

    @staticmethod
    def values_of(meeting: Meeting) -> dict[str, Any]:
        """Return what the form begins with."""
        names = (*CALLED, "timezone", "minutes_long")
        starts = shown_by(meeting.starts_at, meeting.timezone)
        return {"starts": starts, **{name: getattr(meeting, name) for name in names}}


class NewMeetingForm(MeetingForm):
    """A meeting of the whole agreement, or of one workstream."""

    workstream = ChosenField(label=_("About"), required=False)

    def __init__(self, *args: Any, workstreams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._workstreams = {str(one.pk): one for one in workstreams}
        rows = [(key, one.title) for key, one in self._workstreams.items()]
        set_choices(self, "workstream", [("", _("the agreement as a whole")), *rows])
        self.order_fields(["title", "workstream"])

    @property
    def chosen_workstream(self) -> Any:
        return self._workstreams.get(self.cleaned_data["workstream"])


class HoldForm(MergingForm):
    """What came of a meeting."""

    attendees = _text("attendees", rows=4)
    minutes = _text("minutes", rows=10)
    decisions = _text("decisions", rows=4)

    @property
    def text(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in HELD}

    @staticmethod
    def values_of(meeting: Meeting) -> dict[str, Any]:
        """Return what the form begins with."""
        return {name: getattr(meeting, name) for name in HELD}


class CancelForm(NonceMixin, LockMixin):
    """Calling a meeting off."""
