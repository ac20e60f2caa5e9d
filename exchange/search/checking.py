"""How the index and the database differ."""

from dataclasses import dataclass, field

from exchange.search import follow
from exchange.search.documents import every_document
from exchange.search.engines import chosen_engine


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Keys of documents that the index lacks, has too many, or has as they were before."""

    count: int
    missing: frozenset[str] = field(default_factory=frozenset)
    surplus: frozenset[str] = field(default_factory=frozenset)
    stale: frozenset[str] = field(default_factory=frozenset)

    @property
    def keys(self) -> frozenset[str]:
        return self.missing | self.surplus | self.stale


def compare() -> Differences:
    """Bring the index up to the log and compare it with the database; raises EngineBroken.

    What was changed between the two looks is looked at again, so that work going on is no difference.
    """
    first = _look()
    return _look() if first.keys else first


def _look() -> Differences:
    follow.follow()
    wanted = {document.key: document.fingerprint for document in every_document()}
    indexed = chosen_engine().fingerprints()
    return Differences(
        count=len(wanted),
        missing=frozenset(wanted.keys() - indexed.keys()),
        surplus=frozenset(indexed.keys() - wanted.keys()),
        stale=frozenset(
            key for key in wanted.keys() & indexed.keys() if wanted[key] != indexed[key]
        ),
    )
