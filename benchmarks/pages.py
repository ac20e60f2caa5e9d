"""How long the server takes for a page, among 10,000 lessons, beside a bare list in the same run.

    python benchmarks/pages.py [--lessons 10000] [--times 40] [--page NAME] [--json]

Runs on SQLite in a folder of its own, or on the empty database that DATABASE_URL names. Lessons are
the sample world's, copied under other titles and organisations: a fifth for everybody, the rest for
partners, groups and owners. Requests go through the whole of Django in this process, as a
coordinator who may see about half of them; the web server and the wire are left out. CPU is this
process's. "bare list" is the 20 newest lessons by a plain query and a plain template, without
middleware, session, visibility or frame.
"""

import argparse
import datetime as dt
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import cycle
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
BUDGET = {"median_ms": 60.0, "p95_ms": 150.0, "queries": 12, "html_bytes": 60_000}
ORGANISATIONS = 40
Run = Callable[[argparse.Namespace], dict[str, dict[str, float]]]
GROUPS = 10
AT_ONCE = 500
WORKSTREAMS, MILESTONES, LINKED = 12, 200, 300
BARE = """<ul>{% for lesson in lessons %}<li><a href="/lessons/{{ lesson.pk }}/">{{ lesson.shown_version.title }}
</a> {{ lesson.organisation.name }} {{ lesson.published_at }}<p>{{ lesson.shown_version.summary }}</p></li>{% endfor %}</ul>"""


@dataclass(frozen=True)
class Place:
    """Something that is asked for: `headers` for programs, `limit` the queries it may cost."""

    name: str
    path: str
    headers: dict[str, str]
    limit: int = 12


