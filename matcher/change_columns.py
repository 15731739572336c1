"""What changes, over the columns of a whole province: verdicts as bitmaps over items x enterprises, only what can flip decided again.

A run keeps two bits a pair (met, open), shared with the run before where nothing can have changed; money is not kept: it follows from the rule, the facts and the day, and is worked out where it
is asked for. Rules and facts are compared as `matcher.change` compares them; the two are held together by tests.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matcher.change import facts_of, is_daily, leaves_of, same_periods, same_rule
from matcher.changed_cells import changed_cells, fact_of
from matcher.codes import encode_forest
from matcher.columns import Table
from matcher.compile import Compiled, Item, compile_criterion
from matcher.crowd import Mask, Rows
from matcher.forest import FALSE, Forest
from matcher.screen import screen_compiled
from matcher.simulate_columns import ColumnCrowd
from matcher.turning import bare, turned
from matcher.verdict_bits import Codes, Layer, VerdictBits
from policies.rules import RuleDocument

_FEW = 8
_ALL_AT_ONCE = 0.25  # of more touched enterprises than this part, everybody is decided
_SMALL = 8_192  # of so few, never


@dataclass(frozen=True)
class ColumnRun:
    """Every enterprise of a table (with a column `uscc`) against every item on one day.

    `decided` pairs were decided for it, the others are shared with the run before.
    """

    as_of: date
    documents: tuple[RuleDocument, ...]
    population: Table
    items: tuple[Item, ...]
    bits: VerdictBits
    decided: int

    @cached_property
    def by_id(self) -> Mapping[str, RuleDocument]:
        """The documents by their id."""
        return {d.meta.id: d for d in self.documents}

    @cached_property
    def rests(self) -> Mapping[Item, frozenset[str]]:
        """The facts that bear on each item."""
        return {item: facts_of(self.by_id[item[0]], item[1]) for item in self.items}

    def verdicts(self, item: Item, rows: Rows | None = None) -> Codes:
        """The verdicts on an item, of everybody or of some rows."""
        return self.bits.codes(item, rows)

    def reached(self, item: Item) -> Rows:
        """Which enterprises does this rule reach: the rows of everyone eligible, and of everyone for whom it is still open."""
        return np.flatnonzero(self.verdicts(item))

    def usccs(self, rows: Rows) -> tuple[str, ...]:
        """The credit codes of some rows."""
        return ColumnCrowd(self.population).usccs(rows)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a step from one run to the next can have changed.

    `was[r]`: the earlier row of enterprise r, -1 where it is new. `touched`: rows with a changed fact that some rule names, and `facts`
    which of them changed by fact. `whole`: items decided anew for everybody. `daily`: for other items, the rows that only the day may turn.
    `rests`: the facts that bear on each item.
    """

    was: Rows
    touched: Rows
    facts: Mapping[str, Mask]
    whole: frozenset[Item]
    daily: Mapping[Item, Rows]
    rests: Mapping[Item, frozenset[str]]


# ---- runs --------------------------------------------------------------------------------------------------------


def full_column_run(documents: Sequence[RuleDocument], population: Table, as_of: date) -> ColumnRun:
    """Decide everything."""
    items = tuple(_items(documents))
    bits = VerdictBits(population.rows, (_decided(documents, items, population, as_of),))
    return ColumnRun(as_of, tuple(documents), population, items, bits, len(items) * population.rows)


def next_column_run(
    previous: ColumnRun, documents: Sequence[RuleDocument], population: Table, as_of: date, *, touched: Rows | None = None
) -> ColumnRun:
    """The run that follows: equal to a full one, but only what can have changed is decided.

    `touched`: the rows of `population` that were made anew, where the maker knows them (the others are then not compared). Where more
    than a quarter of the enterprises changed, in this step and those before it since all were decided, all are decided.
    """
    reach = reach_of(previous, documents, population, as_of, touched=touched)
    patched = len(reach.touched) + previous.bits.patched
    if patched > _ALL_AT_ONCE * population.rows and population.rows > _SMALL:
        return full_column_run(documents, population, as_of)
    items = tuple(_items(documents))
    bits = previous.bits.moved(reach.was)
    decided = 0
    for chosen, rows in _blocks(items, reach):
        part = population if rows is None else part_of(population, rows, {f for i in chosen for f in reach.rests[i]})
        bits = bits.on_top(replace(_decided(documents, chosen, part, as_of), rows=rows))
        decided += len(chosen) * part.rows
    return ColumnRun(as_of, tuple(documents), population, items, bits, decided)


