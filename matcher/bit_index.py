"""One enterprise against all rules by bits: for each code of each column, what it makes of every rule, as bitmaps over the rules.

A rule is brought into conjunctive form: plain tests that must all hold, and clauses (alternatives) of which each must hold; that form is
exact in Kleene's logic too, because "surely" and "possibly" are monotone functions of the tests. The rules that an enterprise's codes
fail are then the union of one bitmap per column, and so are the clauses that they satisfy. A part whose conjunctive form would grow
beyond `MOST_CLAUSES` stays a tree of gates, worked out only for the rules that everything else lets through.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.coding import Coding
from matcher.forest import FALSE, TRUE, UNKNOWN, ColumnKey, Forest, Kind, Test
from matcher.kernels import uses_numba
from matcher.quiet import no_collections

Ints: TypeAlias = NDArray[np.int32]
Bits: TypeAlias = NDArray[np.uint64]
Clause: TypeAlias = frozenset[int]  # nodes: tests, or UNKNOWN

MOST_CLAUSES = 12
_PLAIN = frozenset({Kind.TEST, Kind.CONSTANT})


@dataclass(frozen=True, slots=True)
class Rows:
    """Bitmaps for (column, code) rows: row r's is `bits[at[r]]`, or empty where `at[r]` is -1."""

    bits: Bits
    at: Ints


@dataclass(frozen=True, slots=True)
class Gates:
    """The parts that stay trees. Gate g's value goes to slot `tests + g`; its parts are slots (negative: the constant "unknown").

    Those of the rule at place p: `of[of_at[p]:of_at[p + 1]]`, parts before wholes; inner ones are written `~g`.
    """

    kind: Ints
    count: Ints
    part_at: Ints
    parts: Ints
    of_at: Ints
    of: Ints


