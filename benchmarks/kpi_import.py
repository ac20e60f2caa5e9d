"""What an import of KPI values costs, file to accepted with the preview, beside a plain load of the same file.

    python benchmarks/kpi_import.py [--rows 100000] [--again] [--json]

Runs on SQLite in a folder of its own, or on the empty database that DATABASE_URL names. The series
are made before, each with a value. The plain load reads the same file by csv and Decimal and writes
the same table: by `bulk_create` on SQLite, by binary COPY on PostgreSQL, in one transaction that is
committed (so its foreign keys are checked), with nothing else checked, compared or shown. Both are
done in turn, five times, on the same rows; what counts is the median. Memory is the peak of a process
that does nothing else. `--again` imports the file once more (every row unchanged), and with every
value corrected.
"""

import argparse
import csv
import datetime as dt
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ROUNDS = 5
KPIS = 20
FIRST_YEAR = 1990
MONTHS = 12 * 36
MOST_MEMORY_MB = 300
# What the plain load writes of each row.
NAMES = (
    "series_id",
    "period",
    "first",
    "last",
    "revision",
    "value",
    "decimals",
    "missing",
    "status",
    "precision",
    "source_url",
    "second_source_url",
    "note",
    "reason",
    "state",
    "way",
    "batch_id",
    "submitted_at",
    "decided_at",
    "decision",
)


def periods(count: int) -> list[str]:
    return [f"{FIRST_YEAR + number // 12}-{number % 12 + 1:02}" for number in range(count)]


def write_file(path: Path, rows: int, *, more: int = 0, months: list[str] | None = None) -> None:
    """Write a file of so many rows: known ports, twenty KPIs, months.

    Values have the decimals of their KPI and vary about a middle, so that few of them are a jump.
    `more` is added to each.
    """
    from exchange.kpis import catalogue
    from exchange.partners.ports import LIST

    with LIST.open(encoding="utf-8", newline="") as file:
        ports = [row["unlocode"] for row in csv.DictReader(file)]
    kpis = [one for one in catalogue.rows() if one["unit"] == "TEU" or one["unit"] == "%"]
    kpis = [one for one in kpis if "month" in one["period_types"]][:KPIS]
    months = months or periods(MONTHS)
    chance = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["port_unlocode", "kpi_code", "period", "value", "unit", "source_url", "comment"]
        )
        number = 0
        for port in ports:
            for kpi in kpis:
                for month in months:
                    if number == rows:
                        return
                    usual = chance.uniform(40, 60) * (1 if kpi["unit"] == "%" else 1000) + more
                    value = f"{usual:.{kpi['decimals']}f}"
                    source = "https://example.org/statistics/monthly"
                    writer.writerow([port, kpi["code"], month, value, kpi["unit"], source, ""])
                    number += 1


def setup(data: str) -> None:
    os.environ["EXCHANGE_DATA"] = data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.config.settings")
    import django

    django.setup()


def ours(data: str, file: str) -> dict[str, float]:
    """Import the file as the operator does."""
    setup(data)
    from exchange.audiences.viewer import Viewer
    from exchange.common import garbage
    from exchange.config.celery import app
    from exchange.kpis import actions, bookkeeping
    from exchange.kpis.importing import job
    from exchange.kpis.models import Import

    # As a worker does, which has its tasks at hand and is connected.
    app.loader.import_default_modules()
    garbage.settle()
    Import.objects.exists()
    operator = Viewer.system()
    begun = time.perf_counter()
    batch = actions.send_import(
        actor=operator, organisation=None, file_name="b.csv", content=Path(file).read_bytes()
    )
    job.take_on(bookkeeping.take(batch.pk))
    seen = time.perf_counter()
    batch.refresh_from_db()
    counts = {name: count for name, count in batch.counts.items() if count}
    if counts.keys() - {"unchanged", "warned"}:
        actions.accept_import(actor=operator, batch=batch, attempt=batch.attempt)
        job.take_on(bookkeeping.take(batch.pk))
        batch.refresh_from_db()
        assert batch.state == "accepted", (batch.state, batch.refusal)
    ended = time.perf_counter()
    return {"memory_mb": peak(), "seconds": ended - begun, "preview": seen - begun, **counts}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def plain(data: str, file: str) -> dict[str, float]:
    """Load the same rows into the same table."""
    setup(data)
    from django.db import connection, transaction

    from exchange.common import garbage
    from exchange.kpis.models import Import, Observation, Series

    garbage.settle()
    batch = Import.objects.latest("made_at").pk
    known = {
        (one.organisation.unlocode, one.definition.indicator.code): one.pk
        for one in Series.objects.with_place()
    }
    begun = time.perf_counter()
    with transaction.atomic():
        rows = read_plainly(file, known, batch)
        if connection.vendor == "postgresql":
            columns = [Observation._meta.get_field(name).db_type(connection) for name in NAMES]
            into = f"kpis_observation ({', '.join(NAMES)})"
            statement = f"COPY {into} FROM STDIN (FORMAT BINARY)"
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.set_types([column.partition("(")[0] for column in columns])
                for row in rows:
                    copy.write_row(row)
        else:
            made = (Observation(**dict(zip(NAMES, row, strict=True))) for row in rows)
            Observation.objects.bulk_create(made, batch_size=1000)
    return {"memory_mb": peak(), "seconds": time.perf_counter() - begun}


