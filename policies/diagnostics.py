"""Diagnostics: what is odd about a text, as values with a code, a severity and a place.

Odd text never raises; it yields a `Diagnostic` and reading goes on. An ERROR blocks the publishing of a rule drafted
from the text, a WARNING wants an officer's eye, an INFO only says what was done. The message is Chinese, for officers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a diagnostic weighs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One oddity of a text; `start:end` are offsets into the decoded text, both None when it concerns the whole."""

    code: str
    severity: Severity
    message: str
    start: int | None = None
    end: int | None = None

    def to_json(self) -> dict[str, object]:
        """The plain form that is written beside the rules."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "start": self.start,
            "end": self.end,
        }


def error(code: str, message: str, start: int | None = None, end: int | None = None) -> Diagnostic:
    """A diagnostic that blocks publishing."""
    return Diagnostic(code, Severity.ERROR, message, start, end)


def warning(code: str, message: str, start: int | None = None, end: int | None = None) -> Diagnostic:
    """A diagnostic that an officer should look at."""
    return Diagnostic(code, Severity.WARNING, message, start, end)


def info(code: str, message: str, start: int | None = None, end: int | None = None) -> Diagnostic:
    """A diagnostic that only records what was done."""
    return Diagnostic(code, Severity.INFO, message, start, end)
