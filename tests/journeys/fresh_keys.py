"""For schemathesis: each request with a lawful Idempotency-Key has one of its own, as a caller's would; a reused one is refused on purpose."""

import re
from typing import Any
from uuid import uuid4

import schemathesis

_LAWFUL = re.compile(r"[\x21-\x7e]{1,255}")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Make the key unique; what is not lawful stays as it was made, and so do all headers of a request that is unlawful on purpose:
    an edited header would make schemathesis take the request for a lawful one and send what it had left out."""
    if case.meta is not None and case.meta.generation.mode.is_negative:
        return
    for name, value in list((case.headers or {}).items()):
        if name.lower() == "idempotency-key" and isinstance(value, str) and _LAWFUL.fullmatch(value):
            case.headers[name] = (uuid4().hex + value)[:255]
