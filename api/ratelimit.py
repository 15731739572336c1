"""How often one caller may ask: a bucket that fills steadily, kept in this process."""

from dataclasses import dataclass
from threading import Lock
from time import monotonic

from api.errors import TooMany

_CALLERS_KEPT = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a caller, for the RateLimit headers."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """As the draft standard names them."""
        return {"ratelimit-limit": str(self.limit), "ratelimit-remaining": str(self.remaining), "ratelimit-reset": str(self.reset)}


class RateLimiter:
    """`per_minute` requests a caller, in bursts up to as many."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute, self._rate = per_minute, per_minute / 60
        self._buckets: dict[str, _Bucket] = {}
        self._lock = Lock()

    def take(self, caller: str) -> Allowance:
        """One request of this caller; raises TooMany with the seconds to wait."""
        now = monotonic()
        with self._lock:
            bucket = self._buckets.get(caller)
            if bucket is None:
                if len(self._buckets) >= _CALLERS_KEPT:
                    self._buckets.pop(next(iter(self._buckets)))
                bucket = self._buckets[caller] = _Bucket(float(self._per_minute), now)
            bucket.tokens = min(float(self._per_minute), bucket.tokens + (now - bucket.at) * self._rate)
            bucket.at = now
            if bucket.tokens < 1:
                wait = max(1, round((1 - bucket.tokens) / self._rate + 0.5))
                raise TooMany("RATE_LIMITED", f"请求过于频繁:每分钟最多 {self._per_minute} 次;请 {wait} 秒后再试", retry_after=wait)
            bucket.tokens -= 1
            return Allowance(self._per_minute, int(bucket.tokens), max(0, round((self._per_minute - bucket.tokens) / self._rate)))
