"""The compiled inner loops of `bit_index`; imported only where numba is installed."""

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from matcher.kernels_numba import compiled

_ALL, _ANY = 2, 3  # forest.Kind
_ONE = np.uint64(1)


@intrinsic  # type: ignore[untyped-decorator]
def _lowest(_context: Any, word: Any) -> Any:
    """The place of the lowest set bit."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], context.get_constant(types.boolean, False))

    return types.uint64(types.uint64), generate


@compiled
def _union(out: Any, rows: Any, at: Any, wanted: Any) -> None:
    """out |= the bitmaps of the rows wanted, two at a time; unsigned places spare the check for negative ones."""
    flat = rows.reshape(-1)
    width = np.uint64(len(out))
    held = np.uint64(0)
    holding = False
    for i in range(len(wanted)):
        if wanted[i] < 0:
            continue
        place = at[wanted[i]]
        if place < 0:
            continue
        low = np.uint64(place) * width
        if not holding:
            held, holding = low, True
            continue
        for w in range(width):
            out[w] |= flat[held + w] | flat[low + w]
        holding = False
    if holding:
        for w in range(width):
            out[w] |= flat[held + w]


@compiled
def _fill(slots: Any, wanted: Any, truth: Any, truth_at: Any, first_slot: Any) -> None:
    """The truth of every test, from the row of each column."""
    for column in range(len(wanted)):
        at = truth_at[wanted[column]]
        low = first_slot[column]
        for i in range(first_slot[column + 1] - low):
            slots[low + i] = truth[at + i]


@compiled
def _gate(kind: int, k: int, parts: Any, low: int, high: int, slots: Any) -> int:
    if kind == _ANY:
        best = 0
        for i in range(low, high):
            value = 1 if parts[i] < 0 else slots[parts[i]]
            if value > best:
                best = value
                if best == 2:
                    return 2
        return best
    if kind == _ALL:
        worst = 2
        for i in range(low, high):
            value = 1 if parts[i] < 0 else slots[parts[i]]
            if value < worst:
                worst = value
                if worst == 0:
                    return 0
        return worst
    met, possible = 0, 0
    for i in range(low, high):
        value = 1 if parts[i] < 0 else slots[parts[i]]
        met += value == 2
        possible += value != 0
    return 2 if met >= k else 1 if possible >= k else 0


@compiled
def _rest(
    place: Any, verdict: Any, slots: Any, tests: int, kind: Any, count: Any, part_at: Any, parts: Any, of_at: Any, of: Any
) -> Any:
    """The verdict of the rule at this place, which everything else left at `verdict`, with its gates."""
    for i in range(of_at[place], of_at[place + 1]):
        gate = of[i]
        top = gate >= 0
        if not top:
            gate = ~gate
        value = _gate(kind[gate], count[gate], parts, part_at[gate], part_at[gate + 1], slots)
        slots[tests + gate] = value
        if top and value < verdict:
            verdict = value
            if verdict == 0:
                return 0
    return verdict


@compiled
def _copy(out: Any, source: Any) -> None:
    for w in range(len(out)):
        out[w] = source[w]


@compiled
def _conclude(failed: Any, opened: Any, meets: Any, mays: Any, plane_at: Any) -> None:
    """From what fails, is open, is satisfied and may be, to `failed` = possible and `opened` = surely, in place."""
    for w in range(len(failed)):
        failed[w] = ~failed[w]
        opened[w] = failed[w] & ~opened[w]
    for j in range(len(plane_at) - 1):
        low = plane_at[j]
        for w in range(plane_at[j + 1] - low):
            failed[w] &= mays[low + w] | meets[low + w]
            opened[w] &= meets[low + w]


@compiled
def decide(
    wanted: Any,
    rule_at: Any,
    fails: Any,
    fails_at: Any,
    opens: Any,
    opens_at: Any,
    meets: Any,
    meets_at: Any,
    mays: Any,
    mays_at: Any,
    base_fails: Any,
    base_opens: Any,
    base_meets: Any,
    base_mays: Any,
    plane_at: Any,
    truth: Any,
    truth_at: Any,
    first_slot: Any,
    kind: Any,
    count: Any,
    part_at: Any,
    parts: Any,
    of_at: Any,
    of: Any,
    bitmaps: Any,
    clauses: Any,
    slots: Any,
    yes: Any,
    unknown: Any,
) -> tuple[int, int]:
    """Fill `yes` and `unknown` with rules; returns how many of each."""
    possible, surely = bitmaps[0], bitmaps[1]
    _copy(possible, base_fails)
    _copy(surely, base_opens)
    _copy(clauses[0], base_meets)
    _copy(clauses[1], base_mays)
    _union(possible, fails, fails_at, wanted)
    _union(surely, opens, opens_at, wanted)
    _union(clauses[0], meets, meets_at, wanted)
    _union(clauses[1], mays, mays_at, wanted)
    _conclude(possible, surely, clauses[0], clauses[1], plane_at)
    gated = len(of) > 0
    tests = first_slot[len(first_slot) - 1]
    if gated:
        _fill(slots, wanted, truth, truth_at, first_slot)
    met, open_ = 0, 0
    for w in range(len(possible)):
        left = possible[w]
        while left:
            bit = _lowest(left)
            left &= left - _ONE
            place = w * 64 + np.int64(bit)
            verdict = 2 if (surely[w] >> bit) & _ONE else 1
            if gated and of_at[place] < of_at[place + 1]:
                verdict = _rest(place, verdict, slots, tests, kind, count, part_at, parts, of_at, of)
            if verdict == 2:
                yes[met] = rule_at[place]
                met += 1
            elif verdict == 1:
                unknown[open_] = rule_at[place]
                open_ += 1
    return met, open_


@compiled
def flips(
    before: Any,
    after: Any,
    columns: Any,
    rule_at: Any,
    fails: Any,
    fails_at: Any,
    opens: Any,
    opens_at: Any,
    meets: Any,
    meets_at: Any,
    mays: Any,
    mays_at: Any,
    base_fails: Any,
    base_opens: Any,
    base_meets: Any,
    base_mays: Any,
    plane_at: Any,
    truth: Any,
    truth_at: Any,
    first_slot: Any,
    kind: Any,
    count: Any,
    part_at: Any,
    parts: Any,
    of_at: Any,
    of: Any,
    bitmaps: Any,
    clauses: Any,
    slots: Any,
    out: Any,
    _spare: Any,
) -> int:
    """Fill `out` with the rules whose verdict differs between the rows `before` and `after`, which differ only in `columns`."""
    kept = before.copy()
    old = np.empty(len(columns), np.int32)
    new = np.empty(len(columns), np.int32)
    for i in range(len(columns)):
        old[i], new[i] = before[columns[i]], after[columns[i]]
        kept[columns[i]] = -1
    f0, o0, f1, o1 = bitmaps[0], bitmaps[1], bitmaps[2], bitmaps[3]
    shared, may, meet = clauses[0], clauses[1], clauses[2]
    _copy(f0, base_fails)
    _copy(o0, base_opens)
    _union(f0, fails, fails_at, kept)
    _union(o0, opens, opens_at, kept)
    _copy(f1, f0)
    _copy(o1, o0)
    _union(f0, fails, fails_at, old)
    _union(o0, opens, opens_at, old)
    _union(f1, fails, fails_at, new)
    _union(o1, opens, opens_at, new)
    _copy(shared, base_meets)
    _union(shared, meets, meets_at, kept)
    _copy(may, base_mays)
    _union(may, mays, mays_at, kept)
    _union(may, mays, mays_at, old)
    _copy(meet, shared)
    _union(meet, meets, meets_at, old)
    _conclude(f0, o0, meet, may, plane_at)
    _copy(may, base_mays)
    _union(may, mays, mays_at, kept)
    _union(may, mays, mays_at, new)
    _union(shared, meets, meets_at, new)
    _conclude(f1, o1, shared, may, plane_at)
    gated = len(of) > 0
    tests = first_slot[len(first_slot) - 1]
    slots_after = slots
    if gated:
        slots_after = slots.copy()
        _fill(slots, before, truth, truth_at, first_slot)
        _fill(slots_after, after, truth, truth_at, first_slot)
    found = 0
    for w in range(len(f0)):
        left = f0[w] | f1[w]
        if not gated:
            left = (f0[w] ^ f1[w]) | (o0[w] ^ o1[w])
        while left:
            bit = _lowest(left)
            left &= left - _ONE
            place = w * 64 + np.int64(bit)
            if gated:
                was = np.int64((f0[w] >> bit) & _ONE) + np.int64((o0[w] >> bit) & _ONE)
                now = np.int64((f1[w] >> bit) & _ONE) + np.int64((o1[w] >> bit) & _ONE)
                if was > 0 and of_at[place] < of_at[place + 1]:
                    was = _rest(place, was, slots, tests, kind, count, part_at, parts, of_at, of)
                if now > 0 and of_at[place] < of_at[place + 1]:
                    now = _rest(place, now, slots_after, tests, kind, count, part_at, parts, of_at, of)
                if was == now:
                    continue
            out[found] = rule_at[place]
            found += 1
    return found


@compiled
def gather(holds: Any, at: Any, members: Any, unions: Any) -> None:
    """See `bit_index._unions`."""
    for row in range(len(holds)):
        for test in range(holds.shape[1]):
            if holds[row, test]:
                for i in range(at[test], at[test + 1]):
                    bit = np.uint64(members[i])
                    unions[row, bit >> np.uint64(6)] |= _ONE << (bit & np.uint64(63))
