from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch, Q
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.agreements import actions
from exchange.agreements.api.base import OneThing, Things
from exchange.agreements.api.bodies.agreement import (
    AgreementBody,
    AgreementChange,
    NewAgreement,
    Readers,
    Told,
)
from exchange.agreements.api.judging import Parties, cleaned_by, only, read
from exchange.agreements.choices import Kind, Status
from exchange.agreements.models import Agreement, Party, Term
from exchange.agreements.models.agreement import AgreementQuerySet
from exchange.agreements.texts import (
    AGREEMENT_FIELDS,
    TERM_FIELDS,
    clean_agreement,
    clean_term,
)
from exchange.audiences import actions as audiences
from exchange.audiences.models import Audience
from exchange.common import time
from exchange.common.drf.filtering import AnyOf, ListQuery, Query, SortField
from exchange.common.drf.schema import ETAG, IDEMPOTENCY_KEY, IF_MATCH, LOCATION, REPLAYED
from exchange.common.drf.serializers import Choice, Key, Text, page_of
from exchange.partners.models import Organisation
from exchange.topics.api import KnownTopic

AUDIENCES: dict[str, Callable[[], Audience]] = {
    Readers.PARTNERS: audiences.all_partners,
    Readers.PUBLIC: audiences.public,
}


class AgreementQuery(ListQuery):
    """Which agreements to list."""

    status = Choice(Status.choices, required=False, help_text="How it stands today (UTC).")
    kind = AnyOf(Choice(Kind.choices))
    organisation = AnyOf(Key(), help_text="Ids of parties.")
    topic = KnownTopic(
        required=False, help_text="A code of `/topics`; a theme stands for its topics too."
    )
    id = AnyOf(Key(), max_length=100, help_text="Those of these ids that match.")
    external_id = AnyOf(
        Text(max_length=100, trim_whitespace=False),
        help_text="Your own organisation's ids, of agreements whose record it keeps.",
    )
    sort = SortField({"created_at": "created_at", "title": "sort_key"}, default="-created_at")
    body: ClassVar = AgreementBody


class OneAgreementQuery(Query):
    """What to read of an agreement."""

    body: ClassVar = AgreementBody


class OfAgreements(Things):
    body: ClassVar = AgreementBody
    route: ClassVar = "agreement"

    def rows(self) -> AgreementQuerySet:
        """Return the agreements that the viewer may see, with their topics, parties and terms."""
        order = ("-is_coordinating", "organisation__sort_key")
        parties = Party.objects.visible_to(self.viewer).select_related("organisation")
        terms = Term.objects.visible_to(self.viewer).order_by("number")
        seen: AgreementQuerySet = Agreement.objects.visible_to(self.viewer)
        return seen.with_shown().prefetch_related(
            "topics",
            Prefetch("parties", parties.order_by(*order), to_attr="known"),
            Prefetch("terms", terms, to_attr="all_terms"),
        )

    def version(self, thing: Agreement) -> int:
        """Return the version that a change names; 0 for who is told of no changes."""
        return Told(thing, self.viewer).version


class Agreements(OfAgreements):
    query_class: ClassVar = AgreementQuery

    @extend_schema(
        operation_id="agreements_list",
        summary="Agreements you may see",
        responses=page_of("AgreementPage", AgreementBody),
    )
    def get(self, request: Request) -> Response:
        """List agreements, the one recorded last first."""
        found = self.rows()
        if "status" in self.query:
            found = found.in_status(self.query["status"], time.now().date())
        if "organisation" in self.query:
            found = found.of_parties(self.query["organisation"])
        if "external_id" in self.query:
            own, ids = list(self.viewer.roles), self.query["external_id"]
            found = found.filter(organisation__in=own, external_id__in=ids)
        if topic := self.query.get("topic"):
            about = Agreement.objects.visible_to(self.viewer).filter(
                Q(topics=topic) | Q(topics__parent=topic)
            )
            found = found.filter(pk__in=about.values("pk"))
        return self.listed({"id": "pk__in", "kind": "kind__in"}, found)

    @extend_schema(
        operation_id="agreements_create",
        summary="Record an agreement of your organisation",
        request=NewAgreement,
        parameters=[IDEMPOTENCY_KEY, ETAG, LOCATION, REPLAYED],
        responses={201: AgreementBody},
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Record an agreement with its first term.

        Your organisation is party at once. People of the others confirm that they are, or decline;
        until a second party has confirmed it, nobody else sees it. What the parties are, its terms
        after the first, its end and its audience are then decided by people.
        """
        return self.make_once(self._record)

    def _record(self) -> Agreement:
        viewer, parties = self.viewer, Parties(self.viewer)
        body = read(
            NewAgreement,
            self.request.data,
            parties,
            cleaned_by(clean_agreement, *AGREEMENT_FIELDS),
            cleaned_by(clean_term, *TERM_FIELDS),
        )
        meant_for = AUDIENCES.get(body["audience"])
        return actions.register_agreement(
            actor=viewer,
            organisation=Organisation.objects.visible_to(viewer).get(pk=viewer.organisation_id),
            parties=parties.found,
            text=only(body, *AGREEMENT_FIELDS),
            term=only(body, *TERM_FIELDS),
            audience=meant_for() if meant_for else None,
            external_id=body.get("external_id"),
        )


class OneAgreement(OfAgreements, OneThing):
    query_class: ClassVar = OneAgreementQuery

    @extend_schema(
        operation_id="agreements_read",
        summary="One agreement",
        parameters=[ETAG],
        responses={200: AgreementBody, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Read an agreement. Its parties are told more of it than others are."""
        return self.answer(pk)

    @extend_schema(
        operation_id="agreements_update",
        summary="Change an agreement's text",
        request=AgreementChange,
        parameters=[IF_MATCH, ETAG],
        responses=AgreementBody,
    )
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change the text that the parties share; any of them may, until the agreement is over."""

        def revise(agreement: Any, lock: int, text: dict[str, Any]) -> None:
            actions.revise_agreement(actor=self.viewer, agreement=agreement, lock=lock, text=text)

        judges = [cleaned_by(clean_agreement, *AGREEMENT_FIELDS)]
        return self.changed(AgreementChange, revise, lambda _agreement: judges)
