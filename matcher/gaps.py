"""How far an enterprise is from an item: which facts would settle an open verdict, which small changes would turn a near miss.

Both are minimal sets of steps that lead through the tree of findings (the minimal paths of a monotone system); conduct, identity
and place are never among the changes, as the catalogue's `changeable` says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import product
from types import MappingProxyType
from typing import TypeAlias

from features.catalogue import Catalogue, FactDefinition, FactType, load_catalogue
from features.facts import FactValue, Interval, PeriodValue, StateValue
from features.profile import STATE, EnterpriseProfile
from matcher.determination import Determination, item_truth
from matcher.evaluate import Finding, Lack, MissingFact
from matcher.truth import aggregation, leaf_keys
from matcher.verdicts import Verdict
from policies.rules import AllOf, AnyOf, AtLeast, Leaf, Not, Op

NEAR_STEPS = 2  # 差一点: at most this many steps away
MOST_STEPS = 6  # a longer list of changes is no near miss to anybody
PATHS_KEPT = 64  # paths kept at each node, the shortest and cheapest first

_OPPOSITE: Mapping[Op, Op] = MappingProxyType(
    {Op.GE: Op.LT, Op.GT: Op.LE, Op.LE: Op.GT, Op.LT: Op.GE, Op.IN: Op.NOT_IN, Op.NOT_IN: Op.IN, Op.HAS_NONE: Op.HAS_ANY}
)
_UNIT: Mapping[str, Decimal] = MappingProxyType(
    {"CNY": Decimal("0.01"), "ratio": Decimal("0.0001"), "m2": Decimal("0.01")}
)  # the smallest step of a figure; people, months and things are counted in ones


@dataclass(frozen=True, slots=True)
class Change:
    """A changeable fact that would have to be `need` instead of `have`, because of `criterion`."""

    fact: str
    period: str
    have: StateValue | PeriodValue
    need: StateValue | PeriodValue
    criterion: Leaf

    def __hash__(self) -> int:
        return hash((self.fact, self.period))  # changes are put into sets by the thousand, and hashing a whole criterion is slow

    @property
    def shortfall(self) -> Decimal | None:
        """How much is wanting (negative: how much is too much); None where the fact is no number."""
        have = self.have.low if isinstance(self.have, Interval) else self.have
        return self.need - have if isinstance(self.need, Decimal) and isinstance(have, Decimal) else None


@dataclass(frozen=True, slots=True)
class Settle:
    """A fact that would have to become known, and turn out well."""

    missing: MissingFact


Step: TypeAlias = Change | Settle
Path: TypeAlias = frozenset[Step]


@dataclass(frozen=True, slots=True)
class MissingSet:
    """Facts that together could settle an open verdict as `outcome`; `cost` adds up the catalogue's cost of each fact."""

    facts: tuple[MissingFact, ...]
    cost: int
    outcome: Verdict


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The shortest way to being eligible: what would have to change, and what would have to become known."""

    changes: tuple[Change, ...]
    to_settle: tuple[MissingFact, ...]

    @property
    def steps(self) -> int:
        """How many facts are concerned."""
        return _length((*self.changes, *(Settle(m) for m in self.to_settle)))


def missing_sets(determination: Determination, outcome: Verdict = Verdict.MET) -> tuple[MissingSet, ...]:
    """The minimal sets of facts that could settle an open verdict as `outcome` (MET or NOT_MET), the cheapest first.

    Empty where the verdict is settled. Where more than 64 sets exist the cheapest are kept.
    """
    if determination.verdict is not Verdict.UNKNOWN:
        return ()
    search = _Search(determination.as_of, changes=False, longest=None)
    paths = search.of_sections(determination.sections, wanted=outcome is Verdict.MET)
    sets = [tuple(sorted({s.missing for s in p if isinstance(s, Settle)}, key=_order)) for p in paths]
    return tuple(MissingSet(facts, _cost(facts), outcome) for facts in sets)


def distance(determination: Determination, *, longest: int = NEAR_STEPS) -> int | None:
    """How many facts would have to change or become known to make it eligible; None where none can, or more than `longest`."""
    if determination.verdict is Verdict.MET:
        return 0
    if not determination.in_force:
        return None
    paths = _Search(determination.as_of, changes=True, longest=longest, ordered=False).of_sections(
        determination.sections, wanted=True
    )
    return min((_length(p) for p in paths if _merged(s for s in p if isinstance(s, Change)) is not None), default=None)


def near_miss(determination: Determination, profile: EnterpriseProfile, *, longest: int = MOST_STEPS) -> NearMiss | None:
    """The smallest changes of changeable facts that would make a refused enterprise eligible; None where there are none.

    Every proposal was decided again with the changes made: it is eligible, or open only for what `to_settle` names.
    """
    if determination.verdict is not Verdict.NOT_MET or not determination.in_force:
        return None
    search = _Search(determination.as_of, changes=True, longest=longest)
    for path in search.of_sections(determination.sections, wanted=True):
        changes = _merged(s for s in path if isinstance(s, Change))
        to_settle = tuple(sorted({s.missing for s in path if isinstance(s, Settle)}, key=_order))
        if changes is None:
            continue
        facts = with_changes(profile.facts, changes)
        truth = item_truth(determination.document, determination.index, facts, determination.as_of)
        if truth is True or (truth is None and to_settle):
            return NearMiss(changes, to_settle)
    return None


def with_changes(facts: Mapping[str, FactValue], changes: Iterable[Change]) -> dict[str, FactValue]:
    """The facts with the changes made."""
    changed = dict(facts)
    for change in changes:
        if change.period == STATE:
            changed[change.fact] = change.need
        else:
            old = changed.get(change.fact)
            entries: dict[str, PeriodValue] = dict(old) if isinstance(old, Mapping) else {}
            if isinstance(change.need, bool | Decimal | str | Interval):
                entries[change.period] = change.need
            changed[change.fact] = MappingProxyType(entries)
    return changed


def _merged(changes: Iterable[Change]) -> tuple[Change, ...] | None:
    """One change a fact and period; None where two cannot both be made."""
    merged: dict[tuple[str, str], Change] = {}
    for change in sorted(changes, key=lambda c: (c.fact, c.period, str(c.need))):
        place = change.fact, change.period
        other = merged.get(place)
        if other is None or other.need == change.need:
            merged[place] = change
            continue
        a, b = other.need, change.need
        if isinstance(a, frozenset) and isinstance(b, frozenset):
            merged[place] = Change(*place, change.have, a | b, change.criterion)
            continue
        up, down = other.shortfall, change.shortfall
        if up is None or down is None or (up > 0) != (down > 0):
            return None
        merged[place] = other if abs(up) >= abs(down) else change
    return tuple(merged.values())


# ---- the ways through the tree -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Search:
    """All minimal paths from a finding to a wanted truth; `ordered` puts the shortest and cheapest first."""

    as_of: date
    changes: bool
    longest: int | None
    ordered: bool = True

    def of_sections(self, sections: Sequence[Finding], *, wanted: bool) -> list[Path]:
        return self._every(sections, wanted=True) if wanted else self._some(sections, wanted=False)

    def of(self, finding: Finding, *, wanted: bool) -> list[Path]:
        if finding.verdict is (Verdict.MET if wanted else Verdict.NOT_MET):
            return [frozenset()]
        match finding.criterion:
            case None:
                return []
            case Leaf() as leaf:
                return self._leaf(leaf, finding, wanted=wanted)
            case Not():
                return self.of(finding.parts[0], wanted=not wanted)
            case AllOf():
                return (self._every if wanted else self._some)(finding.parts, wanted=wanted)
            case AnyOf():
                return (self._some if wanted else self._every)(finding.parts, wanted=wanted)
            case AtLeast(count, parts):
                return self._several(finding.parts, count if wanted else len(parts) - count + 1, wanted=wanted)

    def _every(self, parts: Sequence[Finding], *, wanted: bool) -> list[Path]:
        paths: list[Path] = [frozenset()]
        for part in parts:
            further = self.of(part, wanted=wanted)
            if further != [frozenset()]:
                paths = self._kept(a | b for a, b in product(paths, further))
            if not paths:
                break
        return paths

    def _some(self, parts: Sequence[Finding], *, wanted: bool) -> list[Path]:
        return self._kept(path for part in parts for path in self.of(part, wanted=wanted))

    def _several(self, parts: Sequence[Finding], count: int, *, wanted: bool) -> list[Path]:
        """Paths that bring at least `count` of the parts to the wanted truth: reached[j] brings j of those seen so far."""
        reached: list[list[Path]] = [[frozenset()], *([] for _ in range(count))]
        for part in parts:
            further = self.of(part, wanted=wanted)
            for j in range(count, 0, -1):
                reached[j] = self._kept([*reached[j], *(a | b for a, b in product(reached[j - 1], further))])
        return reached[count]

    def _leaf(self, leaf: Leaf, finding: Finding, *, wanted: bool) -> list[Path]:
        if finding.verdict is Verdict.UNKNOWN:
            return self._kept([frozenset(Settle(m) for m in finding.missing)])
        if not self.changes:
            return []
        return self._kept(_leaf_changes(leaf, finding, self.as_of, wanted=wanted))

    def _kept(self, paths: Iterable[Path]) -> list[Path]:
        """The minimal ones, no longer than `longest`, of many the shortest and cheapest."""
        found = set(paths)
        fit = found if self.longest is None else {p for p in found if len(p) <= self.longest or _length(p) <= self.longest}
        if len(fit) < 2:
            return list(fit)
        if not self.ordered and len(fit) <= PATHS_KEPT and len(set(map(len, fit))) == 1:
            return list(fit)  # none is part of another
        kept: list[Path] = []
        for path in sorted(fit, key=self._weight if self.ordered or len(fit) > PATHS_KEPT else len):
            if not any(other <= path for other in kept):
                kept.append(path)
                if len(kept) == PATHS_KEPT:
                    break
        return kept

    def _weight(self, path: Path) -> tuple[int, int, Decimal, int, list[tuple[str, str, str]]]:
        """Without changes the cost comes first (the cheapest source), with them the number of steps and how far each is."""
        steps, cost = _length(path), _cost(s.missing for s in path if isinstance(s, Settle))
        far = sum((_effort(s) for s in path if isinstance(s, Change)), Decimal(0)) if self.changes else Decimal(0)
        first, second = (steps, cost) if self.changes else (cost, steps)
        return first, second, far, len(path), sorted(map(_name, path))


def _name(step: Step) -> tuple[str, str, str]:
    if isinstance(step, Settle):
        return step.missing.fact, step.missing.period, step.missing.detail
    need = sorted(step.need) if isinstance(step.need, frozenset) else step.need
    return step.fact, step.period, str(need)


def _length(path: Iterable[Step]) -> int:
    """Facts concerned; several years of one fact are one step, two declarations are two."""
    return len({(s.fact, "") if isinstance(s, Change) else (s.missing.fact, s.missing.detail) for s in path})


def _cost(facts: Iterable[MissingFact]) -> int:
    catalogue = load_catalogue()
    return sum(catalogue[fact].cost for fact, _ in {(m.fact, m.detail) for m in facts})


def _order(missing: MissingFact) -> tuple[int, str, str, str]:
    return load_catalogue()[missing.fact].cost, missing.fact, missing.period, missing.detail


def _effort(change: Change) -> Decimal:
    """How far a change goes, relative to what is needed; anything that is no number counts as one."""
    short = change.shortfall
    if short is None:
        return Decimal(1)
    need = change.need if isinstance(change.need, Decimal) else Decimal(0)
    return abs(short) / max(abs(need), abs(need - short), Decimal("0.0001"))


# ---- what one leaf would need ------------------------------------------------------------------------------------


def _leaf_changes(leaf: Leaf, finding: Finding, as_of: date, *, wanted: bool) -> list[Path]:
    """Ways to bring a settled leaf to the wanted truth by changes of its fact; none where it may not be changed."""
    catalogue: Catalogue = load_catalogue()
    definition = catalogue[leaf.fact]
    op = leaf.op if wanted else _OPPOSITE.get(leaf.op)
    if not definition.changeable or op is None:
        return []
    if definition.is_periodic:
        return _periodic_changes(leaf, op, finding, as_of, definition, wanted=wanted)
    have = finding.values[0].value if finding.values else None
    if have is None or isinstance(have, Mapping):
        return []
    return [frozenset({Change(leaf.fact, STATE, have, need, leaf)}) for need in nearest(leaf, op, have, definition)]


def nearest(leaf: Leaf, op: Op, have: StateValue, definition: FactDefinition) -> list[StateValue]:
    """The values nearest to `have` for which `op` holds."""
    words = leaf.value if isinstance(leaf.value, tuple) else ()
    match op:
        case Op.GE | Op.GT | Op.LE | Op.LT | Op.EQ if definition.type is FactType.NUMBER and isinstance(leaf.value, Decimal):
            need = _threshold(op, leaf.value, definition)
            return [] if need is None else [need]
        case Op.IS if isinstance(leaf.value, bool):
            return [leaf.value]
        case Op.HAS_ANY if isinstance(have, frozenset):
            return [have | {word} for word in words]
        case Op.HAS_ALL if isinstance(have, frozenset):
            return [have | set(words)]
        case Op.IN:
            return list(words)
        case Op.NOT_IN:
            return [v for v in definition.values if v not in words]
        case _:
            return []  # giving up a title, or being younger or elsewhere, is no advice


def _threshold(op: Op, want: Decimal, definition: FactDefinition) -> Decimal | None:
    """The figure nearest to the threshold, on the side that satisfies `op`, in whole units where the fact is counted."""
    unit = _UNIT.get(definition.unit or "", Decimal(1))
    match op:
        case Op.EQ:
            return want
        case Op.GE:
            return max(want, (want / unit).to_integral_value(ROUND_CEILING) * unit)
        case Op.GT:
            return ((want / unit).to_integral_value(ROUND_FLOOR) + 1) * unit
        case Op.LE:
            return min(want, (want / unit).to_integral_value(ROUND_FLOOR) * unit)
        case Op.LT:
            return ((want / unit).to_integral_value(ROUND_CEILING) - 1) * unit
        case _:
            return None


def _periodic_changes(leaf: Leaf, op: Op, finding: Finding, as_of: date, definition: FactDefinition, *, wanted: bool) -> list[Path]:
    keys = leaf_keys(leaf, as_of, definition)
    known = {v.period: v.value for v in finding.values if v.period in keys and not isinstance(v.value, Mapping)}
    agg = aggregation(leaf, definition, keys)
    if leaf.first:
        if not wanted or any(v.period < keys[0] for v in finding.values):
            return []
        agg = "any"
    if agg in ("sum", "avg"):
        return _total_change(leaf, op, agg, known, keys, definition)
    if agg in ("min", "max"):  # the least of them is at least x where each is; the greatest where one is
        if op is Op.EQ:
            return []
        every = (agg == "min") == (op in (Op.GE, Op.GT))
    else:
        every = (agg == "each") == wanted
    ways = {key: _one_change(leaf, op, key, value, definition) for key, value in known.items()}
    if every:
        absent = frozenset(Settle(MissingFact(leaf.fact, k, Lack.MISSING)) for k in keys if k not in known)
        open_ways = [w for w in ways.values() if w is not None]
        if any(not w for w in open_ways):
            return []
        return [absent | frozenset(step for w in open_ways for step in w[:1])]
    return [frozenset(w[:1]) for w in ways.values() if w]


def _one_change(leaf: Leaf, op: Op, key: str, have: FactValue, definition: FactDefinition) -> list[Step] | None:
    """The change that makes one year or month good: None where it is good already, empty where there is no such change."""
    if isinstance(have, Mapping):
        return []
    needs = nearest(leaf, op, have, definition)
    if isinstance(have, Decimal) and needs and isinstance(needs[0], Decimal) and _is_beyond(op, have, needs[0]):
        return None
    if any(have == need for need in needs):
        return None
    return [Change(leaf.fact, key, have, need, leaf) for need in needs]


def _is_beyond(op: Op, have: Decimal, need: Decimal) -> bool:
    return have >= need if op in (Op.GE, Op.GT) else have <= need if op in (Op.LE, Op.LT) else have == need


def _total_change(
    leaf: Leaf, op: Op, agg: str, known: Mapping[str, FactValue], keys: tuple[str, ...], definition: FactDefinition
) -> list[Path]:
    """What the last year or month would have to be so that the sum or the average suffices."""
    figures = {k: v.low if isinstance(v, Interval) else v for k, v in known.items()}
    if not isinstance(leaf.value, Decimal) or len(figures) < len(keys):
        return []
    others, last = [figures[k] for k in keys[:-1]], figures[keys[-1]]
    rest = sum((f for f in others if isinstance(f, Decimal)), Decimal(0))
    need = _threshold(op, leaf.value * (len(keys) if agg == "avg" else 1) - rest, definition)
    if need is None or not isinstance(last, Decimal):
        return []
    return [frozenset({Change(leaf.fact, keys[-1], last, need, leaf)})]
