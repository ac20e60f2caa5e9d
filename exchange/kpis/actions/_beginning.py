"""The steps by which an import of the operator's makes the series and ports that it needs."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from exchange.audiences import actions as audiences
from exchange.audiences.viewer import Viewer
from exchange.common.errors import Conflict
from exchange.kpis.actions.series import begin_series
from exchange.kpis.importing.staged import taken_rows
from exchange.kpis.models import Import, Indicator, Series
from exchange.partners.actions import create_organisation
from exchange.partners.models import Organisation
from exchange.partners.ports import port_with


def lacking(batch: Import) -> list[tuple[str, str]]:
    """Return port and KPI of the series that rows of the operator's file need, and nobody began."""
    return sorted({(row.port, row.kpi) for row in taken_rows(batch) if not row.series})


def begun(wanted: Collection[tuple[str, str]]) -> bool:
    """Tell whether somebody has begun one of these series since the preview."""
    rows = Series.objects.filter(organisation__unlocode__in={port for port, _kpi in wanted})
    pairs = rows.values_list("organisation__unlocode", "definition__indicator__code")
    return not {*wanted}.isdisjoint(pairs)


def make(actor: Viewer, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Make these public series, and the reference ports that they need; return their ids as text."""
    made: dict[tuple[str, str], str] = {}
    for port, kpi in wanted:
        organisation = Organisation.objects.filter(unlocode=port).first() or _note(actor, port)
        indicator = Indicator.objects.in_use().filter(code=kpi).first()
        if indicator is None:
            words = _("The KPI %(code)s was retired since the preview.")
            raise Conflict(words % {"code": kpi})
        series = begin_series(
            actor=actor,
            organisation=organisation,
            indicator=indicator,
            audience=audiences.public(),
        )
        made[port, kpi] = str(series.pk)
    return made


def _note(actor: Viewer, unlocode: str) -> Organisation:
    """Make the reference port of a UN/LOCODE that the list of ports has."""
    port = port_with(unlocode)
    if port is None:
        raise Conflict(_("There is no port with this UN/LOCODE here."))
    return create_organisation(
        actor=actor,
        name=port.name,
        kind="port",
        unlocode=unlocode,
        timezone=port.timezone,
        is_partner=False,
    )
