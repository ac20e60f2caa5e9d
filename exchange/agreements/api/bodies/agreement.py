"""What the API says of an agreement, and what it takes for one."""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models
from rest_framework import serializers

from exchange.agreements import choices, policies
from exchange.agreements.api.bodies.members import (
    Page,
    codes_of,
    line,
    markdown,
    partial_date,
    text,
)
from exchange.agreements.choices import PartyState
from exchange.agreements.models import LONG, TITLE_LENGTH, Agreement, Party, Term
from exchange.agreements.models.term import LONGEST_MONTHS
from exchange.agreements.texts import MOST_TOPICS
from exchange.audiences.api import code_of
from exchange.audiences.viewer import Viewer
from exchange.common.drf.serializers import (
    Choice,
    Input,
    Instant,
    ListOf,
    Number,
    Sparse,
    Text,
    guidance,
)

MOST_PARTIES = 50
# What may be done with an agreement that is not over, by who speaks for a party of it.
STEPS = ("revise", "plan_workstream", "agree_action", "call_meeting")


class Readers(models.TextChoices):
    """Who may see an agreement that stands."""

    PARTIES = "parties"
    PARTNERS = "partners"
    PUBLIC = "public"


@dataclass(frozen=True)
class Told:
    """An agreement as one viewer is told of it: what goes on among its parties is said to them only."""

    agreement: Agreement
    viewer: Viewer

    @property
    def at_home(self) -> bool:
        return self.agreement.home_audience_id in self.viewer.audience_ids

    @property
    def version(self) -> int:
        """Return how many changes of any kind there were; 0 elsewhere, where not all of them are seen."""
        return self.agreement.lock if self.at_home else 0

    @property
    def parties(self) -> list[Party]:
        """Return the parties; at home also whom one has asked, and who has not answered."""
        told = {PartyState.CONFIRMED, *([PartyState.PROPOSED] if self.at_home else [])}
        known: list[Party] = self.agreement.known  # type: ignore[attr-defined]
        return [party for party in known if party.state in told]

    @property
    def terms(self) -> list[Term]:
        return list(self.agreement.all_terms)  # type: ignore[attr-defined]

    @property
    def audience(self) -> str:
        """Return the audience's code; elsewhere its kind alone."""
        audience = self.agreement.audience
        return code_of(audience) if self.at_home else str(audience.kind)

    @property
    def external_id(self) -> str | None:
        keeps = self.agreement.organisation_id in self.viewer.roles
        return self.agreement.external_id if keeps else None

    @property
    def closing_reason(self) -> str | None:
        return self.agreement.closing_reason if self.at_home else None

    @property
    def updated_at(self) -> dt.datetime | None:
        return self.agreement.changed_at if self.at_home else None

    @property
    def allowed_actions(self) -> list[str]:
        return list(STEPS) if policies.can_edit(self.viewer, self.agreement) else []


class PartyBody(serializers.Serializer[Any]):
    """An organisation that is party to an agreement, or is asked whether it is."""

    id = serializers.UUIDField(source="organisation_id", help_text="Of the organisation.")
    name = serializers.CharField(source="organisation.name")
    unlocode = serializers.CharField(source="organisation.unlocode", allow_null=True)
    state = serializers.ChoiceField(
        [choice for choice in PartyState.choices if choice[0] in {"confirmed", "proposed"}],
        help_text="`proposed`: it is asked and has not answered, which its parties alone are told.",
    )
    is_coordinating = serializers.BooleanField()
    signatory = serializers.CharField(allow_blank=True, help_text="Who signed for it.")


def _date(help_text: str) -> serializers.CharField:
    return serializers.CharField(allow_blank=True, help_text=help_text)


