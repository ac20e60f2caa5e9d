"""The register of problem codes. Append only: programs of partners know these words."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Problem:
    """A kind of failure: its stable code, HTTP status, and the words of its page."""

    code: str
    status: int
    title: str | Promise
    cause: str | Promise
    remedy: str | Promise

    @property
    def detail(self) -> str:
        """Return what is said of it where there is nothing more exact: cause and remedy."""
        return f"{self.cause} {self.remedy}"

    @property
    def uri(self) -> str:
        """Return the problem's type: the address of its page on this exchange."""
        return f"/problems/{self.code}/"


_REGISTER = (
    Problem(
        "bad_request",
        400,
        _("The request cannot be understood"),
        _("The address, a header, the host name or the encoding of the request is not one that we read."),
        _("Compare the request with the API documentation, and send it again in UTF-8."),
    ),
    Problem(
        "malformed_json",
        400,
        _("The body is no JSON we accept"),
        _(
            "The body is not UTF-8, not JSON, holds NaN or Infinity, or is nested more than 32 levels."
        ),
        _("Send one JSON object, written by a JSON library."),
    ),
    Problem(
        "duplicate_key",
        400,
        _("A name stands twice in one object"),
        _("The same name occurs more than once in a JSON object, so that its value is unclear."),
        _("Send each name once."),
    ),
    Problem(
        "invalid_parameter",
        400,
        _("A query parameter is unknown or wrong"),
        _("A parameter is not offered here, is repeated, or has a value that is not allowed."),
        _(
            "Correct the parameters named in `errors`; when one is unknown, the detail lists those that "
            "exist."
        ),
    ),
    Problem(
        "invalid_cursor",
        400,
        _("The cursor does not belong to this list"),
        _("A cursor works only unchanged, for the client, filters and order it was made for."),
        _("Follow the `next` link as it is, or start again without a cursor."),
    ),
    Problem(
        "cursor_expired",
        400,
        _("The cursor has expired"),
        _("Cursors work for 24 hours."),
        _("Start again without a cursor."),
    ),
    Problem(
        "invalid_header",
        400,
        _("A request header is malformed"),
        _("A header such as If-Match or Idempotency-Key does not have the form it needs."),
        _("Correct the header; the detail says what is expected."),
    ),
    Problem(
        "idempotency_key_required",
        400,
        _("The Idempotency-Key header is missing"),
        _("Requests that make something need a key, so that a repeated request makes it once."),
        _("Send `Idempotency-Key` with a new random value for each new request."),
    ),
    Problem(
        "not_authenticated",
        401,
        _("A token is needed"),
        _("The request carries no `Authorization: Bearer …` header."),
        _("Ask a coordinator of your organisation for an API token and send it."),
    ),
    Problem(
        "invalid_token",
        401,
        _("The token does not work"),
        _(
            "The header is not `Authorization: Bearer …`, or its token is malformed, unknown, expired or "
            "revoked, or its organisation takes no part now."
        ),
        _("Ask a coordinator of your organisation for a new token."),
    ),
    Problem(
        "forbidden",
        403,
        _("This is not allowed"),
        _("You see the thing, but your organisation or role may not do this with it."),
        _("Look at `allowed_actions`, or let somebody with the right do it."),
    ),
    Problem(
        "read_only_token",
        403,
        _("This token may only read"),
        _("The token was made without the right to write."),
        _("Ask a coordinator for a token that may write."),
    ),
    Problem(
        "not_found",
        404,
        _("There is nothing here"),
        _("The address is wrong, or the thing does not exist for you."),
        _("Check the address. What others do not share with you looks the same as nothing."),
    ),
    Problem(
        "method_not_allowed",
        405,
        _("This method is not offered here"),
        _("The address exists, the method does not."),
        _("Use one of the methods in the Allow header."),
    ),
    Problem(
        "not_acceptable",
        406,
        _("Only JSON is offered"),
        _("The Accept header excludes application/json."),
        _("Send `Accept: application/json`, or no Accept header."),
    ),
    Problem(
        "conflict",
        409,
        _("The present state excludes this"),
        _("The thing is in a state, or another thing has a value, that excludes the request."),
        _(
            "The detail says what is in the way, and by its id which other thing has the value. Read the "
            "thing again: its `allowed_actions` tell what is possible now."
        ),
    ),
    Problem(
        "length_required",
        411,
        _("The length of the body is missing"),
        _("The body was sent in chunks, without Content-Length."),
        _("Send the body in one piece, with its length."),
    ),
    Problem(
        "version_conflict",
        412,
        _("The version is not the present one"),
        _("The version in If-Match is not the current one."),
        _("Read the thing again, merge the changes, and send the new version."),
    ),
    Problem(
        "content_too_large",
        413,
        _("The body is too large"),
        _("A body may have 1 MB at most."),
        _("Send less in one request."),
    ),
    Problem(
        "unsupported_media_type",
        415,
        _("The body is not of a type we read"),
        _("Only uncompressed JSON in UTF-8 is read."),
        _("Send `Content-Type: application/json` and no Content-Encoding."),
    ),
    Problem(
        "invalid",
        422,
        _("Some values are not acceptable"),
        _("The request was understood, but values in it, or in what it is about, are missing or wrong."),
        _("Correct the values named in `errors`."),
    ),
    Problem(
        "unstorable_text",
        422,
        _("A text holds a character that cannot be stored"),
        _("A text holds NUL or half of a surrogate pair."),
        _("Remove the character at the place named in `errors`."),
    ),
    Problem(
        "key_reused",
        422,
        _("This Idempotency-Key was used for another request"),
        _("The key was sent before with another method, address or body."),
        _("Use a new random key for each new request."),
    ),
    Problem(
        "version_required",
        428,
        _("The If-Match header is missing"),
        _("A change needs the version it is based on, so that nobody's work is lost."),
        _("Read the thing and send its version, such as `If-Match: \"v7\"`."),
    ),
    Problem(
        "internal_error",
        500,
        _("Something went wrong on our side"),
        _("The request met a fault in the exchange. Nothing of it was kept."),
        _("Try again later; if it stays, tell the operator the `request_id`."),
    ),
    Problem(
        "unavailable",
        503,
        _("The exchange cannot answer at the moment"),
        _("The database is busy or being restarted."),
        _("Send the request again after the seconds in Retry-After."),
    ),
    Problem(
        "request_in_progress",
        409,
        _("The first request with this key is under way"),
        _("A request with the same Idempotency-Key began before and has not ended yet."),
        _("Send the same request again after the seconds that Retry-After names."),
    ),
)  # fmt: skip

PROBLEMS: Final[dict[str, Problem]] = {problem.code: problem for problem in _REGISTER}

# What a failure is called that says nothing but its status.
BY_STATUS: Final[dict[int, Problem]] = {
    PROBLEMS[code].status: PROBLEMS[code]
    for code in (
        "bad_request",
        "invalid_token",
        "forbidden",
        "not_found",
        "method_not_allowed",
        "not_acceptable",
        "conflict",
        "length_required",
        "version_conflict",
        "content_too_large",
        "unsupported_media_type",
        "invalid",
        "version_required",
        "internal_error",
        "unavailable",
    )
}


def problem_for(code: object, status: int) -> Problem:
    """Return the registered problem of `code` when it has that status, else the status's own."""
    known = PROBLEMS.get(str(code))
    if known and known.status == status:
        return known
    return BY_STATUS.get(status) or BY_STATUS[500 if status >= 500 else 400]
