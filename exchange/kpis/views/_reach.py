"""What the pages share: whose page it is, and fetching through the rule."""

from functools import partial
from uuid import UUID

from django.shortcuts import get_object_or_404

from exchange.kpis.models import Series
from exchange.partners import answering
from exchange.partners.middleware import ViewedRequest
from exchange.partners.models import Organisation

form_page = partial(answering.form_page, template="kpis/form.html")


def written_for(request: ViewedRequest) -> Organisation | None:
    """Return the organisation that the reader writes for, if any; the viewer knows it."""
    chosen = request.viewer.organisation_id
    mine = (one.organisation for one in request.memberships)
    return next((one for one in mine if one.pk == chosen), None)


def visible_series(request: ViewedRequest, pk: UUID) -> Series:
    """Return a series with what its page shows; 404 for whoever does not see it."""
    rows = Series.objects.visible_to(request.viewer).with_place()
    found: Series = get_object_or_404(rows.select_related("audience", "responsible"), pk=pk)
    return found
