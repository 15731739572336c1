"""What many ask for at once is looked up once; errors reach all of them; the next moment it is looked up again."""

import asyncio
from threading import Event

from api.oneflight import once_for_all


def test_many_at_once_are_one_look_up() -> None:
    looked: list[int] = []
    free = Event()

    def work() -> int:
        looked.append(1)
        free.wait(5)
        return len(looked)

    async def ask() -> None:
        asked = [asyncio.ensure_future(once_for_all("key", work)) for _ in range(10)]
        other = asyncio.ensure_future(once_for_all("another key", lambda: -1))
        assert await other == -1
        asked[0].cancel()  # one that goes away stops nobody
        free.set()
        assert await asyncio.gather(*asked[1:]) == [1] * 9
        assert await once_for_all("key", work) == 2

    asyncio.run(ask())
    assert len(looked) == 2


def test_what_goes_wrong_reaches_everybody_and_is_tried_again() -> None:
    tried: list[int] = []

    def work() -> int:
        tried.append(1)
        if len(tried) == 1:
            raise LookupError("away")
        return 7

    async def ask() -> None:
        found = await asyncio.gather(*(once_for_all("key", work) for _ in range(3)), return_exceptions=True)
        assert [type(f) for f in found] == [LookupError] * 3
        assert await once_for_all("key", work) == 7

    asyncio.run(ask())
