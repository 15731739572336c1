"""Three-valued truth after Kleene: MET, NOT_MET, UNKNOWN. Unknown is a verdict; it is never taken as either of the others."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """The truth of one criterion or of a whole rule for one enterprise on one day."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"

    @property
    def eligibility(self) -> str:
        """The interchange contract's word for the verdict on an item."""
        return {"met": "eligible", "not_met": "ineligible", "unknown": "unknown"}[self.value]


def negate(verdict: Verdict) -> Verdict:
    """MET and NOT_MET change places; UNKNOWN stays."""
    match verdict:
        case Verdict.MET:
            return Verdict.NOT_MET
        case Verdict.NOT_MET:
            return Verdict.MET
        case Verdict.UNKNOWN:
            return Verdict.UNKNOWN


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The conjunction: one NOT_MET decides, else one UNKNOWN leaves it open; of nothing it is MET."""
    seen = set(verdicts)
    return Verdict.NOT_MET if Verdict.NOT_MET in seen else Verdict.UNKNOWN if Verdict.UNKNOWN in seen else Verdict.MET


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """The disjunction: one MET decides, else one UNKNOWN leaves it open; of nothing it is NOT_MET."""
    seen = set(verdicts)
    return Verdict.MET if Verdict.MET in seen else Verdict.UNKNOWN if Verdict.UNKNOWN in seen else Verdict.NOT_MET


def at_least(count: int, verdicts: Iterable[Verdict]) -> Verdict:
    """MET once `count` are met; UNKNOWN while the unknown ones could still reach it; else NOT_MET."""
    seen = list(verdicts)
    met, unknown = seen.count(Verdict.MET), seen.count(Verdict.UNKNOWN)
    return Verdict.MET if met >= count else Verdict.UNKNOWN if met + unknown >= count else Verdict.NOT_MET


def of_bool(truth: bool | None) -> Verdict:
    """None is UNKNOWN."""
    return Verdict.UNKNOWN if truth is None else Verdict.MET if truth else Verdict.NOT_MET