@dataclass(frozen=True, slots=True)
class BitIndex:
    """The index. A row is a (column, code), numbered `first_row[column] + code`; rules stand in places, `rule_at[place]` is the rule.

    Rules with more clauses come first: plane j holds the j-th clause of those that have one, in the words from `plane_at[j]` up to
    `plane_at[j + 1]` of the clause bitmaps.
    """

    rules: int
    columns: tuple[ColumnKey, ...]
    first_row: Ints
    rule_at: Ints
    fails: Rows
    opens: Rows
    meets: Rows  # over clauses
    mays: Rows  # over clauses: those this row leaves open
    base_fails: Bits
    base_opens: Bits
    base_meets: Bits
    base_mays: Bits
    plane_at: Ints
    truth: NDArray[
        np.uint8
    ]  # of row r's tests: 0, 1, 2 from truth_at[r] on; the tests of a column take slots from first_slot[column]
    truth_at: Ints
    first_slot: Ints
    gates: Gates
    unit_at: Ints  # the test of slot s is by itself in the rules at the places units[unit_at[s]:unit_at[s + 1]]
    units: Ints
    member_at: Ints  # and in the clauses at the bits members[member_at[s]:member_at[s + 1]]
    members: Ints
    _local: threading.local = field(default_factory=threading.local)

    @property
    def bytes(self) -> int:
        """What the arrays take."""
        values = [getattr(self, n) for n in self.__slots__]
        values += [getattr(v, n) for v in values if isinstance(v, Rows | Gates) for n in v.__slots__]
        return sum(int(v.nbytes) for v in values if isinstance(v, np.ndarray))

    def decide(self, rows: Sequence[int], intervals: Mapping[int, tuple[int, int]] | None = None) -> tuple[Ints, Ints]:
        """(eligible, unknown): the rules that hold and those that are open, ascending.

        `rows` has one row per column; a column known only as an interval stands in `intervals` with the rows of both ends, too.
        """
        room = self._room()
        if intervals:
            yes, unknown = self._decide(np.array(rows, np.int32), room, intervals)
        elif uses_numba():
            from matcher.index_numba import decide

            yes, unknown = decide(np.array(rows, np.int32), *self._arrays(), *room)
        else:
            yes, unknown = self._decide(np.array(rows, np.int32), room, {})
        met, open_ = room[3][:yes].copy(), room[4][:unknown].copy()
        met.sort()
        open_.sort()
        return met, open_

    def flips(self, rows: Sequence[int], changed: Mapping[int, int]) -> Ints:
        """The rules whose verdict changes when the columns in `changed` get these rows, ascending."""
        after = list(rows)
        for column, row in changed.items():
            after[column] = row
        if not uses_numba():
            was, now = self.decide(rows), self.decide(after)
            return np.union1d(np.setxor1d(was[0], now[0]), np.setxor1d(was[1], now[1])).astype(np.int32)
        from matcher.index_numba import flips

        room = self._room()
        columns = np.array(list(changed), np.int32)
        found = flips(np.array(rows, np.int32), np.array(after, np.int32), columns, *self._arrays(), *room)
        flipped: Ints = room[3][:found].copy()
        flipped.sort()
        return flipped

    def _arrays(self) -> tuple[Any, ...]:
        g = self.gates
        return (
            self.rule_at,
            *(a for rows in (self.fails, self.opens, self.meets, self.mays) for a in (rows.bits, rows.at)),
            *(self.base_fails, self.base_opens, self.base_meets, self.base_mays, self.plane_at),
            *(self.truth, self.truth_at, self.first_slot),
            *(g.kind, g.count, g.part_at, g.parts, g.of_at, g.of),
        )

    def _room(self) -> tuple[Any, ...]:
        """This thread's working memory: bitmaps over rules, over clauses, the slots' truths, two lists of rules."""
        room: tuple[Any, ...] | None = getattr(self._local, "room", None)
        if room is None:
            slots = int(self.first_slot[-1]) + len(self.gates.kind)
            room = (
                np.zeros((4, len(self.base_fails)), np.uint64),
                np.zeros((3, len(self.base_meets)), np.uint64),
                np.zeros(slots, np.uint8),
                np.zeros(self.rules, np.int32),
                np.zeros(self.rules, np.int32),
            )
            self._local.room = room
        return room

    def _decide(self, rows: Ints, room: tuple[Any, ...], intervals: Mapping[int, tuple[int, int]]) -> tuple[int, int]:
        """What `index_numba.decide` does, in numpy, and intervals too."""
        failed, opened = self.base_fails.copy(), self.base_opens.copy()
        meets, mays = self.base_meets.copy(), self.base_mays.copy()
        exact = np.delete(rows, list(intervals))
        for out, source in ((failed, self.fails), (opened, self.opens), (meets, self.meets), (mays, self.mays)):
            at = source.at[exact]
            out |= np.bitwise_or.reduce(source.bits[at[at >= 0]], axis=0)
        spread = {column: self._between(column, *ends) for column, ends in intervals.items()}
        for column, truths in spread.items():
            for slot, truth in enumerate(truths.tolist(), int(self.first_slot[column])):
                units = self.units[self.unit_at[slot] : self.unit_at[slot + 1]]
                members = self.members[self.member_at[slot] : self.member_at[slot + 1]]
                if truth < 2:
                    _set(opened if truth else failed, units)
                if truth > 0:
                    _set(meets if truth == 2 else mays, members)
        mays |= meets
        possible = ~failed
        surely = possible & ~opened
        for low, high in zip(self.plane_at[:-1], self.plane_at[1:], strict=True):
            possible[: high - low] &= mays[low:high]
            surely[: high - low] &= meets[low:high]
        verdicts = _unpacked(possible, self.rules).astype(np.uint8) + _unpacked(surely, self.rules)
        if len(self.gates.of):
            self._with_gates(rows, spread, verdicts)
        yes, unknown = self.rule_at[verdicts == 2], self.rule_at[verdicts == 1]
        room[3][: len(yes)], room[4][: len(unknown)] = yes, unknown
        return len(yes), len(unknown)

    def _between(self, column: int, low: int, high: int) -> NDArray[np.uint8]:
        """The truth of a column's tests for a value somewhere between two rows: settled where all of them agree."""
        tests = int(self.first_slot[column + 1] - self.first_slot[column])
        start = int(self.truth_at[low])
        window = self.truth[start : start + (high - low + 1) * tests].reshape(-1, tests)
        return np.where(window.min(axis=0) == 2, 2, np.where(window.max(axis=0) == 0, 0, 1)).astype(np.uint8)

    def _with_gates(self, rows: Ints, spread: Mapping[int, NDArray[np.uint8]], verdicts: NDArray[np.uint8]) -> None:
        g, tests = self.gates, int(self.first_slot[-1])
        slots = np.zeros(tests + len(g.kind), np.uint8)
        for column, row in enumerate(rows):
            low, high = self.first_slot[column], self.first_slot[column + 1]
            slots[low:high] = spread.get(column, self.truth[self.truth_at[row] : self.truth_at[row] + high - low])
        for place in np.flatnonzero((verdicts > 0) & (np.diff(g.of_at) > 0)):
            for gate in g.of[g.of_at[place] : g.of_at[place + 1]].tolist():
                number = gate if gate >= 0 else ~gate
                slots[tests + number] = self._gate(number, slots)
                if gate >= 0:
                    verdicts[place] = min(verdicts[place], slots[tests + number])

    def _gate(self, gate: int, slots: NDArray[np.uint8]) -> int:
        parts = self.gates.parts[self.gates.part_at[gate] : self.gates.part_at[gate + 1]]
        values = np.where(parts < 0, 1, slots[parts])
        match Kind(int(self.gates.kind[gate])):
            case Kind.ALL:
                return int(values.min())
            case Kind.ANY:
                return int(values.max())
            case _:
                met, k = int((values == 2).sum()), int(self.gates.count[gate])
                return 2 if met >= k else 1 if met + int((values == 1).sum()) >= k else 0


