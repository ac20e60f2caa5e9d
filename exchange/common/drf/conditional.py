"""Versions in headers: strong ETags, If-None-Match for reading, If-Match for changing."""

import hashlib
import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.common.drf.problems import Refused

# A proxy that compresses makes `"v7"` weak; what stands after the number tells representations apart.
TAG = re.compile(r'(?:W/)?"v(\d{1,9})(?:-[0-9a-f]+)?"', re.ASCII)


def etag(version: int, body: Any) -> str:
    """Return the strong ETag of a representation: its version and a hash of what is said."""
    digest = hashlib.sha256(JSONRenderer().render(body)).hexdigest()
    return f'"v{version}-{digest[:16]}"'


def versioned(request: Request, body: Any, version: int, status: int = 200) -> Response:
    """Return `body` with its ETag, or 304 when the reader of a GET has it already."""
    tag = etag(version, body)
    known = request.headers.get("If-None-Match", "")
    if request.method in {"GET", "HEAD"} and tag in re.findall(r'"[^"]*"', known):
        return Response(status=304, headers={"ETag": tag})
    return Response(body, status=status, headers={"ETag": tag})


def expected_version(request: Request) -> int:
    """Return the version in If-Match; raise Refused: 428 when missing, 400 when malformed."""
    given = request.headers.get("If-Match")
    if given is None:
        raise Refused("version_required")
    found = TAG.fullmatch(given.strip())
    if not found:
        raise Refused("invalid_header", _('Send one version, such as `If-Match: "v7"`.'))
    return int(found[1])
