"""What the addresses of agreements and of the work under them answer to whom.

Gothenburg (`owner`) and Los Angeles (`partner_in`, `client`) are the parties; Tokyo is not.
"""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.agreements.models import (
    Action,
    Agreement,
    Meeting,
    Milestone,
    ProgressUpdate,
    Workstream,
)
from exchange.common import time
from tests.agreements.factories import make_agreement
from tests.agreements.work_factories import (
    DAY,
    drop,
    make_action,
    make_meeting,
    make_milestone,
    make_workstream,
    report,
)
from tests.api.asking import ANYBODY_KNOWN, ANYBODY_WRITES, INSIDE, INSIDERS, WITH_TOKEN, a_key
from tests.architecture.routes import Route, everybody
from tests.cast import Cast

KINDS: dict[str, Any] = {
    "update": ProgressUpdate,
    "agreement": Agreement,
    "workstream": Workstream,
    "milestone": Milestone,
    "action": Action,
    "meeting": Meeting,
}
Make = Callable[[Cast], dict[str, Any]]
Data = Callable[[Cast, Mapping[str, Any]], dict[str, Any]]


def agreement(cast: Cast) -> dict[str, Any]:
    return {"pk": make_agreement(cast, canary=True).pk}


def public_agreement(cast: Cast) -> dict[str, Any]:
    return {"pk": make_agreement(cast, canary=True, audience=cast.public).pk}


def proposed_agreement(cast: Cast) -> dict[str, Any]:
    return {"pk": make_agreement(cast, canary=True, confirmed=False).pk}


def workstream(cast: Cast) -> dict[str, Any]:
    return {"pk": make_workstream(cast, make_agreement(cast, canary=True), canary=True).pk}


def update(cast: Cast) -> dict[str, Any]:
    return {"pk": report(cast, Workstream.objects.get(**workstream(cast)), canary=True).pk}


def milestone(cast: Cast) -> dict[str, Any]:
    """A milestone in the hands of Gothenburg."""
    of = Workstream.objects.get(**workstream(cast))
    return {"pk": make_milestone(cast, of, owner=cast.gothenburg, canary=True).pk}


def dropped_milestone(cast: Cast) -> dict[str, Any]:
    return dropped(cast, Milestone, milestone(cast))


def action(cast: Cast) -> dict[str, Any]:
    """An action in the hands of Gothenburg."""
    of = make_agreement(cast, canary=True)
    return {"pk": make_action(cast, of, owner=cast.gothenburg, canary=True).pk}


def dropped_action(cast: Cast) -> dict[str, Any]:
    return dropped(cast, Action, action(cast))