def _unpacked(bits: Bits, n: int) -> NDArray[np.bool_]:
    return np.unpackbits(bits.view(np.uint8), count=n, bitorder="little").astype(bool)


def _set(bits: Bits, places: Ints) -> None:
    np.bitwise_or.at(bits, places >> 6, np.uint64(1) << (places & 63).astype(np.uint64))


def _flat(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """(where each list starts, all lists one after another)."""
    at = np.cumsum([0, *map(len, lists)])
    return at.astype(np.int32), np.array([x for some in lists for x in some], np.int32)


def _words(n: int) -> int:
    return (n + 63) // 64


def _bitmap(members: Iterable[int] | Ints, words: int) -> Bits:
    flags = np.zeros(words * 64, bool)
    flags[np.asarray(members, np.int64)] = True
    return np.packbits(flags, bitorder="little").view(np.uint64)


def build_index(forest: Forest, roots: Sequence[int], codings: Mapping[ColumnKey, Coding]) -> BitIndex:
    """Index the rules whose roots these are. Memory: about one bit a rule and one a clause for each code of each column."""
    with no_collections():
        return _Builder(forest, roots, codings).build()


class _Builder:
    def __init__(self, forest: Forest, roots: Sequence[int], codings: Mapping[ColumnKey, Coding]) -> None:
        self.forest, self.roots, self.codings = forest, roots, codings
        self.columns = tuple(codings)
        self.normal: dict[int, tuple[Clause, ...] | None] = {}
        number = {key: i for i, key in enumerate(self.columns)}
        self.tests: list[list[int]] = [[] for _ in self.columns]
        for node, test in forest.tests.items():
            self.tests[number[test.column]].append(node)
        self.slot = {node: i for i, node in enumerate(n for nodes in self.tests for n in nodes)}

    def build(self) -> BitIndex:
        units, clauses, trees = self._split()
        order = sorted(range(len(self.roots)), key=lambda r: -len(clauses[r]))
        place = {rule: i for i, rule in enumerate(order)}
        words = max(1, _words(len(order)))
        depth = max((len(c) for c in clauses), default=0)
        sizes = [_words(sum(len(c) > j for c in clauses)) for j in range(depth)]
        plane_at = np.cumsum([0, *sizes])
        of_test: list[list[int]] = [[] for _ in self.slot]
        in_clause: list[list[int]] = [[] for _ in self.slot]
        opens, mays, used = [], [], []
        for rule, at in place.items():
            for node in units[rule]:
                if node == UNKNOWN:
                    opens.append(at)
                else:
                    of_test[self.slot[node]].append(at)
            for j, clause in enumerate(clauses[rule]):
                bit = int(plane_at[j]) * 64 + at
                used.append(bit)
                for node in clause:
                    if node == UNKNOWN:
                        mays.append(bit)
                    else:
                        in_clause[self.slot[node]].append(bit)
        fails = [place[r] for r, root in enumerate(self.roots) if root == FALSE]
        base_fails = _bitmap([*fails, *range(len(order), words * 64)], words)
        total = int(plane_at[-1])
        first_row, truth, truth_at, rows = self._rows(of_test, in_clause, words, total)
        unit_at, all_units = _flat(of_test)
        member_at, members = _flat(in_clause)
        return BitIndex(
            rules=len(self.roots),
            columns=self.columns,
            first_row=first_row,
            rule_at=np.array(order, np.int32),
            fails=rows[0],
            opens=rows[1],
            meets=rows[2],
            mays=rows[3],
            base_fails=base_fails,
            base_opens=_bitmap(opens, words),
            base_meets=~_bitmap(used, total),
            base_mays=_bitmap(mays, total),
            plane_at=plane_at.astype(np.int32),
            truth=truth,
            truth_at=truth_at,
            first_slot=np.cumsum([0, *map(len, self.tests)]).astype(np.int32),
            gates=self._gates([trees[r] for r in order]),
            unit_at=unit_at,
            units=all_units,
            member_at=member_at,
            members=members,
        )

    # ---- conjunctive form ----------------------------------------------------------------------------------------
    def _split(self) -> tuple[list[set[int]], list[list[Clause]], list[list[int]]]:
        """Per rule: nodes that must hold by themselves, clauses, and the parts that stay trees."""
        units: list[set[int]] = []
        clauses: list[list[Clause]] = []
        trees: list[list[int]] = []
        for root in self.roots:
            unit: set[int] = set()
            found: list[Clause] = []
            rest: list[int] = []
            for child in self.forest.parts[root] if self.forest.kinds[root] is Kind.ALL else (root,):
                if child in (TRUE, FALSE):
                    continue
                normal = self._clauses(child)
                wide = [clause for clause in normal or () if len(clause) > 1]
                if normal is None or len(found) + len(wide) > MOST_CLAUSES:
                    rest.append(child)
                    continue
                unit.update(node for clause in normal if len(clause) == 1 for node in clause)
                found.extend(wide)
            units.append(unit)
            clauses.append(found)
            trees.append(rest)
        return units, clauses, trees

    def _clauses(self, node: int) -> tuple[Clause, ...] | None:
        """The conjunctive form of a node, None where it is too large."""
        stack = [node]
        while stack:
            top = stack[-1]
            waiting = [p for p in self.forest.parts[top] if p not in self.normal and not self._is_plain(p)]
            if top in self.normal or not waiting:
                if top not in self.normal:
                    self.normal[top] = self._clauses_of(top)
                stack.pop()
            else:
                stack.extend(waiting)
        return self.normal[node]

    def _is_plain(self, node: int) -> bool:
        return self.forest.kinds[node] in _PLAIN

    def _clauses_of(self, node: int) -> tuple[Clause, ...] | None:
        kind, inner = self.forest.kinds[node], self.forest.parts[node]
        if kind in _PLAIN:
            return (frozenset({node}),)
        if kind is Kind.ANY and all(map(self._is_plain, inner)):
            return (frozenset(inner),)
        parts = []
        for part in inner:
            normal = (frozenset({part}),) if self._is_plain(part) else self.normal[part]
            if normal is None:
                return None
            parts.append(normal)
        if kind is Kind.ALL:
            return _least({clause for part in parts for clause in part})
        if kind is Kind.ANY:
            return _either(parts)
        size = len(parts) - self.forest.counts[node] + 1  # of any so many parts one must hold
        if comb(len(parts), size) > MOST_CLAUSES:
            return None
        found: set[Clause] = set()
        for some in combinations(parts, size):
            either = _either(some)
            if either is None:
                return None
            found.update(either)
        return _least(found)

    # ---- bitmaps -------------------------------------------------------------------------------------------------
    def _rows(self, of_test: list[list[int]], in_clause: list[list[int]], words: int, total: int) -> tuple[Any, ...]:
        first_row: list[int] = []
        truth_at: list[int] = []
        truths = []
        fails, opens, meets, mays = _Gathered(words), _Gathered(words), _Gathered(total), _Gathered(total)
        at = slot = 0
        for column, nodes in zip(self.columns, self.tests, strict=True):
            coding = self.codings[column]
            first_row.append(len(truth_at))
            table = _truths([self.forest.tests[n] for n in nodes], coding)
            rules, clauses = (_flat(lists[slot : slot + len(nodes)]) for lists in (of_test, in_clause))
            slot += len(nodes)
            truth_at.extend(range(at, at + coding.size * len(nodes), len(nodes)) if nodes else [at] * coding.size)
            at += coding.size * len(nodes)
            for into, members, wanted in ((fails, rules, 0), (opens, rules, 1), (meets, clauses, 2), (mays, clauses, 1)):
                into.add(table == wanted, *members)
            truths.append(table.reshape(-1))
        truth = np.concatenate(truths) if truths else np.zeros(0, np.uint8)
        done = [d.done() for d in (fails, opens, meets, mays)]
        return np.array(first_row, np.int32), truth, np.array(truth_at, np.int32), done

    def _gates(self, trees: list[list[int]]) -> Gates:
        below: dict[int, tuple[int, ...]] = {}
        for node in sorted({n for tree in trees for n in tree}):
            self._below(node, below)
        order = {node: i for i, node in enumerate(sorted(below))}
        of_at, of = [0], list[int]()
        for tops in trees:
            wanted = set(tops)
            of.extend(order[n] if n in wanted else ~order[n] for n in sorted({n for t in tops for n in below[t]}))
            of_at.append(len(of))
        kind, count, part_at, parts = [], [], [0], []
        for node in order:
            kind.append(int(self.forest.kinds[node]))
            count.append(self.forest.counts[node])
            for part in self.forest.parts[node]:
                parts.append(self.slot[part] if part in self.slot else len(self.slot) + order[part] if part in order else -1)
            part_at.append(len(parts))
        return Gates(*(np.array(x, np.int32) for x in (kind, count, part_at, parts, of_at, of)))

    def _below(self, node: int, below: dict[int, tuple[int, ...]]) -> None:
        """The gates of a tree, itself included, found without recursion."""
        stack = [node]
        while stack:
            top = stack[-1]
            inner = [p for p in self.forest.parts[top] if self.forest.kinds[p] not in (Kind.TEST, Kind.CONSTANT)]
            waiting = [p for p in inner if p not in below]
            if waiting:
                stack.extend(waiting)
                continue
            below[top] = (top, *{g for p in inner for g in below[p]})
            stack.pop()


def _either(parts: Sequence[tuple[Clause, ...]]) -> tuple[Clause, ...] | None:
    """The conjunctive form of a disjunction of conjunctive forms."""
    if all(len(part) == 1 for part in parts):
        return (frozenset().union(*(part[0] for part in parts)),)
    found: set[Clause] = {frozenset()}
    for part in parts:
        if len(found) * len(part) > 4 * MOST_CLAUSES:
            return None
        found = {a | b for a in found for b in part}
    return _least(found)


def _least(clauses: set[Clause]) -> tuple[Clause, ...] | None:
    """Without the clauses that another one implies; None where too many are left."""
    if len(clauses) > 4 * MOST_CLAUSES:
        return None
    lengths = set(map(len, clauses))
    shorter = [c for c in clauses if len(c) < max(lengths)] if len(lengths) > 1 else []
    kept = [c for c in clauses if not any(other < c for other in shorter)]
    return tuple(sorted(kept, key=sorted)) if len(kept) <= MOST_CLAUSES else None


def _truths(tests: Sequence[Test], coding: Coding) -> NDArray[np.uint8]:
    """[code, test] -> 0, 1, 2."""
    numbers = coding.numbers
    table = np.zeros((coding.size, len(tests)), np.uint8)
    for i, test in enumerate(tests):
        for low, high in test.bands:
            table[1 if low is None else numbers[low] : coding.size if high is None else numbers[high], i] = 2
        table[0, i] = {"unknown": 1, "false": 0, "true": 2}[test.missing]
    return table


def _unions(holds: NDArray[np.bool_], at: Ints, members: Ints, words: int) -> Bits:
    """[row, word]: the bits of all members of those tests for which holds[row, test]; those of test t are members[at[t]:at[t + 1]]."""
    unions = np.zeros((len(holds), words), np.uint64)
    if uses_numba():
        from matcher.index_numba import gather

        gather(holds, at, members, unions)
        return unions
    test_of = np.repeat(np.arange(len(at) - 1), np.diff(at))
    for row, union in zip(holds, unions, strict=True):
        union |= _bitmap(members[row[test_of]], words)
    return unions


class _Gathered:
    """Rows of bits, one for each code of each column; what rests on the same tests once, what rests on none not at all."""

    def __init__(self, words: int) -> None:
        self.words = words
        self.at: list[int] = []
        self.rows: list[Bits] = []
        self.count = 0

    def add(self, holds: NDArray[np.bool_], at: Ints, members: Ints) -> None:
        """The rows of one column: holds[code, test], and the members of each test as in `_unions`."""
        useful = holds & (np.diff(at) > 0)
        known: dict[bytes, int] = {bytes(useful.shape[1]): -1}
        fresh: list[int] = []
        for code, row in enumerate(useful):
            key = row.tobytes()
            if key not in known:
                known[key] = self.count + len(fresh)
                fresh.append(code)
            self.at.append(known[key])
        self.rows.append(_unions(useful[fresh], at, members, self.words))
        self.count += len(fresh)

    def done(self) -> Rows:
        rows = np.concatenate([np.zeros((0, self.words), np.uint64), *self.rows])
        return Rows(rows, np.array(self.at, np.int32))
