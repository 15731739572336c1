"""Errors of the policies package.

PolicyError
├── RuleRefused          a rule document that is not in the contract's form or means nothing: every problem with its place
└── UnreadablePolicy     a file that cannot be read as a policy text: a code and what to do, in Chinese
"""

from dataclasses import dataclass


class PolicyError(Exception):
    """Anything the policies package refuses."""


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One reason to refuse a rule: a JSON Pointer to the place, and what is wrong there."""

    pointer: str
    message: str


class RuleRefused(PolicyError):
    """A rule document refused when it is loaded; `problems` holds every place found, not only the first."""

    def __init__(self, problems: tuple[RuleProblem, ...]) -> None:
        self.problems = problems
        shown = ";".join(f"{p.pointer or '/'}:{p.message}" for p in problems[:5])
        more = f"(共 {len(problems)} 处)" if len(problems) > 5 else ""
        super().__init__(f"规则文件不能使用:{shown}{more}")


class UnreadablePolicy(PolicyError):
    """A policy file that cannot be read; `code` is stable, `message` is one Chinese line: what, why, what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message
