"""How the processes that live long keep their memory: what is resident stays, and collections are rare."""

from __future__ import annotations

import gc


def settle_memory() -> None:
    """What is resident now stays: no collection has to walk through it. What a request or a text leaves behind is nearly all freed without
    one, so that collections may be rare; each stops all work in hand."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
