"""Typed readers of the environment: a bad value stops the start and names the variable."""

import os
import re
import secrets
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# As long as Django's deployment check asks for; nothing but what is printed.
KEY = re.compile(rb"[!-~]{50,}")
# These may mean a socket, or this process itself.
HOSTLESS = {"postgresql", "postgres", "unix", "memory"}


def text(name: str, default: str) -> str:
    return os.environ.get(name, default)


def names(name: str, default: str) -> list[str]:
    """Return the comma-separated parts of a variable, without empty ones."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def integer(name: str, default: int, *, least: int | None = None, most: int | None = None) -> int:
    """Return a whole number within the bounds."""
    value = os.environ.get(name, str(default))
    bounds = f" from {least}" if least is not None else ""
    bounds += f" to {most}" if most is not None else ""
    wrong = ImproperlyConfigured(f"{name} must be a whole number{bounds}, not {value!r}.")
    try:
        number = int(value)
    except ValueError:
        raise wrong from None
    if (least is not None and number < least) or (most is not None and number > most):
        raise wrong
    return number


def boolean(name: str, default: bool) -> bool:
    value = os.environ.get(name, "yes" if default else "no").lower()
    if value not in {"yes", "no", "true", "false", "1", "0"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return value in {"yes", "true", "1"}


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = os.environ.get(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {sorted(allowed)}, not {value!r}.")
    return value


def level(name: str, default: str) -> str:
    """Return how much is logged."""
    return choice(name, default, {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"})


def site(name: str, default: str) -> str:
    """Return the address that links begin with, without a slash at its end."""
    value = address(name, default, ["http", "https"]).rstrip("/")
    parts = urlsplit(value)
    if parts.query or parts.fragment or parts.username or re.search(r"\s", value):
        raise ImproperlyConfigured(
            f"{name} must be an address that links can begin with: no blank, ?, # or user in it."
        )
    return value


def address(name: str, default: str, schemes: Collection[str]) -> str:
    """Return an address that begins with one of `schemes`; empty when that is the default."""
    value = os.environ.get(name) or default
    if value:
        _parts(name, value, schemes)
    return value


def _parts(name: str, value: str, schemes: Collection[str]) -> SplitResult:
    with suppress(ValueError):
        parts = urlsplit(value)
        hosted = parts.hostname or parts.scheme in HOSTLESS
        # Asking for the port is what finds that it is none.
        if parts.scheme in schemes and hosted and parts.port != 0:
            return parts
    # The value itself is not told: it may hold a password.
    beginnings = " or ".join(f"{scheme}://" for scheme in schemes)
    raise ImproperlyConfigured(
        f"{name} must be an address with a host that begins with {beginnings} (in a password, "
        "write / : @ # as %2F %3A %40 %23)."
    )


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder that can be written to, made with mode 0700 when missing."""
    path = Path(os.environ.get(name) or default).resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Rights alone do not tell of a disk that is mounted for reading only.
        tempfile.TemporaryFile(dir=path).close()
    except OSError as error:
        reason = "it is a file" if os.path.isfile(path) else error.strerror
        raise ImproperlyConfigured(
            f"{path} cannot be the data folder: {reason}. Name a folder that this user may write "
            f"to: {name}=/some/folder"
        ) from None
    return path


def secret(name: str, file: Path) -> str:
    """Return a secret from the environment, else from `file`, which is made once (mode 0600)."""
    if name in os.environ:
        if not os.environ[name]:
            raise ImproperlyConfigured(f"{name} is empty. Give it a value, or do not set it.")
        return os.environ[name]
    try:
        if not file.exists():
            _write_once(file, secrets.token_urlsafe(50))
        found = file.read_bytes().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{file} cannot be used: {error.strerror}. Give it to the user that runs this, or set "
            f"{name}."
        ) from None
    if not KEY.fullmatch(found):
        # No new key in silence: a backup may have the one that this exchange was signing with.
        raise ImproperlyConfigured(
            f"{file} is empty or damaged. Put the key from your backup there; without one, delete "
            "the file: a new key is made, everybody has to sign in again, and authenticator apps "
            "and recovery codes stop working (docs/operators/backup.md)."
        )
    return found.decode()


def _write_once(file: Path, content: str) -> None:
    """Write a file whole or not at all; of two who start at once, one writes and both read the same."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}-") as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, file)
        except FileExistsError:
            pass
        except OSError:
            # A file system without links, such as FAT: who reads half a key is told of it.
            with suppress(FileExistsError), file.open("x") as only:
                only.write(content)


def database(name: str, data: Path, *, pooled: bool) -> dict[str, Any]:
    """Return Django's settings of the database: PostgreSQL by address, else SQLite in `data`."""
    value = os.environ.get(name, "")
    if not value:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(data / "exchange.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # Read from the system's own cache of the file, which all connections share.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA mmap_size=268435456;",
            },
        }
    parts = _parts(name, value, ["postgresql", "postgres"])
    if not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must end with the database's name: postgresql://…/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": {"connect_timeout": 10}
        | dict(parse_qsl(parts.query))
        | ({"pool": {"max_size": 8}} if pooled else {}),
    }


def mail(name: str, data: Path) -> dict[str, Any]:
    """Return the mail settings: SMTP by address (`smtp://` or `smtps://`), else files in `data`."""
    value = address(name, "", ["smtp+tls", "smtps", "smtp"])
    if not value:
        return {
            "EMAIL_BACKEND": "exchange.common.mailbox.FileBackend",
            "EMAIL_FILE_PATH": str(data / "mail"),
        }
    parts = urlsplit(value)
    return {
        "EMAIL_BACKEND": "exchange.common.mail.SmtpBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 30,
    }