class TermBody(serializers.Serializer[Any]):
    """A term of an agreement; its dates are as exact as they are known."""

    number = serializers.IntegerField()
    announced = _date("`2023`, `2023-03` or `2023-03-06`; empty when it is not known.")
    signed = _date("The same.")
    effective = _date("In force from, as the document states it.")
    ends = _date("As the document states it.")
    months = serializers.IntegerField(
        allow_null=True, help_text="Its length, as the document states it."
    )
    notice_months = serializers.IntegerField(
        allow_null=True, help_text="How long before its end a party says that it will not renew."
    )
    note = serializers.CharField(allow_blank=True, help_text="Where the dates come from.")
    ends_by = _date("Its end: as stated, else reckoned from `months`; empty when neither is known.")
    is_reckoned = serializers.BooleanField(
        help_text="Whether `ends_by` follows from `months` alone."
    )


class AgreementBody(Sparse):
    """An agreement with its parties and terms."""

    id = serializers.UUIDField(source="agreement.id")
    title = serializers.CharField(source="agreement.title")
    kind = Choice(choices.Kind.choices, source="agreement.kind")
    status = Choice(
        choices.Status.choices,
        source="agreement.status",
        help_text="How it stands today (UTC); it follows from parties, dates and end.",
    )
    parties = PartyBody(many=True)
    terms = TermBody(many=True, help_text="The present one last.")
    summary = markdown(source="agreement.summary")
    links = serializers.CharField(
        source="agreement.links",
        allow_blank=True,
        help_text="One a line: an address, then its title.",
    )
    topics = codes_of("agreement.topics")
    audience = serializers.CharField(
        help_text="Who may see it: `public`, `partners`, or `group`, its parties; at home with the "
        "number that `/me` lists, such as `group:7`."
    )
    external_id = serializers.CharField(
        allow_null=True, help_text="Told to the organisation that keeps the record, else null."
    )
    closing_reason = serializers.CharField(
        allow_null=True,
        allow_blank=True,
        help_text="Why it was terminated, in a party's words. At home only, else null.",
    )
    version = serializers.IntegerField(
        help_text='For If-Match: `"v<version>"`. Always 0 of what you are no party to.'
    )
    allowed_actions = serializers.ListField(
        child=serializers.CharField(), help_text="What you may do under it now."
    )
    created_at = Instant(source="agreement.created_at")
    updated_at = Instant(allow_null=True, help_text="At home any change of it, else null.")
    url = Page(source="agreement.get_absolute_url")

    def to_representation(self, instance: Agreement) -> Any:
        """Return the body of an agreement for the viewer of the context."""
        return super().to_representation(Told(instance, self.context["viewer"]))


class AgreementChange(Input):
    """Changes of an agreement's text (JSON merge patch): null empties, what is missing stays.

    Parties, dates, end and audience are decided by people.
    """

    answered_by = AgreementBody

    title = line(Agreement, "title", TITLE_LENGTH, required=False)
    kind = Choice(choices.Kind.choices, required=False)
    summary = text(Agreement, "summary", LONG)
    links = text(Agreement, "links", LONG)
    topics = ListOf(
        Text(max_length=60),
        most=MOST_TOPICS,
        required=False,
        allow_null=True,
        help_text="Codes of `/topics`.",
    )


_months = partial(Number, required=False, allow_null=True, min_value=1, max_value=LONGEST_MONTHS)


class NewAgreement(AgreementChange):
    """An agreement of your organisation, with its first term; the other parties are asked to confirm."""

    title = line(Agreement, "title", TITLE_LENGTH)
    parties = ListOf(
        Text(max_length=36),
        most=MOST_PARTIES,
        allow_empty=False,
        help_text="The other parties: their ids, or UN/LOCODEs.",
    )
    audience = Choice(
        Readers.choices,
        default=Readers.PARTIES.value,
        help_text="Who may see it besides its parties, once a second one has confirmed it.",
    )
    external_id = Text(
        required=False,
        allow_null=True,
        max_length=100,
        help_text="Your system's own id of it; unique in your organisation.",
    )
    announced = partial_date(Term, "announced")
    signed = partial_date(Term, "signed")
    effective = partial_date(Term, "effective")
    ends = partial_date(Term, "ends")
    months = _months(help_text=guidance(Term, "months"))
    notice_months = _months(help_text=guidance(Term, "notice_months"))
    note = text(Term, "note", 2000)
