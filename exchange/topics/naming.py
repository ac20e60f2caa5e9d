"""From codes that were typed or sent to topics."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchange.common.cleaning import clean_line, clean_list
from exchange.topics.models import Topic


def topics_named(codes: Any, *, most: int) -> list[Topic]:
    """Return the topics with these codes, in the order of the taxonomy; one query.

    Raises ValidationError for what is no list of at most `most` codes, and for an unknown one.
    """
    wanted = [clean_line(code) for code in clean_list(codes, most)]
    found = Topic.objects.in_bulk(wanted)
    unknown = [code for code in wanted if code not in found]
    if unknown:
        raise ValidationError(
            _(
                "“%(code)s” is no topic we know. Choose one from the list of topics (for programs, "
                "/api/v1/topics)."
            ),
            params={"code": unknown[0]},
        )
    return sorted(found.values(), key=lambda topic: topic.sort)
