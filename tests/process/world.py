"""A world of its own: data, real processes, a mail server, a clock that can be moved."""

import atexit
import datetime as dt
import os
import pickle
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import redis

from exchange.home.lifeline import VARIABLE as LIFELINE
from tests.process.smtp import SmtpServer
from tests.process.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = "postgresql://postgres@127.0.0.1:5432"
REDIS = "redis://127.0.0.1:6379"
SETTINGS = "exchange.config.settings"
PROCESSES = ("web", "worker", "beat")
PORTS = range(20_000, 30_000)
T = TypeVar("T")
_given: set[int] = set()


class Died(AssertionError):
    """The process that ran a step died in it."""


def wait_for(
    condition: Callable[[], T], timeout: float = 20, what: str = "", *, since: float | None = None
) -> T:
    """Ask until the answer is true, and return it; fail with `what` after `timeout` seconds.

    They are counted from now, or from `since`, a moment of `time.monotonic`.
    """
    deadline = (time.monotonic() if since is None else since) + timeout
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {timeout} s for {what or condition}"
        time.sleep(0.1)
    return answer


def free_port() -> int:
    """Return a port nobody listens on, and never the same again.

    Not one the system would choose: those it also lends to connections that go out, and one given
    back may be chosen again before its server has bound it.
    """
    while True:
        port = random.SystemRandom().choice(PORTS)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what the test run or a developer set for itself."""
    own = ("EXCHANGE_", "DJANGO_", "DATABASE_URL", "CACHE_URL", "BROKER_URL", "EMAIL_URL", "PORT")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}


class Template:
    """Migrated data, made once a run; a world, and a template with more in it, begins as its copy."""

    def __init__(self, folder: Path, *, cluster: bool, basis: "Template | None" = None) -> None:
        self.folder = folder
        self.database = f"exchange_template_{uuid.uuid4().hex[:12]}" if cluster else ""
        if basis:
            shutil.copytree(basis.folder, folder)
        if cluster:
            atexit.register(self.drop)  # a run that is interrupted tidies up, too
            copy = f" TEMPLATE {basis.database}" if basis else ""
            postgres(f"CREATE DATABASE {self.database}{copy}")
        if not basis:
            self.run("from exchange.home import running; running.prepare()")

    def run(self, statements: str) -> None:
        """Run Python statements on the template's data."""
        environment = {"EXCHANGE_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": SETTINGS}
        if self.database:
            environment["DATABASE_URL"] = f"{POSTGRES}/{self.database}"
        code = f"import django; django.setup(); {statements}"
        environment = clean_environment() | environment
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)

    def drop(self) -> None:
        if self.database:
            postgres(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")


def postgres(statement: str) -> None:
    """Run one statement on the server's own database."""
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


class World:
    """Web, worker and beat on data of their own; the mail server gets what they send.

    `start`, `stop` (TERM) and `kill` (KILL) take process names; `do` runs a step, a function of a
    test module, in a process with the world's settings.
    """

    def __init__(self, folder: Path, template: Template, **environment: str) -> None:
        self.folder = folder
        self.folder.mkdir(exist_ok=True)
        self.data = folder / "data"
        shutil.copytree(template.folder, self.data)
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.mail = SmtpServer(free_port())
        self.mail.start()
        self.environment = clean_environment() | {
            "EXCHANGE_DATA": str(self.data),
            "EXCHANGE_SWEEP_SECONDS": "1",
            "EXCHANGE_LEASE_SECONDS": "3",
            "EXCHANGE_IMPORT_LEASE_SECONDS": "3",
            "EXCHANGE_DIGEST_GRACE_SECONDS": "1",
            "EMAIL_URL": self.mail.url,
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": SETTINGS,
        }
        self.database = ""
        if template.database:
            self._join_cluster(template)
        self.environment |= environment
        self._reading, self._lifeline = os.pipe()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._driver: subprocess.Popen[bytes] | None = None

    def _join_cluster(self, template: Template) -> None:
        self.database = f"exchange_world_{uuid.uuid4().hex[:12]}"
        postgres(f"CREATE DATABASE {self.database} TEMPLATE {template.database}")
        redis.Redis.from_url(f"{REDIS}/14").flushdb()
        self.environment |= {
            "DATABASE_URL": f"{POSTGRES}/{self.database}",
            "CACHE_URL": f"{REDIS}/14",
            "BROKER_URL": f"{REDIS}/14",
            "EXCHANGE_QUEUE_PREFIX": f"{self.database}-",
        }

    # --- processes

    def start(self, *names: str, threads: int = 4, **environment: str) -> None:
        """Start processes, each with its log in the folder; return when the web process answers.

        A second one of its kind has a name of its own: `worker-2`.
        """
        for name in names or PROCESSES:
            assert name not in self._running, f"{name} runs already"
            kind = name.partition("-")[0]
            arguments = ["manage.py", "run", kind]
            if kind == "worker":
                # At work on one thing only: else a mail that another thread is sending when the
                # process dies ends as unknown, rightly, whatever point was armed.
                armed = "EXCHANGE_FAULT" in environment
                arguments += ["--threads", "1" if armed else str(threads)]
            self._running[name] = self._spawn(name, arguments, environment)
        if "web" in (names or PROCESSES):
            wait_for(self._web_answers, what="web to answer\n" + self.log("web"))

    def _spawn(
        self, name: str, arguments: list[str], environment: dict[str, str], **options: Any
    ) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment | {LIFELINE: str(self._reading)} | environment,
                pass_fds=[self._reading],
                start_new_session=True,
                **{"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log} | options,
            )

    def _web_answers(self) -> bool:
        assert self.is_running("web"), self.log("web")
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def is_running(self, name: str) -> bool:
        return name in self._running and self._running[name].poll() is None

    def stop(self, *names: str) -> None:
        """End processes as an operator does, and wait for them."""
        names = names or tuple(self._running)
        for name in names:
            self._running[name].terminate()
        for name in names:
            self._end(name, wait=15)

    def kill(self, *names: str) -> None:
        """End processes as a power cut does."""
        for name in names or tuple(self._running):
            self._end(name, wait=0)

    def wait_until_dead(self, name: str, timeout: float = 30) -> None:
        """Wait until the process has died by itself."""
        wait_for(lambda: not self.is_running(name), timeout, f"{name} to die\n{self.log(name)}")
        self._end(name, wait=0)

    def _end(self, name: str, *, wait: float) -> None:
        process = self._running.pop(name)
        with suppress(subprocess.TimeoutExpired):
            if wait:
                process.wait(wait)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # --- steps

    def do(self, step: Callable[..., Any], **options: Any) -> Any:
        """Run a function of a test module in a process of this world; return what it returns.

        Raises Died when the process died in it (a fault point), AssertionError when the step failed.
        """
        if self._driver is None:
            self._driver = self._spawn(
                "driver",
                ["-m", "tests.process.driver"],
                {},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        assert self._driver.stdin
        assert self._driver.stdout
        try:
            pickle.dump((step, options), self._driver.stdin)
            self._driver.stdin.flush()
            worked, answer = pickle.load(self._driver.stdout)
        except (EOFError, BrokenPipeError):
            self._end_driver()
            raise Died(self.log("driver")) from None
        assert worked, answer
        return answer

    def _end_driver(self) -> None:
        if self._driver is None:
            return
        driver, self._driver = self._driver, None
        for pipe in (driver.stdin, driver.stdout):
            with suppress(OSError):
                assert pipe
                pipe.close()
        with suppress(ProcessLookupError):
            os.killpg(driver.pid, signal.SIGKILL)
        driver.wait()

    def arm(self, point: str) -> dict[str, str]:
        """Return the variables that make a process die once at a fault point."""
        return {"EXCHANGE_FAULT": point, "EXCHANGE_FAULT_FILE": str(self.folder / f"fault-{point}")}

    def arm_driver(self, point: str) -> None:
        """Let the next steps run in a process that dies once at a fault point."""
        self._end_driver()
        self._driver = self._spawn(
            "driver",
            ["-m", "tests.process.driver"],
            self.arm(point),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def move_clock(self, seconds: int) -> None:
        """Move everybody's clock ahead; what runs is started again."""
        names = tuple(self._running)
        self.stop(*names)
        self._end_driver()
        ahead = int(self.environment.get("EXCHANGE_CLOCK_OFFSET", "0")) + seconds
        self.environment["EXCHANGE_CLOCK_OFFSET"] = str(ahead)
        if names:
            self.start(*names)

    def begin_on_wednesday(self) -> None:
        """Move the clock to noon (UTC) of the next Wednesday, whatever day the test runs on."""
        now = dt.datetime.now(dt.UTC)
        noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
        wednesday = noon + dt.timedelta(days=(2 - now.weekday()) % 7)
        wednesday += dt.timedelta(days=7 if wednesday < now else 0)
        self.move_clock(int((wednesday - now).total_seconds()))

    # --- losses

    def lose_broker(self) -> None:
        """Delete every message and all that the broker keeps for this world."""
        if not self.database:
            shutil.rmtree(self.data / "broker")
            return
        broker = redis.Redis.from_url(self.environment["BROKER_URL"])
        mine = f"{self.environment['EXCHANGE_QUEUE_PREFIX']}*"
        broker.delete(*broker.scan_iter(mine))

    def lose_index(self) -> None:
        """Delete the search index."""
        shutil.rmtree(self.data / "search")

    # --- eyes

    def visitor(self, email: str = "", password: str = "") -> Visitor:
        """Return a visitor with cookies of their own, signed in when an address is given."""
        visitor = Visitor(self.url)
        if email:
            visitor.sign_in(email, password)
        return visitor

    def close(self) -> None:
        self.kill()
        self._end_driver()
        os.close(self._lifeline)
        os.close(self._reading)
        self.mail.stop()
        if self.database:
            postgres(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
