"""One look-up for everybody who waits for it: what sixteen requests want at the same moment is fetched once."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool

T = TypeVar("T")

_under_way: dict[Hashable, "asyncio.Task[Any]"] = {}


async def once_for_all(key: Hashable, work: Callable[[], T]) -> T:
    """What `work` returns or raises; whoever asks for the same key while it is under way in a thread gets the same.

    The key says everything that the answer rests on. A caller that goes away does not stop the work for the others.
    """
    place = (asyncio.get_running_loop(), key)
    task = _under_way.get(place)
    if task is None:
        task = asyncio.ensure_future(run_in_threadpool(work))
        _under_way[place] = task
        task.add_done_callback(lambda _: _under_way.pop(place, None))
    found: T = await asyncio.shield(task)
    return found
