"""What people wish for: when their mails come, and what they tell of."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from exchange.accounts.models import User
from exchange.activity.sequencer import last_position
from exchange.audiences.viewer import Viewer
from exchange.common import time
from exchange.common.errors import Conflict, Forbidden, Invalid, Message
from exchange.common.ids import uuid7
from exchange.digests.choice import kinds_offered
from exchange.digests.models import Digest, Subscription
from exchange.digests.pauses import wrong_with_pause
from exchange.digests.planning import trial_window
from exchange.digests.policies import can_subscribe
from exchange.partners.models import Organisation
from exchange.topics.models import Topic


@transaction.atomic
def subscribe(
    *,
    actor: Viewer,
    cadence: str,
    weekday: int,
    hour: int,
    zone: str = "",
    paused_from: dt.date | None = None,
    paused_to: dt.date | None = None,
) -> Subscription:
    """Have a digest sent to the actor, or change when it comes.

    The first mail tells of what happens from now on; a changed wish leaves the window as it is.
    An empty `zone` means the actor's own. Raises Forbidden, or Invalid by field.
    """
    user_id = actor.user_id
    if user_id is None or not can_subscribe(actor):
        raise Forbidden(_("Only members of an organisation get these mails."))
    _lock(user_id)
    mine = Subscription.objects.select_for_update().for_viewer(actor)
    subscription = mine.first() or Subscription(user_id=user_id, active=False)
    wish = {"cadence": cadence, "weekday": weekday, "hour": hour, "zone": zone}
    if not subscription.active:
        subscription.started_position = last_position()
    if not subscription.active or any(getattr(subscription, k) != wish[k] for k in wish):
        subscription.scheduled_at = time.now()
    subscription.active = True
    for name, value in wish.items():
        setattr(subscription, name, value)
    wrong: dict[str, Any] = wrong_with_pause(paused_from, paused_to)
    subscription.paused_from, subscription.paused_to = paused_from, paused_to
    try:
        subscription.clean_fields(
            exclude={field.name for field in Subscription._meta.fields} - wish.keys()
        )
    except ValidationError as error:
        wrong = error.message_dict | wrong
    if wrong:
        raise Invalid(wrong)
    subscription.save()
    return subscription


@transaction.atomic
def choose(
    *,
    actor: Viewer,
    everything: bool,
    topics: Collection[str] = (),
    organisations: Collection[str] = (),
    kinds: Collection[str] = (),
) -> Subscription:
    """Have the actor's digests tell of everything, or only of what fits one of those named.

    `topics` are codes, `organisations` ids, `kinds` names of target types; with `everything` they
    are forgotten. It holds from the next mail on. Raises Conflict without a subscription, or Invalid
    by field: for something that is not there, and for nothing at all.
    """
    subscription = _mine(actor)
    if everything:
        topics = organisations = kinds = ()
    filed = {topic.code: topic for topic in Topic.objects.visible_to(actor)}
    owners = {str(own.pk): own for own in Organisation.objects.visible_to(actor).partners()}
    offers: dict[str, tuple[Mapping[str, Any], Collection[str]]] = {
        "topics": (filed, topics),
        "organisations": (owners, organisations),
        "kinds": (kinds_offered(), kinds),
    }
    gone = _("Something you chose is no longer there. Choose again.")
    errors: dict[str, list[Message]] = {
        name: [gone] for name, (offered, wanted) in offers.items() if set(wanted) - offered.keys()
    }
    if not (everything or topics or organisations or kinds):
        errors["everything"] = [_("Choose at least one topic, organisation or kind.")]
    if errors:
        raise Invalid(errors)
    subscription.everything = everything
    subscription.kinds = sorted(kinds)
    subscription.save(update_fields=["everything", "kinds"])
    subscription.topics.set(filed[code] for code in topics)
    subscription.organisations.set(owners[key] for key in organisations)
    return subscription


@transaction.atomic
def send_now(*, actor: Viewer) -> Digest:
    """Have a digest sent to the actor now, beside the regular ones; return its row.

    It tells of what the next mail would, and at least of a whole period. Regular windows stay as
    they are. A second request while the first is under way gives that one. Raises Conflict without
    a subscription.
    """
    subscription = _mine(actor)
    asked = Digest.objects.filter(subscription=subscription, on_request=True)
    under_way = asked.open().first()
    if under_way:
        return under_way
    start, end = trial_window(subscription)
    key = uuid7()
    return Digest.objects.create(
        id=key,
        subscription=subscription,
        period_key=f"now-{key}",
        on_request=True,
        from_position=start,
        to_position=end,
    )


def _mine(actor: Viewer) -> Subscription:
    """Return the actor's own subscription, locked. Raises Conflict without one."""
    found = Subscription.objects.active().select_for_update().for_viewer(actor).first()
    if found is None:
        raise Conflict(_("Choose first when you want mails."))
    return found


def _lock(user_id: UUID) -> None:
    """Have a person's first wishes come one after the other: there is no subscription to lock yet."""
    people = User.objects.select_for_update(no_key=True).filter(pk=user_id)
    list(people.values_list("pk"))
