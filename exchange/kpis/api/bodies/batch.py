"""What the API says of an import, and what it takes for one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from exchange.common import time
from exchange.common.drf.serializers import Choice, Input, Instant, Sparse, Text
from exchange.kpis import policies
from exchange.kpis.actions.importing import MAY_CANCEL
from exchange.kpis.api.bodies.members import Page, prose
from exchange.kpis.choices import ImportState, Outcome
from exchange.kpis.models import Import
from exchange.kpis.models.batch import KEPT
from exchange.kpis.reading import choices

LONGEST_NAME = 200
LONGEST_SHEET = 100
LONGEST_REASON = 500
MAY_ANSWER = (ImportState.ASKING, ImportState.READY, ImportState.REFUSED)


def allowed_actions(viewer: Any, batch: Import) -> list[str]:
    """Return the steps that are possible now."""
    good = sum(batch.counts.get(one, 0) for one in Outcome if one != Outcome.REJECTED)
    steps = {
        "answer": batch.state in MAY_ANSWER and time.now() - batch.made_at < KEPT,
        "accept": batch.state == ImportState.READY and good > 0,
        "cancel": batch.state in MAY_CANCEL,
        "undo": batch.state == ImportState.ACCEPTED,
    }
    may = policies.can_answer_for(viewer, batch)
    return [step for step, possible in steps.items() if possible and may]


class DialectBody(serializers.Serializer[Any]):
    """How a file was read; empty where that is not known yet, or of no matter."""

    encoding = prose(default="")
    delimiter = prose(default="")
    decimal_sign = prose(default="")
    sheet = prose(default="")


class AnswerChoiceBody(serializers.Serializer[Any]):
    """One of the answers to a question."""

    value = serializers.CharField(help_text="What `answer` takes.")
    words = serializers.CharField()

    def to_representation(self, instance: Any) -> Any:
        """Return an answer, which is kept as a pair."""
        value, words = instance
        return {"value": value, "words": words}


class QuestionBody(serializers.Serializer[Any]):
    """What has to be asked, as the file does not tell."""

    about = serializers.CharField(help_text="The member of `answer` that answers it.")
    message = serializers.CharField()
    choices = AnswerChoiceBody(many=True)


class CountsBody(serializers.Serializer[Any]):
    """How many rows are or would be what; those with a warning are counted twice."""

    added = serializers.IntegerField(default=0)
    corrected = serializers.IntegerField(default=0)
    unchanged = serializers.IntegerField(default=0)
    rejected = serializers.IntegerField(default=0)
    warned = serializers.IntegerField(default=0)


class ImportBody(Sparse):
    """A file of values: how it was read, and what came or would come of it."""

    id = serializers.UUIDField()
    organisation = serializers.UUIDField(source="organisation_id")
    file_name = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes.")
    sha256 = serializers.CharField()
    state = Choice(
        ImportState.choices,
        help_text="`queued`, `reading`, `accepting` and `undoing` go on by themselves: ask again. "
        "`undone`: what waited is withdrawn; what was approved holds until a reviewer agrees.",
    )
    rows_in_file = serializers.IntegerField(help_text="0 until they are counted.")
    rows_read = serializers.IntegerField()
    counts = CountsBody(help_text="Of the preview while it is `ready`.")
    dialect = DialectBody()
    question = QuestionBody(allow_null=True, help_text="While it is `asking`, else null.")
    notices = serializers.ListField(child=serializers.CharField(), help_text="For people.")
    refusal = prose(help_text="Why nothing was written or undone, for people.")
    only_good = serializers.BooleanField(help_text="Whether rejected rows were left out.")
    reason = prose(help_text="Why values were corrected.")
    allowed_actions = serializers.SerializerMethodField(help_text="What you may do with it now.")
    created_at = Instant(source="made_at")
    accepted_at = Instant(allow_null=True, help_text="When its values were written.")
    undone_at = Instant(allow_null=True)
    undo_reason = prose(help_text="Why it was undone.")
    version = serializers.IntegerField(
        source="attempt", help_text='For If-Match: `"v<version>"`. Each preview has another.'
    )
    url = Page()

    def get_allowed_actions(self, batch: Import) -> list[str]:
        return allowed_actions(self.context["viewer"], batch)


class RejectedBody(Sparse):
    """What is wrong with a row; a row with several faults is there for each."""

    row = serializers.IntegerField(help_text="Its line in the file, or row in the sheet.")
    column = prose(help_text="Empty: the row as a whole.")
    value = prose(help_text="What stands there.")
    reason = serializers.CharField(help_text="For people.")


class Flag(serializers.BooleanField):
    """True or false and nothing that looks like it."""

    default_error_messages = {"invalid": _("Send true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        """Return it."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class HowWritten(Input):
    """How a file is written, as far as that is known; what is left out is found out or asked for."""

    encoding = Choice([value for value, _words in choices("encoding")], required=False)
    delimiter = Choice([value for value, _words in choices("delimiter")], required=False)
    decimal_sign = Choice([value for value, _words in choices("decimal_sign")], required=False)
    sheet = Text(max_length=LONGEST_SHEET, required=False, help_text="Its name, of a workbook.")


class ImportAnswer(HowWritten):
    """What was asked, or is to be read in another way."""

    answered_by = ImportBody
    default_error_messages = {
        "nothing": _("Say at least one of encoding, delimiter, decimal_sign and sheet.")
    }

    def validate(self, attrs: Any) -> Any:
        """Refuse an answer that says nothing."""
        if not attrs:
            self.fail("nothing")
        return attrs


class ImportDecision(Input):
    """The decision on a preview."""

    answered_by = ImportBody

    only_good = Flag(default=False, help_text="Leave out rejected rows and take the others.")
    reason = Text(
        max_length=LONGEST_REASON,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why values are corrected, for everybody who reads them.",
    )


class ImportUndoing(Input):
    """Why an import is undone."""

    reason = Text(max_length=LONGEST_REASON)
