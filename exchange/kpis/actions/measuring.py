"""By which indicators a workstream is measured."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.activity.log import record
from exchange.agreements.models import Agreement, Workstream
from exchange.agreements.policies import can_report
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict, Invalid, Message
from exchange.kpis.actions import _steps
from exchange.kpis.models import Indicator, Measure
from exchange.partners.models import Organisation
from exchange.partners.viewers import in_office_now

MOST = 8
NOT_YOURS: Message = gettext_lazy("Only its leads, and people who coordinate a party, do this.")


@transaction.atomic
def measure_workstream(
    *, actor: Viewer, workstream: Workstream, indicators: Collection[Indicator]
) -> Workstream:
    """Have a workstream be measured by these indicators in use, eight at most, and by no others.

    The same choice changes nothing. Raises Forbidden, Conflict when the agreement is over, Invalid.
    """
    actor, workstream = _locked(actor, workstream.pk)
    if workstream.agreement.is_over:
        raise Conflict(_("This agreement is over: nothing new is done under it."))
    _steps.require(actor.is_system or can_report(actor, workstream), NOT_YOURS)
    wanted = {one.pk for one in indicators}
    if len(wanted) > MOST:
        raise Invalid({"indicators": [_("Choose at most %(most)s.") % {"most": MOST}]})
    rows = Measure.objects.filter(workstream=workstream)
    present = set(rows.values_list("indicator", flat=True))
    offered = Indicator.objects.in_use().filter(pk__in=wanted - present)
    if offered.count() != len(wanted - present):
        raise Invalid({"indicators": [_("One of these KPIs is not in use.")]})
    if wanted != present:
        rows.exclude(indicator__in=wanted).delete()
        Measure.objects.bulk_create(
            Measure(workstream=workstream, indicator_id=pk) for pk in sorted(wanted - present)
        )
        home = workstream.agreement.home_audience
        record(
            "workstream.measured",
            actor=actor,
            target=workstream,
            audience=home,
            home_audience=home,
            organisation_id=_acting_for(actor, workstream.agreement),
            version=workstream.lock,
        )
    return workstream


def _locked(actor: Viewer, pk: UUID) -> tuple[Viewer, Workstream]:
    """Return the actor as they are now and the workstream; nobody changes its agreement meanwhile."""
    for key in sorted(actor.roles):
        actor = in_office_now(actor, Organisation.objects.get(pk=key))
    agreement = Workstream.objects.values_list("agreement", flat=True).get(pk=pk)
    Agreement.objects.select_for_update().only("pk").get(pk=agreement)
    rows = Workstream.objects.select_related("agreement__home_audience", "agreement__current_term")
    return actor, rows.get(pk=pk)


def _acting_for(actor: Viewer, agreement: Agreement) -> UUID | None:
    if actor.organisation_id in agreement.party_ids:
        return actor.organisation_id
    return next(iter(sorted(agreement.party_ids & set(actor.roles))), None)
