"""Which benefits an enterprise may lawfully draw together: the best combination, what was left out, and why.

Stated as a small integer program: choose grants so that what is paid is greatest, under rules that say "at most one of these",
"together no more than", "this one only where that one is not to be had", and "only the difference". Solved exactly: part by part,
by enumeration where nothing is shared out, else by CP-SAT (OR-tools), deterministic.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import Any, TypeAlias

from ortools.sat.python import cp_model

from matcher.errors import MatcherError

_ENUMERATED = 10  # grants of one part that are simply enumerated (2^10 choices)


class Reason(StrEnum):
    """Why grants exclude or limit each other, or why one was left out."""

    HIGHEST_ONLY = "highest_only"  # 就高不重复
    NAMED = "named"  # 与某条不可重复享受
    SAME_PROJECT = "same_project"
    SAME_CONTRACT = "same_contract"
    SAME_YEAR = "same_year"
    LEVELS = "levels"  # 市区两级就高不重复
    HIGHER_LEVEL_FIRST = "higher_level_first"  # 优先享受上级政策
    CAP = "cap"  # 每家企业每年最高
    DIFFERENCE = "difference"  # 补齐差额


@dataclass(frozen=True, slots=True)
class Grant:
    """One benefit the enterprise could draw (or, `received`, has drawn); money in CNY.

    `value` is what is certain (with `received`: what was paid), `upside` what may come on top; a value of 0 is a benefit in kind or
    of unknown sum. `tops_up` names the grants whose payments are deducted from `value` (补齐差额).
    """

    key: str
    value: Decimal
    title: str = ""
    upside: Decimal = Decimal(0)
    level: str | None = None
    category: str | None = None
    project: str | None = None
    contract: str | None = None
    year: int | None = None
    tops_up: frozenset[str] = frozenset()
    received: bool = False


@dataclass(frozen=True, slots=True)
class AtMostOne:
    """Of these grants one may be drawn."""

    members: frozenset[str]
    reason: Reason
    basis: str = ""  # the words or the document that say so


@dataclass(frozen=True, slots=True)
class Cap:
    """These grants together pay no more than `limit`."""

    members: frozenset[str]
    limit: Decimal
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Precedence:
    """`then` may be drawn only where `first` is not to be had."""

    first: str
    then: str
    basis: str = ""


CombinationRule: TypeAlias = AtMostOne | Cap | Precedence


@dataclass(frozen=True, slots=True)
class Chosen:
    """A grant that is drawn and what it pays, after caps and deductions."""

    grant: Grant
    pays: Decimal


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A grant that is not drawn, the reason, and the grant that stands in its way where it is one."""

    grant: Grant
    reason: Reason
    because_of: str | None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Combination:
    """The best lawful combination; `total` counts new payments only, `upside` what may come on top of them."""

    chosen: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]
    total: Decimal
    upside: Decimal


class UnsolvedCombination(MatcherError):
    """The solver gave no proven optimum within its limit."""


def best_combination(grants: Sequence[Grant], rules: Iterable[CombinationRule] = ()) -> Combination:
    """The lawful combination with the greatest certain sum; among equals the greatest upside, then the most grants, then order.

    A grant with a value pays at least one fen if it is drawn. Rules may name grants that are not there.
    Raises ValueError where two grants share a key or a value is negative, UnsolvedCombination where no optimum could be proven.
    """
    if len({g.key for g in grants}) < len(grants):
        raise ValueError("two grants share a key; every grant needs its own")
    if any(g.value < 0 or g.upside < 0 for g in grants):
        raise ValueError("a grant's value and upside must not be negative")
    rules = tuple(rules)
    present, free = {g.key for g in grants}, {g.key for g in grants if not g.received}
    barred = {r.then: r for r in rules if isinstance(r, Precedence) and r.first in present and r.then in free}
    open_grants = sorted((g for g in grants if not g.received and g.key not in barred), key=_order)
    drawn = {g.key: g.value for g in grants if g.received}
    problem = _Problem(tuple(open_grants), tuple(r for r in rules if not isinstance(r, Precedence)), drawn)
    pays: dict[str, int] = {}
    for part in problem.parts():
        pays |= part.enumerated() if part.is_plain and len(part.grants) <= _ENUMERATED else part.solved()
    chosen = tuple(Chosen(g, _yuan(pays[g.key])) for g in open_grants if g.key in pays)
    left = [LeftOut(g, Reason.HIGHER_LEVEL_FIRST, barred[g.key].first, barred[g.key].basis) for g in grants if g.key in barred]
    left += [_why(g, chosen, problem) for g in open_grants if g.key not in pays]
    return Combination(
        chosen,
        tuple(left),
        sum((c.pays for c in chosen), Decimal(0)),
        sum((c.grant.upside for c in chosen), Decimal(0)),
    )


_LEVELS = ("national", "provincial", "municipal", "district")


def _order(grant: Grant) -> tuple[int, Decimal, Decimal, str]:
    level = _LEVELS.index(grant.level) if grant.level in _LEVELS else len(_LEVELS)
    return level, -grant.value, -grant.upside, grant.key


