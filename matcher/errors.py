"""Errors of the matcher package.

MatcherError
├── BudgetExceeded       a reservation that the remaining budget or quota cannot carry
├── BackendMissing       an optional engine (Spark, a SQL dialect) that is not installed
└── SnapshotMismatch     codes, rules or profiles that do not belong together
"""


class MatcherError(Exception):
    """Anything the matcher refuses."""


class BudgetExceeded(MatcherError):
    """A reservation that the remaining budget or quota cannot carry."""


class BackendMissing(MatcherError):
    """An optional engine that is not installed; the message names the extra to install."""


class SnapshotMismatch(MatcherError):
    """Codes, rules or profiles that do not belong together."""
