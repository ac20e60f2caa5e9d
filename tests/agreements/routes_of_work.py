"""What the addresses of the work under agreements answer to whom."""

from collections.abc import Mapping
from typing import Any

from exchange.agreements import actions
from exchange.agreements.models import Meeting, Milestone, Workstream
from exchange.common import time
from exchange.common.ids import uuid7
from tests.agreements.factories import leave, make_agreement
from tests.agreements.work import HOUR, action, held, meeting, milestone, plan, report
from tests.architecture.routes import CANARY, VIEWERS, Route, everybody
from tests.cast import Cast, eyes

LOGIN = {"anonymous": 302, "client": 302}
INSIDE = ("owner", "partner_in")
READ = {"owner": 200, "partner_in": 200, "partner_out": 404, **LOGIN}
FORM = {"owner": 200, "partner_in": 403, "partner_out": 404, **LOGIN}
# Who is no party, and may see the agreement itself, may ask for its report.
SEEN = {**READ, "client": 404, "anonymous": 404}
DONE = {**FORM, "owner": 302}
COORDINATOR = {"owner_role": "coordinator"}


def nonce(**values: Any) -> dict[str, Any]:
    return {"nonce": str(uuid7()), **values}


def agreement(cast: Cast) -> dict[str, Any]:
    return {"pk": make_agreement(cast, canary=True).pk}


def workstream(cast: Cast) -> dict[str, Any]:
    """A workstream with an update."""
    planned = plan(cast, canary=True)
    report(cast, planned)
    return {"pk": planned.pk}


def an_update(cast: Cast) -> dict[str, Any]:
    return {"pk": report(cast, plan(cast, canary=True), done=CANARY).pk}


def lead(cast: Cast) -> dict[str, Any]:
    return {**workstream(cast), "organisation": cast.gothenburg.organisation.pk}


def a_board(cast: Cast) -> dict[str, Any]:
    set_one = milestone(cast, canary=True)
    action(cast, set_one.agreement, canary=True)
    return {"pk": set_one.agreement_id}


def a_milestone(cast: Cast) -> dict[str, Any]:
    return {"pk": milestone(cast, canary=True).pk}


def met(cast: Cast) -> dict[str, Any]:
    found = milestone(cast, canary=True)
    actions.finish_task(actor=eyes(cast.gothenburg.coordinator), task=found)
    return {"pk": found.pk}


def reported(cast: Cast) -> dict[str, Any]:
    return {"pk": Milestone.objects.get(**met(cast)).agreement_id}


def a_figure(cast: Cast) -> dict[str, Any]:
    return {**reported(cast), "name": "milestones-met"}


def an_action(cast: Cast) -> dict[str, Any]:
    return {"pk": action(cast, canary=True).pk}


def done(cast: Cast) -> dict[str, Any]:
    found = action(cast, canary=True)
    actions.finish_task(actor=eyes(cast.gothenburg.coordinator), task=found)
    return {"pk": found.pk}


def a_meeting(cast: Cast) -> dict[str, Any]:
    return {"pk": meeting(cast, canary=True).pk}


def meetings(cast: Cast) -> dict[str, Any]:
    return {"pk": held(cast, canary=True).agreement_id}


def a_held_meeting(cast: Cast) -> dict[str, Any]:
    return {"pk": held(cast, canary=True).pk}


def to_come(cast: Cast) -> dict[str, Any]:
    """A meeting tomorrow."""
    meeting(cast, canary=True, starts_at=time.now() + 24 * HOUR)
    return {}


def an_agreement_to_come(cast: Cast) -> dict[str, Any]:
    return {"pk": meeting(cast, canary=True, starts_at=time.now() + 24 * HOUR).agreement_id}


def an_address(cast: Cast) -> dict[str, Any]:
    actions.make_calendar_address(actor=eyes(cast.gothenburg.contributor))
    return {}


def address_of_an_agreement(cast: Cast) -> dict[str, Any]:
    found = make_agreement(cast, canary=True)
    actions.make_calendar_address(actor=eyes(cast.gothenburg.contributor), agreement=found)
    return {"pk": found.pk}


def a_feed(cast: Cast) -> dict[str, Any]:
    to_come(cast)
    return {"token": actions.make_calendar_address(actor=eyes(cast.gothenburg.contributor))}


def a_feed_of_one_who_left(cast: Cast) -> dict[str, Any]:
    found = make_agreement(cast, canary=True)
    carla = eyes(cast.los_angeles.contributor)
    token = actions.make_calendar_address(actor=carla, agreement=found)
    leave(found, cast.los_angeles)
    return {"token": token}