def reach_of(
    previous: ColumnRun, documents: Sequence[RuleDocument], population: Table, as_of: date, *, touched: Rows | None = None
) -> Reach:
    """What the step can have changed, without deciding anything."""
    was = _earlier_rows(previous.population, population)
    by_id = {d.meta.id: d for d in documents}
    rests = {item: facts_of(by_id[item[0]], item[1]) for item in _items(documents)}
    named = {f for several in (*rests.values(), *previous.rests.values()) for f in several}
    facts = changed_cells(previous.population, population, was, sorted(named), only=touched)
    mask = was < 0
    for changed in facts.values():
        mask = mask | changed
    whole = {item for item in rests if not _holds(previous, by_id[item[0]], item[1], as_of)}
    daily = {} if previous.as_of == as_of else _daily(by_id, rests.keys() - whole, population, previous.as_of, as_of)
    return Reach(was, np.flatnonzero(mask), facts, frozenset(whole), daily, rests)


def _daily(
    by_id: Mapping[str, RuleDocument], items: Iterable[Item], population: Table, before: date, after: date
) -> dict[Item, Rows]:
    """By item: the rows for which the day alone turns one of its leaves."""
    asked = {item: [leaf for leaf in leaves_of(by_id[item[0]], item[1]) if is_daily(leaf)] for item in items}
    moved = turned((leaf for several in asked.values() for leaf in several), population, before, after)
    daily = {}
    for item, several in asked.items():
        rows = [moved[bare(leaf)] for leaf in several]
        if any(len(r) for r in rows):
            daily[item] = np.unique(np.concatenate(rows))
    return daily


def _holds(previous: ColumnRun, document: RuleDocument, index: int, as_of: date) -> bool:
    """Whether an item means what it meant, and reads the same years and months."""
    if (document.meta.id, index) not in previous.rests:
        return False
    if not same_rule(previous.by_id.get(document.meta.id), document, index):
        return False
    return previous.as_of == as_of or same_periods(document, index, previous.as_of, as_of)


def _earlier_rows(before: Table, after: Table) -> Rows:
    old, new = before.table.column("uscc"), after.table.column("uscc")
    if old is new or old.equals(new):
        return np.arange(len(new))
    return np.asarray(pc.fill_null(pc.index_in(new, value_set=old), -1).to_numpy(), np.int64)


# ---- deciding a part ---------------------------------------------------------------------------------------------


def _items(documents: Sequence[RuleDocument]) -> Iterator[Item]:
    return ((d.meta.id, i) for d in documents for i in range(len(d.items)))


def _decided(documents: Sequence[RuleDocument], items: Sequence[Item], part: Table, as_of: date) -> Layer:
    by_id = {d.meta.id: d for d in documents}
    forest = Forest()
    roots = []
    for name, index in items:
        document = by_id[name]
        gate = document.gate_of(document.items[index])
        in_force = document.meta.in_force_on(as_of)
        roots.append(compile_criterion(gate, forest, as_of, catalogue=part.catalogue) if in_force else FALSE)
    compiled = Compiled(forest, tuple(items), tuple(roots), as_of)
    answers = screen_compiled(compiled, encode_forest(part, compiled)).answers
    if answers.surely is None or answers.open is None:
        raise AssertionError("a screening with bitmaps came without them")
    return Layer({item: i for i, item in enumerate(items)}, answers.surely, answers.open)


def _blocks(items: tuple[Item, ...], reach: Reach) -> Iterator[tuple[tuple[Item, ...], Rows | None]]:
    """What is decided together: whole items for everybody (rows None), touched rows, and rows that the day turns."""
    whole = tuple(i for i in items if i in reach.whole)
    if whole:
        yield whole, None
    fresh = bool((reach.was[reach.touched] < 0).any()) if len(reach.touched) else False
    changed = {f for f, mask in reach.facts.items() if mask.any()}
    concerned = tuple(i for i in items if i not in reach.whole and (fresh or reach.rests[i] & changed))
    by_rows: dict[bytes, tuple[Rows, list[Item]]] = {}
    if concerned and len(reach.touched):
        by_rows[b"touched"] = reach.touched, list(concerned)
    for item, rows in reach.daily.items():
        by_rows.setdefault(rows.tobytes(), (rows, []))[1].append(item)
    if len(by_rows) > _FEW:  # rules are compiled once a block: better one that is a little too large
        together = dict.fromkeys(item for _, several in by_rows.values() for item in several)
        by_rows = {b"": (np.unique(np.concatenate([r for r, _ in by_rows.values()])), list(together))}
    for rows, several in by_rows.values():
        yield tuple(several), rows


# ---- parts of a population ---------------------------------------------------------------------------------------


def part_of(population: Table, rows: Rows, facts: Iterable[str]) -> Table:
    """Some rows, and of their columns those of these facts, as a population of its own."""
    wanted = {*facts, "uscc"}
    names = [n for n in population.table.column_names if fact_of(n) in wanted]
    return Table(population.table.select(names).take(pa.array(rows)), population.catalogue)
