"""How long the server takes for KPI pages among 1,000,000 values, beside a bare list in the same run.

    python benchmarks/kpi_pages.py [--values 1000000] [--times 30] [--page NAME] [--json]

Runs on SQLite in a folder of its own, or on the empty database that DATABASE_URL names. Five hundred
organisations report months of some KPIs and years of others; forty of them have values of every day
for eleven years, one in fifty has a second version, and one value in thirty was corrected. A fifth
of the series is for everybody, the rest for partners, groups and owners. Rows are written by COPY on
PostgreSQL and by one statement on SQLite. Requests go through the whole of Django in this process, as
a coordinator of a port with forty series; the web server and the wire are left out. "bare list" is
the 120 latest values of one series by a plain query and a plain template, without middleware,
session, visibility or frame; "bare sort" the 50 earliest values by period, by a plain query.
"""

import argparse
import datetime as dt
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.pages import Place, know_the_tables, measure, measure_all, report

ORGANISATIONS, GROUPS = 500, 10
DAILY, FIRST_DAY, DAYS = 40, dt.date(2014, 1, 1), 4018
MONTHS, YEARS = 240, 25
MONTHLY, YEARLY = 7, 4
OWN_SERIES, CORRECTED, AT_ONCE = 40, 30, 5000
COLUMNS = (
    "series_id, period, first, last, revision, value, decimals, missing, status, precision, source_url, "
    "second_source_url, note, reason, state, way, submitted_at, decided_at, decision"
)
BARE = """<table>{% for one in values %}<tr><th>{{ one.period }}</th><td>{{ one.value }}</td><td>{{ one.status }}
</td></tr>{% endfor %}</table>"""
Days = list[tuple[str, dt.date, dt.date]]


