"""What an action raises when it will not act; pages and API translate it."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise

Message = str | Promise


class ActionError(Exception):
    """An action refused. `code` is stable and for programs, `message` is for people."""

    code = "refused"

    def __init__(self, message: Message, *, code: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.code = code or self.code


class Forbidden(ActionError):
    """The actor sees the thing but may not do this (403)."""

    code = "forbidden"


class Conflict(ActionError):
    """The thing is in a state, or holds a value, that excludes this (409)."""

    code = "conflict"


class Stale(ActionError):
    """Somebody saved a newer version meanwhile (412 in the API, a comparison on the page).

    `current` is the version number that holds now.
    """

    code = "version_conflict"

    def __init__(self, message: Message, *, current: int) -> None:
        super().__init__(message)
        self.current = current


class Invalid(ActionError):
    """Understood but not acceptable (422). `errors` maps a field name to its messages."""

    code = "invalid"

    def __init__(self, errors: Mapping[str, Sequence[Message]]) -> None:
        super().__init__(" ".join(str(text) for texts in errors.values() for text in texts))
        self.errors = errors
