"""What the addresses of lessons answer to whom."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.common import time
from exchange.common.ids import uuid7
from exchange.lessons.bookkeeping import keep_buffer
from exchange.lessons.choices import State
from exchange.lessons.linking import offers
from exchange.lessons.models import Lesson
from tests.agreements.factories import make_agreement
from tests.architecture.routes import CANARY, Route, everybody
from tests.cast import Cast, eyes
from tests.lessons.factories import TOMORROW, act, make_lesson
from tests.lessons.links import link, make_workstream
from tests.lessons.pages import form_body, step_body

LOGIN = {"anonymous": 302, "client": 302}
OUT = {"partner_in": 404, "partner_out": 404, **LOGIN}
PEOPLE = ("owner", "partner_in", "partner_out")
INSIDE = ("owner", "partner_in")
SIGNED_IN = everybody(200, **LOGIN)
# Whoever reads a lesson but has no right to change it.
READS = {"partner_in": 403, "partner_out": 404, **LOGIN}


def in_state(state: str) -> Callable[[Cast], dict[str, Any]]:
    """Make a lesson for the agreement in that state."""
    return lambda cast: {"pk": make_lesson(cast, state=state, canary=True).pk}


def scheduled(cast: Cast) -> dict[str, Any]:
    lesson = make_lesson(cast, state=State.VALIDATED, canary=True)
    return {"pk": act("schedule", lesson, cast.gothenburg).pk}


def superseded(cast: Cast) -> dict[str, Any]:
    return {"pk": act("supersede", make_lesson(cast, canary=True), cast.gothenburg).pk}


def two_lessons(cast: Cast) -> dict[str, Any]:
    make_lesson(cast)
    return in_state(State.PUBLISHED)(cast)


def tomorrow(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    day = (time.now() + TOMORROW).strftime("%Y-%m-%dT%H:00")
    return step_body(of(cast, kwargs), release_at=day)


def another(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    older = of(cast, kwargs)
    newer = Lesson.objects.visible_to(eyes(cast.gothenburg.reviewer)).may_replace(older).get()
    return step_body(older, successor=str(newer.pk))


def linked(cast: Cast) -> dict[str, Any]:
    lesson = make_lesson(cast, canary=True)
    link(lesson, cast.gothenburg, make_workstream(make_agreement(cast)))
    return {"pk": lesson.pk}


def no_workstream(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Send what the form sends when the only one that was ticked is no more."""
    lesson = of(cast, kwargs)
    offered = offers(lesson, eyes(cast.gothenburg.contributor))
    return {"nonce": str(uuid7()), "shown": [str(one.workstream.pk) for one in offered]}


def a_draft_and_a_review(cast: Cast) -> dict[str, Any]:
    make_lesson(cast, state=State.CAPTURED, canary=True)
    make_lesson(cast, state=State.IN_REVIEW, canary=True)
    return {}


def a_lesson(cast: Cast) -> dict[str, Any]:
    make_lesson(cast, canary=True)
    return {}


def of(cast: Cast, kwargs: Mapping[str, Any]) -> Lesson:
    lesson: Lesson = Lesson.objects.visible_to(eyes(cast.gothenburg.reviewer)).get(**kwargs)
    return lesson


def typed_by_karin(cast: Cast) -> dict[str, Any]:
    """A new lesson that Gothenburg's contributor typed and did not save."""
    key = uuid7()
    keep_buffer(eyes(cast.gothenburg.contributor), key, None, 0, {"title": [CANARY]})
    return {"typed": key}


