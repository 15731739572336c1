"""What depends only on an immutable object, worked out once for that object: rules are large to compare and small to point at."""

from collections.abc import Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")


class Once(Generic[Thing, Made]):
    """`make(thing)`, kept by the identity of the thing; all are forgotten when there are more than `most`.

    The thing is held as long as what was made of it, so that its identity stays its own. Safe in several threads.
    """

    __slots__ = ("_kept", "_make", "_most")

    def __init__(self, make: Callable[[Thing], Made], *, most: int = 65_536) -> None:
        self._make, self._most = make, most
        self._kept: dict[int, tuple[Thing, Made]] = {}

    def __call__(self, thing: Thing) -> Made:
        """What was made of the thing, or is made of it now."""
        known = self._kept.get(id(thing))
        if known is not None and known[0] is thing:
            return known[1]
        made = self._make(thing)
        if len(self._kept) >= self._most:
            self._kept = {}
        self._kept[id(thing)] = thing, made
        return made
