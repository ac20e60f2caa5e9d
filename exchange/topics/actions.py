"""The operator keeps the taxonomy."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from exchange.audiences.viewer import Viewer
from exchange.common.errors import Forbidden
from exchange.topics.models import Topic


@transaction.atomic
def load_topics(*, actor: Viewer, rows: Iterable[Mapping[str, str]]) -> int:
    """Make or update topics from rows of `topics.csv`; return how many there are in the rows.

    Columns: code, parent, sort, label_en, label_sv, label_es, sdgs (numbers separated by `;`). A
    topic that is no longer in the rows stays: things are filed under it. Only the operator may; a
    taxonomy is nobody's news.
    """
    if not actor.is_system:
        raise Forbidden("Only the operator keeps the topics.")
    topics = [
        Topic(
            code=row["code"],
            parent_id=row["parent"] or None,
            sort=int(row["sort"]),
            label_en=row["label_en"],
            label_sv=row["label_sv"],
            label_es=row["label_es"],
            sdgs=[int(number) for number in row["sdgs"].split(";") if number],
        )
        for row in rows
    ]
    Topic.objects.bulk_create(
        topics,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["parent", "sort", "label_en", "label_sv", "label_es", "sdgs"],
    )
    return len(topics)
