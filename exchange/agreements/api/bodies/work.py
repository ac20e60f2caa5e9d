"""What the API says of workstreams, progress updates, milestones and actions, and what it takes."""

from django.db import models
from rest_framework import serializers

from exchange.agreements import choices
from exchange.agreements.api.bodies.members import (
    Page,
    WorkBody,
    codes_of,
    line,
    markdown,
    one_of,
    one_or_none,
    partial_date,
    text,
)
from exchange.agreements.api.rights import allowed_actions
from exchange.agreements.models import (
    LONG,
    TITLE_LENGTH,
    Lead,
    Milestone,
    ProgressUpdate,
    Task,
    Workstream,
)
from exchange.agreements.texts import MOST_TOPICS
from exchange.common.drf.serializers import Choice, Day, Input, Instant, ListOf, Sparse, Text

OWNER = "The party that has it in hand; null: all of them together."


class TaskState(models.TextChoices):
    """Whether a milestone or an action is still to be done."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class LeadBody(serializers.Serializer[Lead]):
    """Who leads a workstream for one party: by function; people are not in the API."""

    organisation = serializers.UUIDField(source="organisation_id")
    function = serializers.CharField(allow_blank=True)


class WorkstreamBody(WorkBody):
    """A line of work under an agreement."""

    number = serializers.IntegerField(help_text="Its place among those of the agreement.")
    objective = markdown()
    topics = codes_of()
    starts = serializers.CharField(
        allow_blank=True, help_text="A year, a month or a day; empty when it is not known."
    )
    ends = serializers.CharField(allow_blank=True, help_text="The same.")
    status = Choice(choices.WorkStatus.choices)
    health = Choice(
        choices.Health.choices,
        allow_null=True,
        help_text="As the latest progress update says; null before the first.",
    )
    health_reason = serializers.CharField(allow_blank=True)
    reported_at = Instant(allow_null=True, help_text="When the latest progress update was made.")
    leads = LeadBody(source="led", many=True)


class WorkstreamChange(Input):
    """Changes of a workstream (JSON merge patch): null empties, what is missing stays."""

    answered_by = WorkstreamBody

    title = line(Workstream, "title", TITLE_LENGTH, required=False)
    objective = text(Workstream, "objective", LONG)
    topics = ListOf(
        Text(max_length=60),
        most=MOST_TOPICS,
        required=False,
        allow_null=True,
        help_text="Codes of `/topics`.",
    )
    starts = partial_date(Workstream, "starts")
    ends = partial_date(Workstream, "ends")
    status = Choice(choices.WorkStatus.choices, required=False)


class NewWorkstream(WorkstreamChange):
    """A new line of work."""

    title = line(Workstream, "title", TITLE_LENGTH)
    agreement = one_of()


class UpdateBody(Sparse):
    """How a workstream stood in a period, in the words of one party."""

    id = serializers.UUIDField()
    agreement = serializers.UUIDField(source="workstream.agreement_id")
    workstream = serializers.UUIDField(source="workstream_id")
    organisation = serializers.UUIDField(
        source="organisation_id", allow_null=True, help_text="The party that says so."
    )
    period = serializers.CharField(help_text="2026, 2026-Q4 or 2026-11.")
    health = Choice(choices.Health.choices)
    reason = serializers.CharField(allow_blank=True, help_text="Why it is not on track.")
    done = markdown()
    next = markdown()
    help_wanted = markdown()
    made_at = Instant()
    updated_at = Instant(
        source="changed_at", allow_null=True, help_text="When it was last corrected; null: never."
    )
    version = serializers.IntegerField(source="lock", help_text='For If-Match: `"v<version>"`.')
    allowed_actions = serializers.SerializerMethodField(help_text="What you may do with it now.")
    url = Page()

    def get_allowed_actions(self, thing: ProgressUpdate) -> list[str]:
        return allowed_actions(self.context["viewer"], thing)


class UpdateChange(Input):
    """A correction of a progress update (JSON merge patch): null empties, what is missing stays."""

    answered_by = UpdateBody

    period = line(ProgressUpdate, "period", 7, required=False)
    health = Choice(choices.Health.choices, required=False)
    reason = text(ProgressUpdate, "reason", 2000)
    done = line(ProgressUpdate, "done", LONG, trim_whitespace=False, required=False)
    next = text(ProgressUpdate, "next", LONG)
    help_wanted = text(ProgressUpdate, "help_wanted", LONG)


class NewUpdate(UpdateChange):
    """A progress update; the health of the workstream is then what it says."""

    workstream = one_of()
    period = line(ProgressUpdate, "period", 7)
    health = Choice(choices.Health.choices)
    done = line(ProgressUpdate, "done", LONG, trim_whitespace=False)


class TaskBody(WorkBody):
    """What a milestone and an action have in common."""

    workstream = serializers.UUIDField(source="workstream_id", allow_null=True)
    organisation = serializers.UUIDField(source="organisation_id", allow_null=True, help_text=OWNER)
    due = serializers.DateField(allow_null=True)
    state = serializers.SerializerMethodField()
    is_overdue = serializers.BooleanField(
        help_text="Whether it is open though its day (UTC) has passed."
    )
    done_on = serializers.DateField(allow_null=True)
    dropped_at = Instant(allow_null=True)

    def get_state(self, task: Task) -> TaskState:
        if task.is_open:
            return TaskState.OPEN
        return TaskState.DONE if task.done_on else TaskState.DROPPED


class MilestoneBody(TaskBody):
    """What a workstream wants to have reached by a day."""

    evidence = serializers.CharField(
        allow_blank=True, help_text="Where one sees that it is done: a web address."
    )


class ActionBody(TaskBody):
    """Something that a party has promised to do. Whom of its people it names is not in the API."""

    meeting = serializers.UUIDField(
        source="meeting_id", allow_null=True, help_text="Where it was agreed."
    )


class TaskChange(Input):
    """What a milestone and an action let one change."""

    title = line(Milestone, "title", TITLE_LENGTH, required=False)
    due = Day(required=False, allow_null=True)
    organisation = one_or_none(help_text=OWNER)


class ActionChange(TaskChange):
    """Changes of an action (JSON merge patch): null empties, what is missing stays.

    The person of whom it is asked, whom people name, stays as long as its organisation does.
    """

    answered_by = ActionBody


class MilestoneChange(TaskChange):
    """Changes of a milestone (JSON merge patch): null empties, what is missing stays."""

    answered_by = MilestoneBody

    evidence = text(Milestone, "evidence", 2000)


class NewMilestone(MilestoneChange):
    """A new milestone of a workstream."""

    title = line(Milestone, "title", TITLE_LENGTH)
    workstream = one_of()


class NewAction(ActionChange):
    """Something to be done under an agreement."""

    title = line(Milestone, "title", TITLE_LENGTH)
    agreement = one_of()
    workstream = one_or_none(help_text="Of the same agreement, as is the meeting.")
    meeting = one_or_none(help_text="Where it was agreed.")


class ActionDone(Input):
    """When an action was done."""

    done_on = Day(required=False, help_text="Today in UTC unless sent.")


class MilestoneMet(ActionDone):
    """When a milestone was met, and where one sees that."""

    evidence = text(Milestone, "evidence", 2000, allow_null=False)
