"""How topics are offered in forms: theme by theme."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.utils.functional import Promise

from exchange.topics.models import Topic


def theme_groups(
    topics: Sequence[Topic], chosen: Collection[str], *, whole: str | Promise
) -> Iterator[dict[str, Any]]:
    """Yield each theme with its topics and how many are chosen, for `topics/choose.html`.

    `whole` is what the theme's own entry is called.
    """
    for theme in topics:
        if theme.parent_id is None:
            inside = [topic for topic in topics if topic.theme_code == theme.code]
            rows = [
                {
                    "code": topic.code,
                    "label": topic.label if topic.parent_id else whole,
                    "chosen": topic.code in chosen,
                }
                for topic in inside
            ]
            yield {"theme": theme, "rows": rows, "chosen": sum(row["chosen"] for row in rows)}
