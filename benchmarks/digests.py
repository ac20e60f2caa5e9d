"""What a digest costs: planning, writing, and sending beside ready-made messages in the same run.

    python benchmarks/digests.py [--mails 2000] [--lessons 20] [--workers 2] [--json]

Runs on SQLite in a folder of its own, or on the empty database that DATABASE_URL names. The mail
server is a process of its own that takes everything. CPU is this process's, without the server's.
"""

import argparse
import datetime as dt
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
WORKER = (
    "import django; django.setup(); from exchange.digests.sending import send_waiting as s; s()"
)
BUDGET = {"cpu_ms_per_mail": 6.0, "times_ready_made": 4.0, "times_ready_made_workers": 2.5}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(port: int) -> "subprocess.Popen[bytes]":
    sink = ["-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    server = subprocess.Popen([sys.executable, *sink])
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server


def make_world(mails: int, lessons: int) -> None:
    """Make subscribers who are due now, and lessons that are news to them."""
    from allauth.account.models import EmailAddress
    from django.core.management import call_command

    from exchange.accounts.models import User
    from exchange.activity.sequencer import last_position, place_events
    from exchange.common.time import now
    from exchange.digests.models import Subscription
    from exchange.partners.models import Membership
    from tests.cast import make_cast
    from tests.lessons.factories import make_lesson

    call_command("migrate", verbosity=0)
    cast = make_cast()
    place_events()
    users = User.objects.bulk_create(
        User(email=f"p{number}@example.org", full_name=f"Person {number}", password="!")
        for number in range(mails)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Membership.objects.bulk_create(
        Membership(user=user, organisation=cast.los_angeles.organisation, role="reader")
        for user in users
    )
    long_ago = now() - dt.timedelta(days=60)
    Subscription.objects.bulk_create(
        Subscription(
            user=user, cadence="daily", scheduled_at=long_ago, started_position=last_position()
        )
        for user in users
    )
    for number in range(lessons):
        make_lesson(cast, audience=cast.partners, text={"title": f"Lesson {number}: agree first"})
    place_events()


def timed(work: Any) -> tuple[float, float]:
    """Return wall seconds and CPU seconds of `work()`."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def plan_again() -> None:
    from exchange.digests import planning
    from exchange.digests.models import Digest

    Digest.objects.all().delete()
    planning.plan()


def measure(mails: int, workers: int) -> dict[str, float]:
    from django.core.mail import get_connection

    from exchange.digests import bookkeeping, planning
    from exchange.digests.letters import load, write
    from exchange.digests.models import Digest
    from exchange.digests.sending import CLAIMED_AT_ONCE, send_waiting
    from exchange.digests.sharing import Shelf

    planned, plan_cpu = timed(planning.plan)
    letters: list[Any] = []
    shelf = Shelf()

    def write_all() -> None:
        claims = bookkeeping.claim(Digest, mails)
        for first in range(0, mails, CLAIMED_AT_ONCE):
            rows = load(Digest, claims[first : first + CLAIMED_AT_ONCE])
            letters.extend(write(row, shelf)[0] for row in rows.values())

    _wall, write_cpu = timed(write_all)
    plan_again()
    ready = [letter.message for letter in letters]
    ready_wall, _cpu = timed(lambda: get_connection().send_messages(ready))
    one_wall, one_cpu = timed(send_waiting)
    sent = Digest.objects.filter(state="sent").count()
    plan_again()
    command = [sys.executable, "-c", WORKER]

    def together() -> None:
        for process in [subprocess.Popen(command, cwd=ROOT) for _ in range(workers)]:
            process.wait()

    idle, _cpu = timed(
        lambda: subprocess.run(
            [*command[:-1], "import django; django.setup()"], cwd=ROOT, check=True
        )
    )
    both_wall, _cpu = timed(together)
    assert sent == mails == Digest.objects.filter(state="sent").count()
    return {
        "mails": mails,
        "html_bytes": letters[0].html_size,
        "plan_s": planned,
        "plan_cpu_ms_per_mail": 1000 * plan_cpu / mails,
        "write_cpu_ms_per_mail": 1000 * write_cpu / mails,
        "cpu_ms_per_mail": 1000 * (plan_cpu + write_cpu) / mails,
        "send_cpu_ms_per_mail": 1000 * one_cpu / mails,
        "ready_made_s": ready_wall,
        "send_s": one_wall,
        "workers_s": both_wall - idle,
        "times_ready_made": one_wall / ready_wall,
        "times_ready_made_workers": (both_wall - idle) / ready_wall,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--lessons", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "EXCHANGE_DATA": folder,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "BROKER_URL": "memory://",
            "EXCHANGE_SEARCH": "memory",
            "EXCHANGE_DIGEST_GRACE_SECONDS": "0",
            "EXCHANGE_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "exchange.config.settings",
        }
        import django

        django.setup()
        make_world(options.mails, options.lessons)
        server = start_server(port)
        try:
            figures = measure(options.mails, options.workers)
        finally:
            server.terminate()
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        budget = f"   (budget {BUDGET[name]:g})" if name in BUDGET else ""
        print(f"{name:28} {value:10.2f}{budget}")


if __name__ == "__main__":
    main()