def _fen(amount: Decimal) -> int:
    return int(amount * 100)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _why(grant: Grant, chosen: Sequence[Chosen], problem: "_Problem") -> LeftOut:
    """The rule that keeps a grant out, given what was chosen and received."""
    drawn = [c.grant.key for c in chosen] + list(problem.received)
    for rule in problem.rules:
        if isinstance(rule, AtMostOne) and grant.key in rule.members:
            rival = next((k for k in drawn if k in rule.members), None)
            if rival is not None:
                return LeftOut(grant, rule.reason, rival, rule.basis)
    for rule in problem.rules:
        if isinstance(rule, Cap) and grant.key in rule.members:
            return LeftOut(grant, Reason.CAP, None, rule.basis)
    rival = next((k for k in drawn if k in grant.tops_up), None)
    if rival is None:  # others are worth more without it: it is deducted from them
        rival = next((c.grant.key for c in chosen if grant.key in c.grant.tops_up), None)
    return LeftOut(grant, Reason.DIFFERENCE, rival)


@dataclass(frozen=True, slots=True)
class _Problem:
    """Open grants in order, the rules that bear on them, and what was received (CNY by key)."""

    grants: tuple[Grant, ...]
    rules: tuple[AtMostOne | Cap, ...]
    received: dict[str, Decimal]

    def parts(self) -> list["_Problem"]:
        """The connected parts: grants that no rule and no deduction ties together are decided apart."""
        root = {g.key: g.key for g in self.grants}

        def find(key: str) -> str:
            while root[key] != key:
                root[key] = root[root[key]]
                key = root[key]
            return key

        ties = [r.members for r in self.rules] + [g.tops_up | {g.key} for g in self.grants]
        for tie in ties:
            first, *others = sorted(tie & root.keys()) or [""]
            for other in others:
                root[find(other)] = find(first)
        groups: dict[str, list[Grant]] = {}
        for grant in self.grants:
            groups.setdefault(find(grant.key), []).append(grant)
        return [
            _Problem(tuple(g), tuple(r for r in self.rules if r.members & {x.key for x in g}), self.received)
            for g in groups.values()
        ]

    @property
    def is_plain(self) -> bool:
        """Whether every drawn grant pays just its value: nothing is capped or deducted."""
        return not any(isinstance(r, Cap) for r in self.rules) and not any(g.tops_up for g in self.grants)

    def blocked(self) -> set[str]:
        """Grants of which another in an "at most one" was received already."""
        return {k for r in self.rules if isinstance(r, AtMostOne) and r.members & self.received.keys() for k in r.members}

    def enumerated(self) -> dict[str, int]:
        """Pays in fen by key, by trying every choice."""
        blocked = self.blocked()
        free = [g for g in self.grants if g.key not in blocked]
        single = [r.members for r in self.rules if isinstance(r, AtMostOne)]
        best: tuple[tuple[int, int, int, int], tuple[Grant, ...]] | None = None
        for bits in product((True, False), repeat=len(free)):
            choice = tuple(g for g, bit in zip(free, bits, strict=True) if bit)
            keys = {g.key for g in choice}
            if any(len(keys & members) > 1 for members in single):
                continue
            worth = (
                sum(_fen(g.value) for g in choice),
                sum(_fen(g.upside) for g in choice),
                len(choice),
                -sum(i for i, bit in enumerate(bits) if bit),
            )
            if best is None or worth > best[0]:
                best = worth, choice
        return {} if best is None else {g.key: _fen(g.value) for g in best[1]}

    def solved(self) -> dict[str, int]:
        """Pays in fen by key, by CP-SAT: one aim after the other, each fixed before the next."""
        model = cp_model.CpModel()
        draws: dict[str, Any] = {g.key: model.new_bool_var(f"x{i}") for i, g in enumerate(self.grants)}
        pays: dict[str, Any] = {g.key: model.new_int_var(0, _fen(g.value), f"p{i}") for i, g in enumerate(self.grants)}
        capped = {k for r in self.rules if isinstance(r, Cap) for k in r.members}
        for grant in self.grants:
            self._pay(model, grant, draws, pays, exactly=grant.key not in capped)
        for key in self.blocked() & draws.keys():
            model.add(draws[key] == 0)
        for rule in self.rules:
            members = sorted(rule.members & draws.keys())
            if isinstance(rule, AtMostOne):
                model.add(sum(draws[k] for k in members) <= 1)
            else:
                left = max(0, _fen(rule.limit) - sum(_fen(self.received.get(k, Decimal(0))) for k in rule.members))
                model.add(sum(pays[k] for k in members) <= left)
        aims = (
            sum(pays.values()),
            sum(_fen(g.upside) * draws[g.key] for g in self.grants),
            sum(draws.values()),
            -sum(i * draws[g.key] for i, g in enumerate(self.grants)),
        )
        solver = _solve(model, aims)
        return {k: solver.value(pays[k]) for k in draws if solver.value(draws[k])}

    def _pay(self, model: Any, grant: Grant, draws: dict[str, Any], pays: dict[str, Any], *, exactly: bool) -> None:
        """What a drawn grant pays: its value less what it tops up; less still only where a cap shares it out."""
        draw, pay, value = draws[grant.key], pays[grant.key], _fen(grant.value)
        if value:
            model.add(pay >= draw)
        deducted = sum(_fen(self.received.get(k, Decimal(0))) for k in grant.tops_up)
        due = value - deducted - sum(pays[k] for k in sorted(grant.tops_up & pays.keys()) if k != grant.key)
        model.add(pay == due).only_enforce_if(draw) if exactly else model.add(pay <= due).only_enforce_if(draw)
        model.add(pay == 0).only_enforce_if(~draw)


def _solve(model: Any, aims: Sequence[Any]) -> Any:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    for aim in aims:
        if isinstance(aim, int):
            continue
        model.maximize(aim)
        if solver.solve(model) != cp_model.OPTIMAL:
            raise UnsolvedCombination(f"{solver.status_name()}: no best combination was proven; check the caps for contradictions")
        model.add(aim == round(solver.objective_value))
    return solver
