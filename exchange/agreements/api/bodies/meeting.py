"""What the API says of a meeting, and what it takes for one."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from exchange.agreements.api.bodies.members import (
    WorkBody,
    line,
    lines,
    markdown,
    one_of,
    one_or_none,
    text,
)
from exchange.agreements.choices import MeetingState
from exchange.agreements.models import LONG, TITLE_LENGTH, Meeting
from exchange.agreements.models.meeting import LONGEST_MINUTES
from exchange.common.cleaning import clean_moment
from exchange.common.drf.serializers import Choice, Input, Instant, Number, Text, guidance


class MeetingBody(WorkBody):
    """A meeting under an agreement, of one workstream or of all."""

    workstream = serializers.UUIDField(
        source="workstream_id", allow_null=True, help_text="Null: of the agreement as a whole."
    )
    organisation = serializers.UUIDField(
        source="organisation_id", allow_null=True, help_text="The party that called it."
    )
    state = Choice(MeetingState.choices)
    starts_at = Instant()
    ends_at = Instant()
    minutes_long = serializers.IntegerField()
    timezone = serializers.CharField(
        help_text="IANA name of the zone whose clock it was planned by."
    )
    place = serializers.CharField(allow_blank=True)
    agenda = markdown()
    attendees = lines()
    minutes = markdown()
    decisions = lines()


class Moment(Instant):
    """A moment that says its zone: what is left to guess is refused."""

    def to_internal_value(self, value: Any) -> Any:
        """Return the moment."""
        try:
            known = isinstance(value, str) and clean_moment(value)
        except ValidationError:
            known = None
        if not known:
            self.fail("invalid", format="")
        return super().to_internal_value(value)


class MeetingResult(Input):
    """What a meeting came to."""

    answered_by = MeetingBody

    attendees = text(Meeting, "attendees", 4000)
    minutes = text(Meeting, "minutes", LONG)
    decisions = text(Meeting, "decisions", LONG)


class MeetingChange(MeetingResult):
    """Changes of a meeting (JSON merge patch): null empties, what is missing stays."""

    title = line(Meeting, "title", TITLE_LENGTH, required=False)
    starts_at = Moment(required=False)
    minutes_long = Number(
        required=False,
        min_value=5,
        max_value=LONGEST_MINUTES,
        help_text=guidance(Meeting, "minutes_long"),
    )
    timezone = Text(
        required=False,
        max_length=64,
        help_text="IANA name of the zone whose clock it is planned by; UTC unless sent.",
    )
    place = text(Meeting, "place", 500)
    agenda = text(Meeting, "agenda", LONG)


class NewMeeting(MeetingChange):
    """A new meeting."""

    title = line(Meeting, "title", TITLE_LENGTH)
    starts_at = Moment()
    agreement = one_of()
    workstream = one_or_none(help_text="Of the same agreement; null: of it as a whole.")
