"""When to try again: about three days in ten attempts, each a little off so that receivers are not hit by a chorus."""

from datetime import timedelta
from random import Random

# Standard Webhooks: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h after the first attempt.
DELAYS: tuple[timedelta, ...] = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))
GIVE_UP_AFTER = timedelta(days=5)  # an endpoint that failed this long is disabled


def next_delay(delivery_id: str, attempts: int) -> timedelta | None:
    """How long to wait after `attempts` failed attempts; None: give up. The jitter (up to a tenth) is the delivery's own."""
    if attempts > len(DELAYS):
        return None
    delay = DELAYS[attempts - 1]
    return delay + delay * Random(f"{delivery_id}:{attempts}").uniform(0, 0.1)
