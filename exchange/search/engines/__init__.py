"""Search engines behind one interface (`base.py`)."""

from functools import cache

from django.conf import settings

from exchange.search.engines.base import SearchEngine
from exchange.search.engines.memory import MemoryEngine


@cache
def chosen_engine() -> SearchEngine:
    """Return this process's engine, the one that `EXCHANGE_SEARCH` names."""
    if settings.SEARCH_ENGINE == "memory":
        return MemoryEngine()
    from exchange.search.engines.whoosh import WhooshEngine

    return WhooshEngine(settings.SEARCH_FOLDER)