def dropped(cast: Cast, kind: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    drop(cast, kind.objects.get(**kwargs))
    return kwargs


def meeting(cast: Cast) -> dict[str, Any]:
    return {"pk": make_meeting(cast, make_agreement(cast, canary=True), canary=True).pk}


def past_meeting(cast: Cast) -> dict[str, Any]:
    of = make_agreement(cast, canary=True)
    return {"pk": make_meeting(cast, of, canary=True, starts_at=time.now() - DAY).pk}


def listed(make: Make) -> Make:
    """Return what makes one thing for a list, which takes no arguments."""

    def one_of_them(cast: Cast) -> dict[str, Any]:
        make(cast)
        return {}

    one_of_them.__name__ = make.__name__
    return one_of_them


def version_of(kind: str, *, with_key: bool = False) -> Callable[..., dict[str, str]]:
    """Return what gives the headers of a change: the version of the thing, and a key if asked for."""

    def headers(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, str]:
        lock = KINDS[kind].objects.get(**kwargs).lock
        return {**(a_key(cast, kwargs) if with_key else {}), "if-match": f'"v{lock}"'}

    return headers


def new_agreement(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": "An agreement", "parties": ["SEGOT", "USLAX"], "signed": "2023"}


def under(name: str, **rest: Any) -> Data:
    """Return what gives the body of a new thing under the one agreement or workstream there is."""

    def data(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        return {name: str(KINDS[name].objects.get().pk), **rest}

    return data


def a_title(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": "A better title"}


def a_result(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"attendees": "Siv\nCole", "minutes": "Agreed.", "decisions": "Buy a plug"}


PARTIES_MAKE = {**ANYBODY_WRITES, "partner_out": 422}
# It is in the hands of Gothenburg.
OWNER_CHANGES = {**INSIDERS, "partner_in": 403, "client": 403}


def instead(statuses: Mapping[str, int], status: int) -> dict[str, int]:
    """Return the statuses with another one for whom all is well."""
    return {who: status if code < 300 else code for who, code in statuses.items()}


def collection(kind: str, make: Make, place: Make, data: Data) -> list[Route]:
    """Return the routes of a list, and of making one thing more under what `place` makes."""
    where: dict[str, Any] = {"name": f"api:{kind}s", "path": f"api/v1/{kind}s"}
    new: dict[str, Any] = {**where, "make": listed(place), "data": data}
    return [
        Route(**where, make=listed(make), canary=INSIDE, get=ANYBODY_KNOWN),
        Route(**new, headers=a_key, post=PARTIES_MAKE, changes=INSIDE),
        Route(**new, post=everybody(400, anonymous=401), changes=()),
    ]


def one(kind: str, make: Make, patch: Mapping[str, int], data: Data = a_title) -> list[Route]:
    """Return the routes of reading and changing one thing."""
    where: dict[str, Any] = {"name": f"api:{kind}", "path": f"api/v1/{kind}s/<uuid:pk>"}
    sent: dict[str, Any] = {**where, "make": make, "data": data, "canary": INSIDE}
    done = [who for who, status in patch.items() if status == 200]
    return [
        Route(**where, make=make, canary=INSIDE, get=INSIDERS),
        Route(**sent, headers=version_of(kind), patch=patch, changes=done),
        Route(**sent, patch=instead(INSIDERS, 428), changes=()),
    ]


def step(kind: str, verb: str, make: Make) -> list[Route]:
    """Return the routes of a step of a milestone or an action of Gothenburg's."""
    path = f"api/v1/{kind}s/<uuid:pk>/{verb}"
    where: dict[str, Any] = {"name": f"api:{verb}_{kind}", "path": path, "make": make}
    return [
        Route(**where, headers=a_key, post=OWNER_CHANGES),
        Route(**where, post=instead(INSIDERS, 400), changes=()),
    ]


def meeting_step(verb: str, make: Make, data: Data) -> list[Route]:
    """Return the routes of a step of a meeting, which needs a version as well."""
    path = f"api/v1/meetings/<uuid:pk>/{verb}"
    where: dict[str, Any] = {"name": f"api:{verb}_meeting", "path": path, "make": make}
    where |= {"data": data, "canary": INSIDE}
    both = version_of("meeting", with_key=True)
    return [
        Route(**where, headers=both, post=INSIDERS, changes=INSIDE),
        Route(**where, headers=version_of("meeting"), post=instead(INSIDERS, 400), changes=()),
        Route(**where, headers=a_key, post=instead(INSIDERS, 428), changes=()),
    ]


def done_anew(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"done": "We asked, and were answered."}


def nothing(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {}


AGREEMENTS: dict[str, Any] = {"name": "api:agreements", "path": "api/v1/agreements"}
AGREEMENT: dict[str, Any] = {"name": "api:agreement", "path": "api/v1/agreements/<uuid:pk>"}
HOW = {"period": "2026-Q3", "health": "on_track", "done": "We asked."}
MEETING = {"title": "Steering", "starts_at": "2099-03-06T08:00:00Z"}
ROUTES = [
    Route(**AGREEMENTS, make=listed(agreement), canary=INSIDE, get=ANYBODY_KNOWN),
    Route(**AGREEMENTS, make=listed(public_agreement), canary=WITH_TOKEN, get=ANYBODY_KNOWN),
    Route(**AGREEMENTS, data=new_agreement, headers=a_key, post=ANYBODY_WRITES, changes=WITH_TOKEN),
    Route(**AGREEMENTS, data=new_agreement, post=everybody(400, anonymous=401), changes=()),
    Route(**AGREEMENT, make=public_agreement, canary=WITH_TOKEN, get=ANYBODY_KNOWN),
    Route(
        **AGREEMENT,
        make=proposed_agreement,
        canary=["owner"],
        get=everybody(404, owner=200, anonymous=401),
    ),
    Route(
        **AGREEMENT,
        make=public_agreement,
        data=a_title,
        headers=version_of("agreement"),
        patch={**ANYBODY_KNOWN, "partner_out": 403},
        canary=INSIDE,
        changes=INSIDE,
    ),
    *one("agreement", agreement, INSIDERS),
    *collection("workstream", workstream, agreement, under("agreement", title="Rail")),
    *one("workstream", workstream, INSIDERS),
    *collection("update", update, workstream, under("workstream", **HOW)),
    *one("update", update, OWNER_CHANGES, done_anew),
    *collection("milestone", milestone, workstream, under("workstream", title="The first plug")),
    *one("milestone", milestone, OWNER_CHANGES),
    *step("milestone", "finish", milestone),
    *step("milestone", "reopen", dropped_milestone),
    *step("milestone", "drop", milestone),
    *collection("action", action, agreement, under("agreement", title="Send the drawings")),
    *one("action", action, OWNER_CHANGES),
    *step("action", "finish", action),
    *step("action", "reopen", dropped_action),
    *step("action", "drop", action),
    *collection("meeting", meeting, agreement, under("agreement", **MEETING)),
    *one("meeting", meeting, INSIDERS),
    *meeting_step("hold", past_meeting, a_result),
    *meeting_step("cancel", meeting, nothing),
]