def once(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce()


def new_workstream(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(title="Rail", status="planned", starts="2026", lock=0)


def new_text(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    lock = Workstream.objects.get(**kwargs).lock
    return nonce(title="Rail", status="active", ends="2027-03", lock=lock)


def new_lead(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(function="Head of shore power", lock=Workstream.objects.get(pk=kwargs["pk"]).lock)


def new_update(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(period="2026-Q4", health="on_track", done="We met.", lock=0)


def corrected(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {**new_update(cast, kwargs), "done": "We met twice.", "lock": 1}


def new_task(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    owner = str(cast.los_angeles.organisation.pk)
    return nonce(title="Twelve plugs", due="2027-03-06", organisation=owner, lock=0)


def changed_task(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(title="Twelve plugs", due="", organisation="", evidence="", person="", lock=1)


def finished(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(done_on="2026-01-31")


def called(**values: Any) -> dict[str, Any]:
    return nonce(
        title="Kick-off",
        starts="2027-03-06T09:00",
        timezone="Europe/Stockholm",
        minutes_long="90",
        **values,
    )


def new_meeting(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return called(lock=0)


def moved(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return called(lock=Meeting.objects.get(**kwargs).lock)


def minutes(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    lock = Meeting.objects.get(**kwargs).lock
    return nonce(attendees="Siv", minutes="We met.", decisions="One plug.", lock=lock)


def cancelled(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return nonce(lock=Meeting.objects.get(**kwargs).lock)


def written(name: str, path: str, make: Any, data: Any) -> Route:
    """Return the declaration of a form that the coordinators of a party fill in."""
    return Route(
        name=f"agreements:{name}",
        path=path,
        make=make,
        canary=["owner"],
        get=FORM,
        post=DONE,
        data=data,
        **COORDINATOR,
    )


def pressed(name: str, path: str, make: Any) -> Route:
    """Return the declaration of a button that the coordinators of a party press."""
    return Route(
        name=f"agreements:{name}", path=path, make=make, post=DONE, data=once, **COORDINATOR
    )


ONE = "agreements/<uuid:pk>/"
STREAM = "workstreams/<uuid:pk>/"
PEOPLE = ("owner", "partner_in", "partner_out")
SIGNED_IN = {**dict.fromkeys(PEOPLE, 200), **LOGIN}
FEED = {"name": "agreements:calendar_feed", "path": "calendars/<str:token>.ics"}
OF_WORK = [
    Route(
        name="agreements:timeline", path=f"{ONE}timeline/", make=a_board, canary=INSIDE, get=READ
    ),
    Route(name="agreements:report", path=f"{ONE}report/", make=reported, canary=INSIDE, get=SEEN),
    Route(
        name="agreements:figure",
        path=f"{ONE}report/<slug:name>/",
        make=a_figure,
        canary=INSIDE,
        get=SEEN,
    ),
    Route(
        name="agreements:report_document",
        path=f"{ONE}report/document/",
        make=reported,
        canary=INSIDE,
        get=SEEN,
    ),
    Route(
        name="agreements:calendar",
        path="calendar/",
        make=to_come,
        canary=INSIDE,
        get=SIGNED_IN,
        post=SIGNED_IN,
        data=once,
        changes=PEOPLE,
    ),
    Route(
        name="agreements:end_calendar",
        path="calendar/end/",
        make=an_address,
        post=everybody(302),
        data=once,
    ),
    Route(
        name="agreements:agreement_calendar",
        path=f"{ONE}calendar/",
        make=an_agreement_to_come,
        canary=INSIDE,
        get=READ,
        post=READ,
        data=once,
        changes=INSIDE,
    ),
    Route(
        name="agreements:end_agreement_calendar",
        path=f"{ONE}calendar/end/",
        make=address_of_an_agreement,
        post={"owner": 302, "partner_in": 302, "partner_out": 404, **LOGIN},
        data=once,
    ),
    # The token is the only credential: whoever has it reads what its person may read.
    Route(**FEED, make=a_feed, canary=VIEWERS, get=everybody(200)),
    Route(**FEED, make=a_feed_of_one_who_left, get=everybody(404)),
    Route(
        name="agreements:meeting_file",
        path="meetings/<uuid:pk>/meeting.ics",
        make=a_meeting,
        canary=INSIDE,
        get=READ,
    ),
    Route(
        name="agreements:meetings", path=f"{ONE}meetings/", make=meetings, canary=INSIDE, get=READ
    ),
    Route(name="agreements:board", path=f"{ONE}board/", make=a_board, canary=INSIDE, get=READ),
    written("new_workstream", f"{ONE}workstreams/new/", agreement, new_workstream),
    written("new_action", f"{ONE}actions/new/", agreement, new_task),
    written("new_meeting", f"{ONE}meetings/new/", agreement, new_meeting),
    Route(name="agreements:workstream", path=STREAM, make=workstream, canary=INSIDE, get=READ),
    written("edit_workstream", f"{STREAM}edit/", workstream, new_text),
    written("report_progress", f"{STREAM}report/", workstream, new_update),
    written("correct_update", "updates/<uuid:pk>/edit/", an_update, corrected),
    written("lead", f"{STREAM}leads/<uuid:organisation>/", lead, new_lead),
    written("new_milestone", f"{STREAM}milestones/new/", workstream, new_task),
    written("edit_milestone", "milestones/<uuid:pk>/edit/", a_milestone, changed_task),
    written("finish_milestone", "milestones/<uuid:pk>/finish/", a_milestone, finished),
    pressed("drop_milestone", "milestones/<uuid:pk>/drop/", a_milestone),
    pressed("reopen_milestone", "milestones/<uuid:pk>/reopen/", met),
    written("edit_action", "actions/<uuid:pk>/edit/", an_action, changed_task),
    written("finish_action", "actions/<uuid:pk>/finish/", an_action, finished),
    pressed("drop_action", "actions/<uuid:pk>/drop/", an_action),
    pressed("reopen_action", "actions/<uuid:pk>/reopen/", done),
    Route(
        name="agreements:meeting",
        path="meetings/<uuid:pk>/",
        make=a_held_meeting,
        canary=INSIDE,
        get=READ,
    ),
    written("edit_meeting", "meetings/<uuid:pk>/edit/", a_meeting, moved),
    written("hold_meeting", "meetings/<uuid:pk>/hold/", a_meeting, minutes),
    written("cancel_meeting", "meetings/<uuid:pk>/cancel/", a_meeting, cancelled),
]