def take_out(data: str) -> None:
    """Take the rows of the file out of the table."""
    setup(data)
    from django.db import connection

    from exchange.kpis.models import Observation

    loaded = Observation.objects.filter(first__gte=dt.date(FIRST_YEAR, 1, 1))
    loaded._raw_delete(loaded.db)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")


def read_plainly(file: str, known: dict[Any, Any], batch: Any) -> Iterator[tuple[Any, ...]]:
    now = dt.datetime.now(dt.UTC)
    with open(file, encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            year, month = int(row["period"][:4]), int(row["period"][5:])
            first = dt.date(year, month, 1)
            last = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
            yield (
                known[row["port_unlocode"], row["kpi_code"]],
                row["period"],
                first,
                last,
                1,
                Decimal(row["value"]),
                2,
                "",
                "normal",
                "",
                row["source_url"],
                "",
                row["comment"],
                "",
                "approved",
                "operator",
                batch,
                now,
                now,
                "",
            )


def apart(work: Any, *args: str) -> dict[str, float]:
    """Do the work in a process of its own, whose memory is that of the work."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found: dict[str, float] = pool.apply(work, args)
    return found


def prepare(data: str) -> str:
    setup(data)
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    return str(connection.vendor)


def run(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file, corrected = Path(folder) / "values.csv", Path(folder) / "corrected.csv"
        earlier = Path(folder) / "earlier.csv"
        database: str = apart(prepare, folder)  # type: ignore[assignment]
        series = -(-options.rows // MONTHS)
        write_file(earlier, series, months=[f"{FIRST_YEAR - 1}-12"])
        apart(ours, folder, str(earlier))
        write_file(file, options.rows)
        told: dict[str, Any] = {"database": database, "rows": options.rows, "series": series}
        rounds = []
        for _number in range(ROUNDS):
            one_round = []
            for load in (plain, ours):
                apart(take_out, folder)
                one_round.append(apart(load, folder, str(file)))
            rounds.append(one_round)
        for place, name in enumerate(("plain", "import")):
            told[name] = median_of([one[place] for one in rounds])
        told["rounds"] = sorted(mine["seconds"] / plain["seconds"] for plain, mine in rounds)
        if options.again:
            told["unchanged"] = apart(ours, folder, str(file))
            write_file(corrected, options.rows, more=1)
            told["corrected"] = apart(ours, folder, str(corrected))
        told["times_plain"] = median(told["rounds"])
    return told


def median_of(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the run that took neither longest nor shortest, with the most memory of all."""
    middle = sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]
    return {**middle, "memory_mb": max(run["memory_mb"] for run in runs)}


def tell(told: dict[str, Any]) -> None:
    print(f"{told['rows']} rows on {told['database']}")
    for name in ("import", "plain", "unchanged", "corrected"):
        if name in told:
            row = told[name]
            print(
                f"{name:10} {row['seconds']:7.1f} s"
                + (f" (preview after {row['preview']:.1f} s)" if "preview" in row else "")
                + f", peak {row['memory_mb']:.0f} MB"
            )
    verdict = "inside" if told["times_plain"] <= 2 else "MISSED"
    print(f"{told['times_plain']:.2f} times the plain load (2 allowed): {verdict}")
    print("each round:", ", ".join(f"{one:.2f}" for one in told["rounds"]))
    most = max(
        told[name]["memory_mb"] for name in told if isinstance(told[name], dict) and name != "plain"
    )
    print(f"memory {most:.0f} MB ({MOST_MEMORY_MB} allowed)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    told = run(options)
    print(json.dumps(told, indent=1)) if options.json else tell(told)


if __name__ == "__main__":
    main()
