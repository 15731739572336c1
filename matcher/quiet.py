"""Building large structures without the collector walking through them again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collections() -> Iterator[None]:
    """No cyclic collection inside: millions of small values are made that all stay, and looking for rubbish among them takes most of the time.

    What is freed by counting references is freed as ever. Where collections are off already they stay off.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
