"""The steps that the actions on imports share."""

from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.kpis import policies
from exchange.kpis.actions import _steps
from exchange.kpis.choices import ImportState
from exchange.kpis.models import Import
from exchange.partners.viewers import in_office_now


def taken(actor: Viewer, batch: Import) -> tuple[Viewer, Import]:
    """Return actor and import as they are now; raise unless the actor decides on it.

    The organisation is locked before the import, and that before the series.
    """
    if batch.organisation is not None and not actor.is_system:
        actor = in_office_now(actor, batch.organisation)
    batch = hold(batch)
    _steps.require(policies.can_answer_for(actor, batch), _steps.ONLY_WRITERS)
    return actor, batch


def hold(batch: Import) -> Import:
    """Lock an import, and return it as it is now."""
    Import.objects.select_for_update().only("pk").get(pk=batch.pk)
    found: Import = Import.objects.select_related("organisation").get(pk=batch.pk)
    return found


def end(batch: Import, state: ImportState, words: str) -> Import:
    """Have a locked import be in a state that nobody works on; `words` say why not in another."""
    batch.state, batch.refusal, batch.lease_until = state, words, None
    if state == ImportState.ACCEPTED and batch.accepted_at is None:
        batch.accepted_at = time.now()
    batch.save(update_fields=["state", "refusal", "lease_until", "accepted_at", "undone_at"])
    return batch
