"""What is wrong with a body about an agreement or the work under it, all of it in one answer."""

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.serializers import ValidationError

from exchange.agreements.models import Agreement, Meeting, Workstream
from exchange.audiences.viewer import Viewer
from exchange.common.drf.serializers import Input
from exchange.common.errors import Invalid
from exchange.partners.models import Organisation

Text = dict[str, Any]
# Returns by field what is wrong with that much of a body as its contract lets through.
Judge = Callable[[Text], Mapping[str, Any]]
DATES = {"announced", "signed", "effective", "starts", "ends"}


def read(kind: type[Input], body: Any, *judges: Judge) -> Text:
    """Return a body by its contract, once the judges let it through too.

    Raises ValidationError (422) with all that is wrong, so that all of it is mended at once.
    """
    checked = kind(data=body)
    wrong = {} if checked.is_valid() else dict(checked.errors)
    text = _let_through(kind, body, wrong) if wrong else dict(checked.validated_data)
    faults: dict[str, Any] = {}
    for judge in judges:
        faults |= judge(text)
    if wrong or faults:
        raise ValidationError(faults | wrong)
    return text


def _let_through(kind: type[Input], body: Any, wrong: Mapping[str, Any]) -> Text:
    given = body if isinstance(body, Mapping) else {}
    rest = kind(data={name: given[name] for name in given if name not in wrong}, partial=True)
    # A date that is wrong in itself is in no order with the other.
    unknown = dict.fromkeys(wrong.keys() & DATES, "")
    return {**rest.validated_data, **unknown} if rest.is_valid() else {}


def cleaned_by(clean: Callable[[Text], object], *names: str) -> Judge:
    """Return a judge by what the actions would refuse of these members."""

    def judge(text: Text) -> Mapping[str, Any]:
        try:
            clean(only(text, *names))
        except Invalid as error:
            return error.errors
        return {}

    return judge


def only(text: Text, *names: str) -> Text:
    """Return those of the members that there are."""
    return {name: text[name] for name in names if name in text}


class Parties:
    """The organisations that a body names as parties, by id or UN/LOCODE; a judge of them."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.found: list[Organisation] = []

    def __call__(self, text: Text) -> Mapping[str, Any]:
        """Look them up, one query; name those that there are not."""
        names = text.get("parties", [])
        ids = [key for name in names if (key := _key(name))]
        codes = [name.upper() for name in names]
        seen = Organisation.objects.visible_to(self.viewer)
        self.found = list(seen.filter(Q(pk__in=ids) | Q(unlocode__in=codes)))
        known = {str(one.pk) for one in self.found} | {one.unlocode for one in self.found}
        words = _("There is no “%(name)s” among /api/v1/organisations. Send an id, or a UN/LOCODE.")
        missing = [
            words % {"name": name}
            for name in names
            if str(_key(name)) not in known and name.upper() not in known
        ]
        return {"parties": missing} if missing else {}


class Places:
    """What the ids in a body stand for: where a thing belongs, and who has it in hand; a judge of them.

    All must be visible and of one agreement; the owner is a party of it.
    """

    def __init__(self, viewer: Viewer, agreement: Agreement | None = None) -> None:
        self.viewer = viewer
        self.agreement = agreement
        self.workstream: Workstream | None = None
        self.meeting: Meeting | None = None
        self.organisation: Organisation | None = None

    def __call__(self, text: Text) -> Mapping[str, Any]:
        """Look them up, one query each; name those that are not there for the viewer."""
        faults: dict[str, list[str]] = {}
        agreements = Agreement.objects.visible_to(self.viewer).with_shown()
        if pk := text.get("agreement"):
            self.agreement = agreements.filter(pk=pk).first()
        if pk := text.get("workstream"):
            workstreams = Workstream.objects.visible_to(self.viewer).select_related("agreement")
            self.workstream = workstreams.filter(pk=pk).first()
        if pk := text.get("meeting"):
            self.meeting = Meeting.objects.visible_to(self.viewer).filter(pk=pk).first()
        if self.workstream and self.agreement is None and "agreement" not in text:
            self.agreement = self.workstream.agreement
        for name in ("agreement", "workstream", "meeting"):
            found = getattr(self, name)
            if text.get(name) and (found is None or self._is_elsewhere(found)):
                faults[name] = [_("There is nothing with this id here, or nothing for you.")]
        if "organisation" in text and self.agreement:
            self._find_owner(text["organisation"], faults)
        return faults

    @property
    def agreement_named(self) -> Agreement:
        """Return the agreement that the body has to name; it is there once `read` is through."""
        return cast(Agreement, self.agreement)

    @property
    def workstream_named(self) -> Workstream:
        """Return the workstream that the body has to name; it is there once `read` is through."""
        return cast(Workstream, self.workstream)

    def _is_elsewhere(self, found: Agreement | Workstream | Meeting) -> bool:
        if isinstance(found, Agreement) or self.agreement is None:
            return False
        return found.agreement_id != self.agreement.pk

    def _find_owner(self, pk: UUID | None, faults: dict[str, list[str]]) -> None:
        standing = self.agreement.standing if self.agreement else []
        owners = {party.organisation_id: party.organisation for party in standing}
        self.organisation = owners.get(pk) if pk else None
        if pk and self.organisation is None:
            faults["organisation"] = [_("Choose one of the parties of the agreement.")]


def _key(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