def months(count: int) -> Days:
    found = []
    for number in range(count):
        year, month = 2004 + number // 12, number % 12 + 1
        after = dt.date(year + month // 12, month % 12 + 1, 1)
        found.append((f"{year}-{month:02}", dt.date(year, month, 1), after - dt.timedelta(1)))
    return found


def years(count: int) -> Days:
    return [
        (str(year), dt.date(year, 1, 1), dt.date(year, 12, 31))
        for year in range(1999, 1999 + count)
    ]


def days(count: int) -> Days:
    found = (FIRST_DAY + dt.timedelta(number) for number in range(count))
    return [(day.isoformat(), day, day) for day in found]


def make_world(values: int) -> tuple[Any, Any]:
    """Make organisations, series and values; return the cast and how many values there are."""
    from exchange.audiences import actions as audiences
    from exchange.audiences.viewer import Viewer
    from exchange.kpis import actions, catalogue
    from exchange.kpis.models import Definition, Series
    from exchange.partners.actions import create_organisation
    from exchange.topics import taxonomy
    from exchange.topics.actions import load_topics
    from tests.cast import make_cast

    system = Viewer.system()
    load_topics(actor=system, rows=taxonomy.rows())
    actions.load_catalogue(actor=system, rows=catalogue.rows())
    cast = make_cast()
    others = [
        create_organisation(actor=system, name=f"Harbour board {number:03}", kind="agency")
        for number in range(ORGANISATIONS - 3)
    ]
    ports = [cast.gothenburg.organisation, cast.los_angeles.organisation, cast.tokyo.organisation]
    owners = [*ports, *others]
    groups = [
        audiences.make_group(
            actor=system,
            name=f"Agreement {number}",
            members=[owner.home_audience for owner in owners[number :: GROUPS // 2]],
        )
        for number in range(GROUPS)
    ]
    kinds = cycle([cast.public, cast.partners, *groups[:2], None])
    definitions = list(Definition.objects.filter(indicator__current__isnull=False))
    # What is told of as many as possible comes first; it is the one that is compared.
    definitions.sort(key=lambda one: one.indicator.code != "teu_total")
    by_month, by_year, by_day = months(MONTHS), years(YEARS), days(DAYS)
    plans: list[tuple[Any, Days]] = []
    made: list[Any] = []

    def begin(owner: Any, definition: Any, periods: Days) -> None:
        audience = next(kinds) or owner.home_audience
        series = Series(
            definition=definition,
            organisation=owner,
            audience=audience,
            effective_audience=audience,
            home_audience=owner.home_audience,
            grade="same",
            peer_consent=True,
            rhythm="day" if periods is by_day else "month" if periods is by_month else "year",
        )
        made.append(series)
        plans.append((series, periods))

    for place, owner in enumerate(owners):
        count = OWN_SERIES if place == 0 else MONTHLY + YEARLY
        for number, definition in enumerate(definitions[:count]):
            begin(owner, definition, by_month if number < MONTHLY else by_year)
        if place < DAILY:
            begin(owner, definitions[OWN_SERIES], by_day)
    Series.objects.bulk_create(made, batch_size=500)
    return cast, write(islice(rows_of(plans), values))


def rows_of(plans: Iterable[tuple[Any, Days]]) -> Iterator[tuple[Any, ...]]:
    """Yield rows of values, each with what it corrects before it; one in fifty is provisional."""
    now, number = dt.datetime.now(dt.UTC), 0
    source = "https://example.org/statistics"
    for series, periods in plans:
        for code, first, last in periods:
            number += 1
            value = f"{number % 9000 + 1000}.{number % 10}"
            status = "normal" if number % 50 else "provisional"
            head = (series.pk, code, first, last)
            tail = (value, 1, "", status, "", source, "", "")
            if number % CORRECTED == 0:
                yield (*head, 1, *tail, "", "superseded", "operator", now, now, "")
                yield (*head, 2, *tail, "Counted again.", "approved", "operator", now, now, "")
            else:
                yield (*head, 1, *tail, "", "approved", "operator", now, now, "")


def write(rows: Iterable[tuple[Any, ...]]) -> int:
    """Write rows as fast as the database takes them; return how many."""
    from django.db import connection, transaction

    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY kpis_observation ({COLUMNS}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
                    count += 1
            return count
        marks = ", ".join(["%s"] * len(COLUMNS.split(",")))
        statement = f"INSERT INTO kpis_observation ({COLUMNS}) VALUES ({marks})"
        stored = (
            (series.hex, code, str(first), str(last), *row, *(str(at)[:26] for at in moments), end)
            for series, code, first, last, *row, moments, end in (
                (*row[:-3], row[-3:-1], row[-1]) for row in rows
            )
        )
        while some := list(islice(stored, AT_ONCE)):
            cursor.executemany(statement, some)
            count += len(some)
    return count


def places(cast: Any) -> Iterator[Place]:
    """Yield the pages and endpoints that are measured."""
    from django.urls import reverse

    from exchange.kpis.models import Series
    from exchange.partners.actions import create_api_client
    from tests.cast import eyes

    viewer = eyes(cast.gothenburg.coordinator)
    own = cast.gothenburg.organisation
    seen = Series.objects.visible_to(viewer).with_place()
    main = seen.get(organisation=own, definition__indicator__code="teu_total")
    daily = seen.filter(organisation=own, rhythm="day").get()
    code = daily.definition.indicator.code
    others = seen.filter(definition=main.definition).exclude(organisation=own).order_by("pk")[:7]
    at = "&".join(
        f"at={one.organisation.unlocode or one.organisation_id}" for one in [main, *others]
    )
    with_days = seen.filter(definition=daily.definition, rhythm="day").order_by("pk")[:8]
    at_days = "&".join(
        f"at={one.organisation.unlocode or one.organisation_id}" for one in with_days
    )
    others_months = seen.filter(organisation=own, rhythm="month").exclude(pk=main.pk)
    per = others_months.order_by("pk")[0].definition.indicator.code
    compare = reverse("kpis:compare")
    yield Place("catalogue", "/kpis/", {})
    yield Place("indicator", "/kpis/teu_total/", {})
    yield Place("organisation's KPIs", reverse("kpis:organisation", args=[own.pk]), {})
    yield Place("series of months", main.get_absolute_url(), {})
    yield Place("series of days", daily.get_absolute_url(), {})
    yield Place("series, since", f"{daily.get_absolute_url()}?since=2015", {})
    yield Place("compare, nobody", f"{compare}?kpi=teu_total", {})
    yield Place("compare, 8", f"{compare}?kpi=teu_total&{at}", {})
    yield Place("compare, 8 since", f"{compare}?kpi=teu_total&{at}&since=2004", {})
    yield Place("compare, indexed", f"{compare}?kpi=teu_total&{at}&mode=indexed", {})
    yield Place("compare, per", f"{compare}?kpi=teu_total&{at}&mode=ratio&per={per}", {})
    yield Place("compare, 8 of days", f"{compare}?kpi={code}&{at_days}", {})
    yield Place("grid", reverse("kpis:enter"), {})
    _client, token = create_api_client(
        actor=viewer, organisation=own, name="bench", may_write=False
    )
    program = {"authorization": f"Bearer {token}"}
    values = "/api/v1/observations?limit=50"
    yield Place("API: series", "/api/v1/series?limit=50", program, limit=8)
    yield Place("API: values", values, program, limit=8)
    yield Place("API: of a series", f"{values}&series={main.pk}", program, limit=8)
    yield Place("API: of an owner", f"{values}&organisation={own.pk}", program, limit=8)
    yield Place("API: of a KPI", f"{values}&kpi_code=teu_total", program, limit=8)
    yield Place("API: of a period", f"{values}&period=2020-05", program, limit=8)
    yield Place("API: from, to", f"{values}&from=2020&to=2021", program, limit=8)
    yield Place("API: weeks", f"{values}&period_type=week", program, limit=8)
    yield Place("API: by period", f"{values}&sort=-period", program, limit=8)
    yield Place("API: own submitted", f"{values}&state=submitted", program, limit=8)
    yield Place("API: revisions", "/api/v1/observations/revisions?limit=50", program, limit=8)


def bare(cast: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a bare list costs, and a bare sort: one query each, and a template."""
    from django.template import Context, Template

    from exchange.kpis.models import Observation, Series

    template = Template(BARE)
    own = Series.objects.filter(organisation=cast.gothenburg.organisation, rhythm="month")
    one = own.order_by("pk")[0]
    held = Observation.objects.filter(state="approved")

    def latest() -> str:
        values = held.filter(series=one).order_by("-first")[:120]
        return template.render(Context({"values": values}))

    def earliest() -> str:
        return template.render(Context({"values": held.order_by("first", "pk")[:50]}))

    yield "bare list", latest
    yield "bare sort", earliest


def run(options: argparse.Namespace) -> dict[str, dict[str, float]]:
    from exchange.home import running

    running.prepare()
    begun = time.perf_counter()
    cast, count = make_world(options.values)
    know_the_tables()
    made = time.perf_counter() - begun
    print(f"{count} values, filled in within {made:.0f} s", file=sys.stderr)
    figures = {name: measure(ask, options.times) for name, ask in bare(cast)}
    return figures | measure_all(places(cast), cast.gothenburg.coordinator, options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--values", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=30)
    report(parser, run)


if __name__ == "__main__":
    main()
