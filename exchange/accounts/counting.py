"""Attempts counted in one step, so that of many at once exactly as many as allowed get through.

allauth reads and writes a list under a lock that gives up after a second: of a crowd it refuses
people whose turn it was. It has no place to hang another counter in, so `apps.py` puts `count`
where its own stands; tests/accounts/test_limits.py tells when that does not hold any more.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from allauth.core.exceptions import RateLimited
from allauth.core.internal.ratelimit import Rate, SingleRateLimitUsage, get_cache_key
from django.core.cache import cache
from django.http import HttpRequest

from exchange.common import time


@dataclass
class Attempt(SingleRateLimitUsage):
    """An attempt that was allowed; `rollback` takes it out of the count."""

    def rollback(self) -> None:
        with suppress(ValueError):  # forgotten meanwhile
            cache.decr(self.cache_key)


def count(
    request: HttpRequest,
    *,
    rate: Rate,
    dry_run: bool = False,
    raise_exception: bool = False,
    **what: Any,
) -> Attempt | None:
    """Count an attempt, or with `dry_run` look only; return None when it is one too many.

    The count begins anew when `rate.duration` has passed since its first attempt.
    """
    key = get_cache_key(request, rate=rate, **what)
    tried = cache.get(key, 0) + 1 if dry_run else _step(key, rate.duration)
    if tried > rate.amount:
        if raise_exception:
            raise RateLimited
        return None
    return Attempt(cache_key=key, cache_duration=rate.duration, timestamp=time.now().timestamp())


def _step(key: str, seconds: float) -> int:
    while True:
        cache.add(key, 0, timeout=seconds)
        with suppress(ValueError):  # it ran out between the two steps
            return int(cache.incr(key))