def make_world(lessons: int) -> Any:
    """Make organisations, groups and published lessons; return Gothenburg's coordinator."""
    from exchange.audiences import actions as audiences
    from exchange.audiences.viewer import Role, Viewer
    from exchange.home.sample import facts
    from exchange.lessons.texts import clean_text
    from exchange.partners.actions import create_organisation
    from exchange.topics import taxonomy
    from exchange.topics.actions import load_topics
    from tests.cast import eyes, make_cast, make_person

    system = Viewer.system()
    load_topics(actor=system, rows=taxonomy.rows())
    cast = make_cast()
    others = [
        create_organisation(actor=system, name=f"Harbour board {number}", kind="agency")
        for number in range(ORGANISATIONS - 3)
    ]
    owners = [cast.gothenburg.organisation, cast.los_angeles.organisation, *others]
    groups = [
        audiences.make_group(
            actor=system,
            name=f"Agreement {number}",
            members=[owner.home_audience for owner in owners[number :: GROUPS // 2]],
        )
        for number in range(GROUPS)
    ]
    author = make_person(owners[1], Role.CONTRIBUTOR, "Otto Autor")
    texts = [
        clean_text(facts.text_of(found, "lessons@example.org"), eyes(author))
        for found in facts.lessons()
    ]
    kinds = [cast.public, cast.partners, *groups[:2], None]
    wanted = zip(range(lessons), cycle(texts), cycle(owners), cycle(kinds), strict=False)
    batch: list[tuple[int, Any, Any, Any]] = []
    for row in wanted:
        batch.append(row)
        if len(batch) == AT_ONCE:
            publish(batch, author)
            batch = []
    publish(batch, author)
    make_agreement_with_work(cast)
    return cast.gothenburg.coordinator


def make_agreement_with_work(cast: Any) -> None:
    """Make an agreement with 12 workstreams, 200 milestones, 24 meetings and 300 lessons linked to it."""
    from exchange.agreements import actions
    from exchange.audiences.viewer import Viewer
    from exchange.lessons.models import Lesson, WorkstreamLink
    from tests.cast import eyes

    siv, now = eyes(cast.gothenburg.coordinator), dt.datetime.now(dt.UTC)
    agreement = actions.register_agreement(
        actor=Viewer.system(),
        organisation=None,
        parties=[cast.gothenburg.organisation, cast.los_angeles.organisation],
        text={
            "title": "Agreement at work",
            "summary": "All that two ports can plan.",
            "topics": [],
        },
        term={"signed": "2023-03", "ends": "2033"},
    )
    streams = []
    for number in range(WORKSTREAMS):
        text = {"title": f"Workstream {number}", "starts": "2024", "status": "active"}
        stream = actions.plan_workstream(actor=siv, agreement=agreement, text=text)
        update = {"period": "2026-Q3", "health": "on_track", "done": "We met, and went on."}
        actions.report_progress(actor=siv, workstream=stream, update=update)
        streams.append(stream)
    for number, stream in zip(range(MILESTONES), cycle(streams), strict=False):
        due = now.date() + dt.timedelta(days=4 * number - 400)
        text = {"title": f"Milestone {number}", "due": due}
        milestone = actions.plan_milestone(actor=siv, workstream=stream, text=text)
        if due < now.date():
            actions.finish_task(actor=siv, task=milestone, done_on=due)
    for number, stream in zip(range(2 * WORKSTREAMS), cycle(streams), strict=False):
        text = {"title": f"Meeting {number}", "starts_at": now + dt.timedelta(days=number)}
        actions.call_meeting(actor=siv, agreement=agreement, workstream=stream, text=text)
    seen = Lesson.objects.visible_to(siv).published().order_by("-published_at", "-pk")[:LINKED]
    WorkstreamLink.objects.bulk_create(
        WorkstreamLink(lesson=lesson, workstream=stream, organisation=cast.gothenburg.organisation)
        for lesson, stream in zip(seen, cycle(streams), strict=False)
    )


def know_the_tables() -> None:
    """Do what the hourly housekeeping and PostgreSQL's autovacuum, which may be off, have done."""
    from django.db import connection

    from exchange.common.tasks import count_rows_anew

    count_rows_anew()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")


def publish(batch: list[tuple[int, Any, Any, Any]], author: Any) -> None:
    """Write published lessons and what the log tells of them, many at once."""
    from exchange.activity.models import Event
    from exchange.audiences.viewer import Viewer
    from exchange.common.text import sort_key
    from exchange.lessons.models import Lesson, LessonVersion, TitleWord
    from exchange.lessons.titles import title_words

    lessons, versions, links, words, events = [], [], [], [], []
    label = _label(Viewer.system())
    for number, (fields, topics), owner, audience in batch:
        lesson = Lesson(
            organisation=owner,
            author=author,
            audience=audience or owner.home_audience,
            effective_audience=owner.home_audience,
            home_audience=owner.home_audience,
            state="captured",
        )
        text = {**fields, "title": f"{number}: {fields['title']}"[:140]}
        version = LessonVersion(
            lesson=lesson, number=1, author=author, sort_key=sort_key(text["title"]), **text
        )
        links += [
            LessonVersion.topics.through(lessonversion_id=version.pk, topic_id=topic.pk)
            for topic in topics
        ]
        words += [
            TitleWord(version=version, word=word)
            for word in title_words(version.title, version.titles)
        ]
        lessons.append(lesson)
        versions.append(version)
        events.append(
            Event(
                verb="lesson.published",
                target_type="lesson",
                target_id=lesson.pk,
                target_title=text["title"],
                actor=label,
                organisation_id=owner.pk,
                audience=lesson.audience,
                home_audience=lesson.home_audience,
            )
        )
    Lesson.objects.bulk_create(lessons)
    LessonVersion.objects.bulk_create(versions)
    LessonVersion.topics.through.objects.bulk_create(links)
    TitleWord.objects.bulk_create(words)
    for lesson, version in zip(lessons, versions, strict=True):
        lesson.latest_version = lesson.published_version = lesson.shown_version = version
        lesson.effective_audience = lesson.audience
        lesson.state, lesson.edition = "published", 1
        lesson.published_at = lesson.created_at
    changed = ["latest_version", "published_version", "shown_version", "effective_audience"]
    Lesson.objects.bulk_update(lessons, [*changed, "state", "edition", "published_at"], 100)
    Event.objects.bulk_create(events)


def _label(viewer: Any) -> Any:
    from exchange.activity.models import ActorLabel

    return ActorLabel.objects.get_or_create(
        kind=viewer.kind, actor_id=viewer.actor_id, defaults={"name": viewer.name}
    )[0]


def places(coordinator: Any) -> Iterator[Place]:
    """Yield the pages and endpoints that are measured."""
    from django.urls import reverse

    from exchange.agreements.models import Agreement, Workstream
    from exchange.lessons.models import Lesson
    from exchange.partners.actions import create_api_client
    from tests.cast import eyes

    viewer = eyes(coordinator)
    organisation = coordinator.memberships.get().organisation
    lesson = Lesson.objects.visible_to(viewer).published().exclude(organisation=organisation)[0]
    yield Place("start page", "/", {})
    yield Place("news", "/news/", {})
    yield Place("library", "/lessons/", {})
    yield Place("library, one topic", "/lessons/?topic=energy", {})
    yield Place("library, page 50", "/lessons/?page=50", {})
    yield Place("lesson", lesson.get_absolute_url(), {})
    yield Place("new lesson", "/lessons/new/", {})
    yield Place("search, two words", "/search/?q=shore+power", {})
    yield Place("search, filtered", "/search/?q=truck+appointment&topic=digital", {})
    yield Place("search, a question", "/search/?q=how+do+we+cut+queues+of+trucks+at+the+gate", {})
    yield Place("search, misspelt", "/search/?q=shore+powwer", {})
    yield Place("search, no words", "/search/", {})
    yield Place("suggestions", "/search/suggest/?q=shor", {})
    yield Place("waits for me", "/lessons/waiting/", {})
    yield Place("organisations", "/organisations/", {})
    yield Place("organisation", organisation.get_absolute_url(), {})
    agreement = Agreement.objects.visible_to(viewer).get(title="Agreement at work")
    stream = Workstream.objects.visible_to(viewer).filter(agreement=agreement)[0]
    one = agreement.get_absolute_url()
    yield Place("agreements", "/agreements/", {})
    yield Place("agreement", one, {})
    yield Place("agreement's board", f"{one}board/", {})
    yield Place("agreement's time line", f"{one}timeline/", {})
    yield Place("agreement's report", f"{one}report/", {})
    yield Place("agreement's calendar", f"{one}calendar/", {})
    yield Place("workstream", stream.get_absolute_url(), {})
    yield Place("digest settings", reverse("digests:settings"), {})
    _client, token = create_api_client(
        actor=viewer, organisation=organisation, name="bench", may_write=False
    )
    program = {"authorization": f"Bearer {token}"}
    yield Place("API: lessons", "/api/v1/lessons?limit=50", program, limit=8)
    yield Place("API: lesson", f"/api/v1/lessons/{lesson.pk}", program, limit=8)
    yield Place("API: agreements", "/api/v1/agreements", program, limit=8)
    yield Place("API: milestones", "/api/v1/milestones?limit=50", program, limit=8)
    yield Place("API: search", "/api/v1/search?q=shore+power", program, limit=8)


def bare_list() -> Callable[[], Any]:
    """Return what the bare list costs: one query and a template."""
    from django.template import Context, Template

    from exchange.lessons.models import Lesson

    template = Template(BARE)

    def ask() -> str:
        newest = Lesson.objects.select_related("shown_version", "organisation")
        return template.render(Context({"lessons": newest.order_by("-published_at", "-id")[:20]}))

    return ask


def measure(ask: Callable[[], Any], times: int) -> dict[str, float]:
    """Return median and 95th percentile of wall time, and median CPU time, in ms."""
    for _ in range(3):
        ask()
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        ask()
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    return {
        "median_ms": statistics.median(walls),
        "p95_ms": sorted(walls)[int(0.95 * (len(walls) - 1))],
        "cpu_ms": statistics.median(cpus),
    }


def ask_for(place: Place, browser: Any, program: Any) -> dict[str, float]:
    """Ask once for a place; return its weight and what it costs in queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = program if place.headers else browser
    client.get(place.path, headers=place.headers)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(place.path, headers=place.headers)
    assert answer.status_code == 200, (place.path, answer.status_code)
    return {"html_bytes": len(answer.content), "queries": len(queries)}


def run(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    from exchange.activity.sequencer import place_events
    from exchange.home import running
    from exchange.search import follow

    running.prepare()
    coordinator = make_world(options.lessons)
    place_events()
    follow.rebuild()
    know_the_tables()
    figures = {"bare list": measure(bare_list(), options.times)}
    return figures | measure_all(places(coordinator), coordinator, options)


def measure_all(
    places: Iterable[Place], person: Any, options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Return the figures of those places that are asked for: pages for the person, endpoints by headers."""
    from django.test import Client

    browser, program = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    browser.force_login(person)
    figures = {}
    for place in places:
        if options.page and options.page not in place.name:
            continue
        client = program if place.headers else browser

        def ask(place: Place = place, client: Any = client) -> Any:
            return client.get(place.path, headers=place.headers)

        figures[place.name] = ask_for(place, browser, program) | measure(ask, options.times)
        figures[place.name]["query_limit"] = place.limit
    return figures


def misses(name: str, row: dict[str, float]) -> str:
    """Return which budgets of the design a place does not keep."""
    bounds = {**BUDGET, "queries": row.get("query_limit", 12)}
    if name.startswith("API"):
        del bounds["html_bytes"]
    return " ".join(key for key, most in bounds.items() if row.get(key, 0) > most)


def tell(figures: dict[str, dict[str, float]]) -> None:
    print(f"{'':22} {'median':>8} {'p95':>8} {'CPU':>8} {'queries':>8} {'bytes':>8}")
    for name, row in figures.items():
        print(
            f"{name:22} {row['median_ms']:8.1f} {row['p95_ms']:8.1f} {row['cpu_ms']:8.1f} "
            f"{row.get('queries', 1):8.0f} {row.get('html_bytes', 0):8.0f}  {misses(name, row)}"
        )


def report(parser: argparse.ArgumentParser, run: Run) -> None:
    """Measure in a process as the server starts it, with data of its own, and tell it."""
    parser.add_argument("--page", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "EXCHANGE_DATA": folder,
            "BROKER_URL": "memory://",
            "EXCHANGE_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "exchange.config.settings",
        }
        # As the server starts.
        import_module("exchange.config.wsgi")
        figures = run(options)
    if options.json:
        print(json.dumps(figures))
    else:
        tell(figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=40)
    report(parser, run)


if __name__ == "__main__":
    main()
