"""Logs as events in JSON, one a line. Ids and counts only: what could be personal, a secret or a figure is taken out on the way."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from io import TextIOBase
from typing import Any, TextIO, cast

import structlog

# Keys whose values never leave the process, whatever a caller hands in.
_FORBIDDEN = frozenset(
    "password secret token authorization cookie facts profile body payload text answer value values name phone email id_card bank_account csrf url".split()  # noqa: SIM905
)
# The ids this service gives itself (random or hashes, in hexadecimal): digits in a row inside one are nobody's number, and a trace that is
# cut cannot be followed.
_ID = re.compile(r"(?<![0-9A-Za-z])((?:[0-9a-f]{32}){1,2})(?![0-9A-Za-z])")
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[1-9]\d{5}(?:19|20)\d{9}[\dXx]\b"), "[身份证]"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "[手机号]"),
    (re.compile(r"(?<![\dA-Z])[1-9]\d{15,18}(?![\dA-Z])"), "[账号]"),
    (re.compile(r"\b(?:msk|mss|whsec)_[\w+/=-]+"), "[密钥]"),
)


class _StandardError(TextIOBase):
    """Whatever standard error is at the moment of writing: it may be replaced while the process runs."""

    def write(self, text: str) -> int:
        """On to standard error."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """On to standard error."""
        sys.stderr.flush()


_STDERR = cast(TextIO, _StandardError())


def configure_logging(level: str = "info") -> None:
    """Events to stderr as JSON; the libraries' own logs in the same form, warnings and above."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            withhold,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=_STDERR),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(_STDERR)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                withhold,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def withhold(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Take out forbidden keys and what looks like an identity number, a phone, an account or a key."""
    return {key: "[不记录]" if key in _FORBIDDEN else _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(piece if n % 2 else _without_numbers(piece) for n, piece in enumerate(_ID.split(value)))
    if isinstance(value, Mapping):
        return {k: "[不记录]" if k in _FORBIDDEN else _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(v) for v in value]
    return value


def _without_numbers(text: str) -> str:
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
