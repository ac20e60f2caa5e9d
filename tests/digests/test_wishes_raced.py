"""Every pair of wishes for one person's mails, in the same moment."""

from functools import partial
from itertools import count
from typing import Any

import pytest
from time_machine import Traveller

from exchange.audiences.viewer import Role
from exchange.digests import actions, planning
from exchange.digests.models import Digest, Subscription
from tests.cast import Cast, eyes, make_cast, make_person
from tests.digests.conftest import START
from tests.digests.scenes import DUE_IN_LOS_ANGELES, publish, subscribe
from tests.races import Act, race

# They only look something up.
APART = {"UNDO_FOR", "Standing", "can_undo", "standing"}
numbers = count(1)


class Scene:
    """Somebody of Los Angeles whose mail is due; perhaps they ended their mails just now."""

    def __init__(self, cast: Cast, clock: Traveller, beginning: str) -> None:
        clock.move_to(START)
        name = f"Pat{next(numbers)} Person"
        self.person = make_person(cast.los_angeles.organisation, Role.READER, name)
        self.subscription = subscribe(self.person, cadence="daily")
        publish(cast, f"For {name}")
        clock.move_to(DUE_IN_LOS_ANGELES)
        planning.plan()
        if beginning == "ended":
            actions.unsubscribe(actor=eyes(self.person))

    def acts(self) -> dict[str, Act]:
        """Return an act for each action, and a second way to have fewer mails."""
        mine: dict[str, Any] = {"actor": eyes(self.person)}
        by_link: dict[str, Any] = {**mine, "token": self.subscription.token}
        lower = partial(actions.lower_by_token, **by_link)
        return {
            "choose": partial(actions.choose, **mine, everything=False, kinds=["lesson"]),
            "lower_by_token": partial(lower, cadence="weekly"),
            "lower_by_token, far": partial(lower, cadence="monthly"),
            "resume": partial(actions.resume, **mine),
            "resume_by_token": partial(actions.resume_by_token, **by_link),
            "send_now": partial(actions.send_now, **mine),
            "subscribe": partial(
                actions.subscribe, **mine, cadence="workdays", weekday=1, hour=9, zone="Asia/Tokyo"
            ),
            "unsubscribe": partial(actions.unsubscribe, **mine),
            "unsubscribe_by_token": partial(actions.unsubscribe_by_token, **by_link),
        }

    def trace(self) -> list[Any]:
        """Return what every act leaves behind."""
        wish = ("active", "cadence", "hour", "zone", "everything", "kinds", "started_position")
        row = Subscription.objects.filter(pk=self.subscription.pk)
        mails = Digest.objects.filter(subscription=self.subscription).order_by("on_request")
        return [
            row.values_list(*wish, "unsubscribed_via").get(),
            list(mails.values_list("on_request", "state", "reason")),
        ]


ACTS = sorted({*actions.__all__, "lower_by_token, far"} - APART)


def test_every_action_has_its_act(cast: Cast, clock: Traveller) -> None:
    assert sorted(Scene(cast, clock, "active").acts()) == ACTS


@pytest.mark.postgres
@pytest.mark.parametrize("beginning", ["active", "ended"])
@pytest.mark.parametrize("first", ACTS)
def test_two_wishes_at_once_end_like_one_after_the_other(
    postgres: None, clock: Traveller, first: str, beginning: str
) -> None:
    cast = make_cast()
    # The later name asks first: that is how the far and the near step to fewer mails show.
    for other in ACTS[ACTS.index(first) :]:
        scene = Scene(cast, clock, beginning)
        acts = scene.acts()
        race(acts[other], acts[first], over=scene.subscription, look=scene.trace)
