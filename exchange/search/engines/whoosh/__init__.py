"""The index on disk, kept by Whoosh. Nothing outside this folder knows Whoosh.

Whoosh keeps words, places and cards in segments that a commit swaps in at once; matching and
ranking are ours (`ranking.py`), because they must count among what the viewer sees only.

Whoosh has no maintainer any more. What it gets wrong is guarded here: a commit that fails keeps its
lock; opening while a commit swaps files may fail, and is tried three times; `exists_in` and
`create_in` do not belong in a request; memory-mapped files kill the process when they are cut
short, so files are read. Damage of any kind becomes EngineBroken, and the writer rebuilds.
"""

from exchange.search.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
