"""Answers given a moment ago, as bytes: the same question under the same rules and profiles has the same answer."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock


class Answers:
    """The answers asked for last, bounded in bytes. Whoever asks puts everything that the answer rests on into the key."""

    def __init__(self, *, most_bytes: int = 64 * 1024 * 1024) -> None:
        self._most, self._size = most_bytes, 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> bytes | None:
        """The answer, where it is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, answer: bytes) -> None:
        """Keep it, and let the oldest go."""
        with self._lock:
            self._size += len(answer) - len(self._kept.pop(key, b""))
            self._kept[key] = answer
            while self._size > self._most:
                _, gone = self._kept.popitem(last=False)
                self._size -= len(gone)