def new_lesson(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return form_body(topics=[])


def three_fields(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": "Ask first", "situation": "", "nonce": str(uuid7()), "lock": 0}


def next_version(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return form_body(of(cast, kwargs))


def step(**values: Any) -> Callable[[Cast, Mapping[str, Any]], dict[str, Any]]:
    return lambda cast, kwargs: step_body(of(cast, kwargs), **values)


def typing(cast: Cast, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": "Half a ti", "lock": "0", "nonce": str(uuid7())}


ROUTES = [
    Route(
        name="lessons:library",
        path="lessons/",
        make=a_lesson,
        canary=INSIDE,
        get=everybody(200),
    ),
    Route(
        name="lessons:waiting",
        path="lessons/waiting/",
        make=a_draft_and_a_review,
        canary=["owner"],
        owner_role="reviewer",
        get=SIGNED_IN,
    ),
    Route(
        name="lessons:capture",
        path="lessons/capture/",
        get=SIGNED_IN,
        post=everybody(302),
        data=three_fields,
        changes=PEOPLE,
    ),
    Route(
        name="lessons:new",
        path="lessons/new/",
        get=SIGNED_IN,
        post=everybody(302),
        data=new_lesson,
        changes=PEOPLE,
    ),
    Route(
        name="lessons:go_on",
        path="lessons/new/<uuid:typed>/",
        make=typed_by_karin,
        canary=["owner"],
        get={"owner": 200, "partner_in": 404, "partner_out": 404, **LOGIN},
        post=everybody(302),
        data=new_lesson,
        changes=PEOPLE,
    ),
    Route(
        name="lessons:lesson",
        path="lessons/<uuid:pk>/",
        make=in_state(State.PUBLISHED),
        canary=INSIDE,
        get={"owner": 200, "partner_in": 200, "partner_out": 404, "client": 404, "anonymous": 404},
    ),
    Route(
        name="lessons:history",
        path="lessons/<uuid:pk>/history/",
        make=in_state(State.PUBLISHED),
        canary=INSIDE,
        get={"owner": 200, "partner_in": 200, "partner_out": 404, "client": 404, "anonymous": 404},
    ),
    Route(
        name="lessons:compare",
        path="lessons/<uuid:pk>/compare/",
        make=in_state(State.PUBLISHED),
        canary=["owner"],
        query={"older": "1", "newer": "1"},
        get={"owner": 200, **OUT},
    ),
    Route(
        name="lessons:edit",
        path="lessons/<uuid:pk>/edit/",
        make=in_state(State.PUBLISHED),
        canary=["owner"],
        get={"owner": 200, **READS},
        post={"owner": 302, **READS},
        data=next_version,
    ),
    Route(
        name="lessons:submit",
        path="lessons/<uuid:pk>/submit/",
        make=in_state(State.CAPTURED),
        post={"owner": 302, **OUT},
        data=step(),
    ),
    Route(
        name="lessons:review",
        path="lessons/<uuid:pk>/review/",
        make=in_state(State.IN_REVIEW),
        canary=["owner"],
        owner_role="reviewer",
        get={"owner": 200, **OUT},
        post={"owner": 302, **OUT},
        data=step(decision="approved"),
    ),
    Route(
        name="lessons:publish",
        path="lessons/<uuid:pk>/publish/",
        make=in_state(State.VALIDATED),
        canary=["owner"],
        owner_role="reviewer",
        get={"owner": 200, **OUT},
        post={"owner": 302, **OUT},
        data=step(),
    ),
    Route(
        name="lessons:recall",
        path="lessons/<uuid:pk>/recall/",
        make=in_state(State.IN_REVIEW),
        post={"owner": 302, **OUT},
        data=step(),
    ),
    Route(
        name="lessons:discard",
        path="lessons/<uuid:pk>/discard/",
        make=in_state(State.CAPTURED),
        canary=["owner"],
        get={"owner": 200, **OUT},
        post={"owner": 302, **OUT},
        data=step(),
    ),
    Route(
        name="lessons:restore",
        path="lessons/<uuid:pk>/restore/",
        make=in_state(State.DISCARDED),
        post={"owner": 302, **OUT},
        data=step(),
    ),
    Route(
        name="lessons:schedule",
        path="lessons/<uuid:pk>/schedule/",
        make=in_state(State.VALIDATED),
        canary=["owner"],
        owner_role="reviewer",
        get={"owner": 200, **OUT},
        post={"owner": 302, **OUT},
        data=tomorrow,
    ),
    Route(
        name="lessons:unschedule",
        path="lessons/<uuid:pk>/unschedule/",
        make=scheduled,
        owner_role="reviewer",
        post={"owner": 302, **OUT},
        data=step(),
    ),
    Route(
        name="lessons:supersede",
        path="lessons/<uuid:pk>/supersede/",
        make=two_lessons,
        canary=["owner"],
        owner_role="reviewer",
        get={"owner": 200, **READS},
        post={"owner": 302, **READS},
        data=another,
    ),
    Route(
        name="lessons:reinstate",
        path="lessons/<uuid:pk>/reinstate/",
        make=superseded,
        owner_role="reviewer",
        post={"owner": 302, **READS},
        data=step(),
    ),
    Route(
        name="lessons:audience",
        path="lessons/<uuid:pk>/audience/",
        make=in_state(State.PUBLISHED),
        canary=["owner"],
        owner_role="reviewer",
        get={"owner": 200, **READS},
        post={"owner": 302, **READS},
        data=step(audience="public", looked="public", confirm="1"),
    ),
    Route(
        name="lessons:workstreams",
        path="lessons/<uuid:pk>/workstreams/",
        make=linked,
        canary=["owner"],
        get={"owner": 200, **READS},
        post={"owner": 302, **READS},
        data=no_workstream,
    ),
    Route(
        name="lessons:withdraw",
        path="lessons/<uuid:pk>/withdraw/",
        make=in_state(State.PUBLISHED),
        canary=["owner"],
        owner_role="reviewer",
        get={"owner": 200, **READS},
        post={"owner": 302, **READS},
        data=step(reason="The figures were wrong."),
    ),
    Route(
        name="lessons:buffer",
        path="lessons/buffer/<uuid:form_key>/",
        make=lambda cast: {"form_key": make_lesson(cast, canary=True).pk},
        post={"owner": 200, **READS},
        data=typing,
    ),
    Route(
        name="lessons:preview",
        path="lessons/preview/",
        post=SIGNED_IN,
        changes=(),
    ),
]
