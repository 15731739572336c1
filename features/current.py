"""The facts as of a day from the states of the mappings: precedence, absences, open list entries, conflicts, derived facts; the body of a manifest.

Everything here is computed over whole columns. `ways` names, for each column, where its values can come from; where there is more than one
way a `choice` column says for each enterprise which one was taken (0 none, else the place in `ways` counted from 1).
"""
# ruff: noqa: S608 (statements are put together from our own mappings; every literal and path is quoted)

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import FactDefinition, FactType, load_catalogue
from features.derive import DERIVATIONS, Kind
from features.derive_columns import ColumnSource, derive_columns
from features.extract import SEPARATOR
from features.facts import Absence
from features.identity.names import is_branch, normalise
from features.identity.uscc import entity_kind, is_legal_person
from features.merging import Mask, filled, finer_than, list_column, without, words_differ
from features.overlay import EPOCH_DAYS, MappingState
from features.periods import shift_months
from features.snapshot import Objects, canonical
from features.sources.mapping import FactRule, SourceMapping, scale_of

ABSENCE_CODES: Mapping[int, Absence] = {1: Absence.MISSING, 2: Absence.NOT_APPLICABLE, 3: Absence.WITHHELD, 4: Absence.STALE}
_NOT_APPLICABLE, _WITHHELD, _STALE = 2, 3, 4
_EPOCH = date(1950, 1, 1)


@dataclass(slots=True)
class _Column:
    """A column in the making: its object, the ways to it, and the object of the choice among them ('' where there is one way)."""

    object: str
    ways: list[dict[str, Any]]
    choice: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one mapping says of a fact in one period."""

    object: str
    array: pa.Array
    way: dict[str, Any]
    stale: Mask | None = None


def period_key(period: int) -> str:
    """2024 -> '2024', 202407 -> '2024-07', 0 -> ''."""
    return "" if period == 0 else str(period) if period < 10_000 else f"{period // 100:04d}-{period % 100:02d}"


def column_name(fact: str, period: str) -> str:
    """The snapshot's name for a fact in a period."""
    return f"{fact}@{period}" if period else fact


@dataclass
class Current:
    """One building of the facts of a day."""

    con: duckdb.DuckDBPyConnection
    objects: Objects
    states: Mapping[str, MappingState]
    mappings: Sequence[SourceMapping]
    as_of: date
    purpose: str
    rows: int
    uscc: pa.Array
    name: pa.Array
    _made: dict[str, _Column] = field(default_factory=dict)
    _bounds: dict[str, _Column] = field(default_factory=dict)
    _absence: dict[str, npt.NDArray[np.uint8]] = field(default_factory=dict)
    _conflicts: list[pa.Table] = field(default_factory=list)

    def build(self) -> dict[str, Any]:
        """The manifest's columns, ways, absences, conflicts and counts."""
        catalogue = load_catalogue()
        for definition in catalogue:
            self._given(definition)
        self._derived()
        columns = [
            {"name": "uscc", "fact": "", "period": "", "scale": 0, "object": self.objects.put(self.uscc)},
            {"name": "name", "fact": "", "period": "", "scale": 0, "object": self.objects.put(self.name)},
        ]
        for definition in catalogue:
            for name in self._names(definition.id):
                period = name.partition("@")[2].partition("#")[0]
                made = self._bounds[name] if "#" in name else self._made[name]
                columns.append(
                    {"name": name, "fact": definition.id, "period": period, "scale": self._scale(definition), "object": made.object}
                )
        conflicts = self._conflict_table()
        return {
            "columns": columns,
            "ways": {name: {"ways": made.ways, "choice": made.choice} for name, made in sorted(self._made.items())},
            "absences": {fact: self.objects.put(pa.array(codes)) for fact, codes in sorted(self._absence.items()) if codes.any()},
            "conflicts": self.objects.put_table(conflicts),
            "conflict_count": conflicts.num_rows,
            "counts": {definition.id: self._counts(definition) for definition in catalogue},
        }

    def _names(self, fact: str) -> list[str]:
        names = [name for name in self._made if name.partition("@")[0] == fact]
        bounds = [name for name in self._bounds if name.partition("@")[0].partition("#")[0] == fact]
        return sorted([*names, *bounds])

    def _scale(self, definition: FactDefinition) -> int:
        return scale_of(definition.unit) if definition.type is FactType.NUMBER else 0

    # ---- what departments gave -----------------------------------------------------------------------------------------
    def _sources(self, fact: str) -> list[tuple[SourceMapping, int, FactRule]]:
        """Every mapping that gives the fact, the most believed first."""
        return [(m, i, rule) for m in self.mappings for i, rule in enumerate(m.facts) if rule.fact == fact]

    def _given(self, definition: FactDefinition) -> None:
        sources = self._sources(definition.id)
        allowed = [source for source in sources if self.purpose in source[0].purposes]
        if sources and not allowed:
            self._absence[definition.id] = np.full(self.rows, _WITHHELD, np.uint8)
            return
        if any(rule.how in ("listed", "event", "member") for _, _, rule in allowed):
            self._listed(definition, allowed)
            return
        by_period: dict[str, list[_Part]] = {}
        for mapping, index, rule in allowed:
            state = self.states.get(mapping.id)
            for period in sorted(state.periods, reverse=True) if state else ():
                key = period_key(period) if definition.is_periodic else ""
                part = self._part(definition, mapping, index, rule, period)
                if part is not None:
                    by_period.setdefault(key, []).append(part)
        for key in sorted(by_period):
            self._merge(definition, key, by_period[key])

    def _part(self, definition: FactDefinition, mapping: SourceMapping, index: int, rule: FactRule, period: int) -> _Part | None:
        state = self.states[mapping.id]
        slot = state.periods[period]
        way = {"mapping": mapping.id, "period": period, "how": "record"}
        name = slot.values.get(f"v{index}")
        if name is None:
            return None
        array = self.objects.column(name)
        if len(array) < self.rows:
            array = pa.concat_arrays([array, pa.nulls(self.rows - len(array), array.type)])
            name = self.objects.put(array)
        if rule.interval and f"v{index}_lo" in slot.values and not definition_name_taken(self._bounds, definition.id, period):
            self._keep_bounds(definition.id, period_key(period), slot.values[f"v{index}_lo"], slot.values[f"v{index}_hi"])
        if mapping.complete and rule.how in ("presence", "value"):
            return self._with_the_absent(definition, mapping, rule, slot.recorded, array, way)
        stale = None if definition.is_periodic else self._stale(definition, mapping, slot.recorded)
        if stale is not None and (stale & array.is_valid().to_numpy(zero_copy_only=False)).any():
            stale &= array.is_valid().to_numpy(zero_copy_only=False)
            return _Part("", without(array, stale), way, stale)
        return _Part(name, array, way)

    def _keep_bounds(self, fact: str, period: str, low: str, high: str) -> None:
        for end, name in (("low", low), ("high", high)):
            array = self.objects.column(name)
            if array.null_count < len(array):
                if len(array) < self.rows:
                    array = pa.concat_arrays([array, pa.nulls(self.rows - len(array), array.type)])
                self._bounds[f"{column_name(fact, period)}#{end}"] = _Column(self.objects.put(array), [])

    def _limit(self, definition: FactDefinition, mapping: SourceMapping) -> date:
        return shift_months(self.as_of, -(mapping.fresh_months or definition.fresh_months))

    def _stale(self, definition: FactDefinition, mapping: SourceMapping, recorded: str) -> Mask:
        days = self._recorded(recorded)
        limit = (self._limit(definition, mapping) - _EPOCH).days
        result: Mask = (days > 0) & (days < limit)
        return result

    def _recorded(self, name: str) -> npt.NDArray[np.uint16]:
        days = self.objects.column(name).to_numpy()
        return days if len(days) == self.rows else np.concatenate([days, np.zeros(self.rows - len(days), np.uint16)])

    def _is_fresh(self, definition: FactDefinition, mapping: SourceMapping) -> bool:
        """Whether a complete list is recent enough for an absence from it to mean anything, and was there by the as-of day."""
        state = self.states.get(mapping.id)
        if state is None or not state.delivered:
            return False
        return self._limit(definition, mapping) <= date.fromisoformat(state.delivered)

    def _tainted(self, mapping: SourceMapping) -> Mask:
        mask = np.zeros(self.rows, bool)
        state = self.states.get(mapping.id)
        if state is not None and state.tainted:
            mask[self.objects.column(state.tainted).to_numpy()] = True
        return mask

    def _with_the_absent(
        self,
        definition: FactDefinition,
        mapping: SourceMapping,
        rule: FactRule,
        recorded: str,
        array: pa.Array,
        way: dict[str, Any],
    ) -> _Part:
        """A complete list: who has no row has the value of the absent, is not concerned, or is unknown where the list is old or doubtful."""
        absent = (self._recorded(recorded) == 0) & ~self._tainted(mapping)
        if not self._is_fresh(definition, mapping):
            known = array.is_valid().to_numpy(zero_copy_only=False)
            return _Part("", without(array, known), way, np.ones(self.rows, bool))
        if rule.absent == "not_applicable":
            self._absence.setdefault(definition.id, np.zeros(self.rows, np.uint8))[absent] = _NOT_APPLICABLE
            return _Part("", array, way)
        default: Any = None
        match definition.type:
            case FactType.BOOL:
                default = False
            case FactType.NUMBER if rule.const:
                default = int(rule.const) * 10 ** self._scale(definition)
            case FactType.CODE if rule.const:
                default = rule.const
            case _:
                return _Part("", array, way)
        plain = array.cast(pa.string()) if pa.types.is_dictionary(array.type) else array
        filled = pc.if_else(pa.array(absent), pa.scalar(default, plain.type), plain)
        return _Part("", filled.dictionary_encode() if pa.types.is_dictionary(array.type) else filled, way)

    def _merge(self, definition: FactDefinition, key: str, parts: Sequence[_Part]) -> None:
        """One column out of what the mappings say, the first that knows; where two know different things, a conflict."""
        first, name = parts[0], column_name(definition.id, key)
        values, choice = first.array, None
        stale = first.stale
        if len(parts) > 1:
            choice = np.where(values.is_valid().to_numpy(zero_copy_only=False), 1, 0).astype(np.uint8)
            for place, part in enumerate(parts[1:], start=2):
                if part.way["mapping"] != first.way["mapping"]:
                    self._note_conflicts(definition, key, values, part)
                fill = (choice == 0) & part.array.is_valid().to_numpy(zero_copy_only=False)
                values = filled(values, part.array)
                choice[fill] = place
                if definition.codes == "industry":
                    finer = finer_than(values, part.array)
                    values = filled(without(values, finer), part.array)
                    choice[finer] = place
                stale = part.stale if stale is None else stale if part.stale is None else stale | part.stale
        made = _Column(first.object if len(parts) == 1 and first.object else self.objects.put(values), [part.way for part in parts])
        made.choice = self.objects.put(pa.array(choice)) if choice is not None else ""
        if stale is not None and not definition.is_periodic:
            unknown = values.is_null().to_numpy(zero_copy_only=False)
            self._absence.setdefault(definition.id, np.zeros(self.rows, np.uint8))[stale & unknown] = _STALE
        if values.null_count < len(values):
            self._made[name] = made

    def _note_conflicts(self, definition: FactDefinition, key: str, values: pa.Array, part: _Part) -> None:
        both = values.is_valid().to_numpy(zero_copy_only=False) & part.array.is_valid().to_numpy(zero_copy_only=False)
        if not both.any():
            return
        rows = np.flatnonzero(both)
        here, there = values.take(pa.array(rows)), part.array.take(pa.array(rows))
        if pa.types.is_dictionary(here.type):
            differs = words_differ(here, there, nested=definition.codes == "industry")
        else:
            differs = pc.not_equal(here, there).to_numpy(zero_copy_only=False)
        if differs.any():
            slot = self.states[part.way["mapping"]].periods[part.way["period"]]
            self._conflicts.append(
                self._conflict_rows(definition.id, key, part.way["mapping"], rows[differs], slot.file, slot.row, slot.recorded)
            )

    def _conflict_rows(
        self, fact: str, key: str, mapping: str, ents: npt.NDArray[np.int64], file: str, row: str, recorded: str
    ) -> pa.Table:
        at = pa.array(ents)
        days = self.objects.column(recorded).take(at).cast(pa.int32()).to_numpy() - EPOCH_DAYS
        return pa.table(
            {
                "ent": pa.array(ents.astype(np.int32)),
                "fact": pa.array([fact] * len(ents), pa.string()),
                "period": pa.array([key] * len(ents), pa.string()),
                "mapping": pa.array([mapping] * len(ents), pa.string()),
                "file": self.objects.column(file).take(at),
                "row": self.objects.column(row).take(at),
                "recorded": pa.array(days.astype(np.int32)).view(pa.date32()),
            }
        )

    def _conflict_table(self) -> pa.Table:
        """Between sources, and within one file where a key came twice on one day; ordered by enterprise and fact."""
        tables = [*self._conflicts, *self._clashes()]
        schema = pa.schema(
            [
                ("ent", pa.int32()),
                ("fact", pa.string()),
                ("period", pa.string()),
                ("mapping", pa.string()),
                ("file", pa.int16()),
                ("row", pa.int32()),
                ("recorded", pa.date32()),
            ]
        )
        table = pa.concat_tables([t.select(schema.names).cast(schema) for t in tables]) if tables else schema.empty_table()
        table = table.sort_by([(name, "ascending") for name in ("ent", "fact", "period", "mapping", "file", "row")])
        return pa.table({name: canonical(table.column(name)) for name in schema.names}, schema=schema)

    def _clashes(self) -> Iterator[pa.Table]:
        for mapping in self.mappings:
            state = self.states.get(mapping.id)
            if state is None or not state.clashes or mapping.is_list:
                continue
            table = self.objects.table(state.clashes)
            ents, periods = table.column("ent").to_numpy(), table.column("period").to_numpy()
            days = table.column("recorded").cast(pa.int32()).to_numpy() + EPOCH_DAYS
            rules = [int(cell.split("_")[0][1:]) for cell in table.column("cell").to_pylist()]
            still = np.array(
                [self._recorded(state.periods[p].recorded)[e] == d for e, p, d in zip(ents, periods, days, strict=True)], bool
            )
            facts = [mapping.facts[rule].fact for rule in rules]
            catalogue = load_catalogue()
            keys = [period_key(int(p)) if catalogue[f].is_periodic else "" for p, f in zip(periods, facts, strict=True)]
            found = pa.table(
                {
                    "ent": table.column("ent"), "fact": pa.array(facts, pa.string()), "period": pa.array(keys, pa.string()),
                    "mapping": pa.array([mapping.id] * len(facts), pa.string()), "file": table.column("file"),
                    "row": table.column("row"), "recorded": table.column("recorded"),
                }
            )  # fmt: skip
            yield found.filter(pa.array(still))

    # ---- lists ---------------------------------------------------------------------------------------------------------
    def _listed(self, definition: FactDefinition, sources: Sequence[tuple[SourceMapping, int, FactRule]]) -> None:
        """A fact made of list entries: on the list or not, a set, or events; known to be empty only where every list is complete and recent."""
        complete = [mapping for mapping, _, _ in sources if mapping.complete]
        known = np.full(self.rows, bool(complete) and all(self._is_fresh(definition, mapping) for mapping in complete))
        for mapping in {mapping.id: mapping for mapping in complete}.values():
            known &= ~self._tainted(mapping)
        entries = self._entries(definition, sources)
        if definition.type is FactType.BOOL:
            listed = np.zeros(self.rows, bool)
            listed[entries.column("ent").to_numpy()] = True
            values: pa.Array = pa.array(listed, mask=~(listed | known))
        else:
            ents = entries.column("ent").to_numpy()
            if not complete:
                known[ents] = True
            values = list_column(entries, ents, known, as_events=definition.type is FactType.EVENTS)
        if complete and not all(self._is_fresh(definition, mapping) for mapping in complete if mapping.id in self.states):
            self._absence[definition.id] = np.where(values.is_null().to_numpy(zero_copy_only=False), _STALE, 0).astype(np.uint8)
        if values.null_count < len(values):
            ways = [{"mapping": mapping.id, "period": 0, "how": "list"} for mapping in {m.id: m for m, _, _ in sources}.values()]
            self._made[definition.id] = _Column(self.objects.put(values), ways)

    def _entries(self, definition: FactDefinition, sources: Sequence[tuple[SourceMapping, int, FactRule]]) -> pa.Table:
        """The entries that count on the as-of day, by enterprise: ent, code, on, first."""
        day = f"DATE '{self.as_of.isoformat()}'"
        selects = []
        try:
            for place, (mapping, i, rule) in enumerate(sources):
                state = self.states.get(mapping.id)
                if state is None or not state.list_table:
                    continue
                table = self.objects.table(state.list_table)
                self.con.register(f"t{place}", table)
                has = set(table.schema.names)
                code = f"v{i}" if f"v{i}" in has else "NULL"
                on = f"on{i}" if f"on{i}" in has else "NULL"
                first = f"first{i}" if f"first{i}" in has else "NULL"
                until = f"until{i}" if f"until{i}" in has else "NULL"
                ends = f"{until} > {day}" if rule.how == "listed" else f"{until} >= {day}"
                codes = f"unnest(string_split({code}, '{SEPARATOR}'))" if rule.how == "member" else code
                where = f"({on} IS NULL OR {on} <= {day}) AND ({until} IS NULL OR {ends})"
                where += (
                    f" AND {code} IS NOT NULL"
                    if rule.how == "member" or (rule.how == "event" and (rule.column or rule.const))
                    else ""
                )
                selects.append(
                    f'SELECT ent, CAST({codes} AS VARCHAR) AS code, CAST({on} AS DATE) AS "on", CAST({first} AS BOOLEAN) AS first FROM t{place} WHERE {where}'
                )
            empty = "SELECT CAST(0 AS INTEGER) AS ent, '' AS code, CAST(NULL AS DATE) AS \"on\", FALSE AS first WHERE FALSE"
            if definition.type is FactType.SET:
                sql = f"SELECT DISTINCT ent, code FROM ({' UNION ALL '.join(selects) or empty}) ORDER BY ent, code"
            else:
                sql = f'SELECT * FROM ({" UNION ALL ".join(selects) or empty}) ORDER BY ent, "on", code, first'
            found: pa.Table = self.con.sql(sql).to_arrow_table()
        finally:
            for place in range(len(sources)):
                self.con.unregister(f"t{place}")
        return found

    # ---- derived -------------------------------------------------------------------------------------------------------
    def _derived(self) -> None:
        def column(name: str) -> pa.Array | None:
            made = self._made.get(name) or self._bounds.get(name)
            return self.objects.column(made.object) if made else None

        def periods(fact: str) -> tuple[str, ...]:
            return tuple(sorted(name.partition("@")[2] for name in self._made if name.startswith(f"{fact}@")))

        def not_applicable(fact: str) -> Mask | None:
            codes = self._absence.get(fact)
            return None if codes is None else codes == _NOT_APPLICABLE

        source = ColumnSource(self.rows, self.as_of, column, periods, not_applicable)
        for derivation in DERIVATIONS:
            if derivation.kind in (Kind.ENTITY_KIND, Kind.LEGAL_PERSON):
                self._from_code(derivation.fact)
                continue
            for derived in derive_columns(derivation, source):
                self._add_derived(derived.fact, derived.period, derived.values, derived.rests_on)

    def _add_derived(self, fact: str, period: str, values: pa.Array, rests_on: Sequence[str]) -> None:
        """Fill in where no department said anything; what a department gave stays."""
        name, way = column_name(fact, period), {"mapping": "", "period": 0, "how": "derived", "rests_on": list(rests_on)}
        absent = self._absence.get(fact)
        if absent is not None and (absent == _WITHHELD).any():
            return
        made = self._made.get(name)
        if made is None:
            if values.null_count < len(values):
                self._made[name] = _Column(self.objects.put(values), [way])
            return
        given = self.objects.column(made.object)
        fill = given.is_null().to_numpy(zero_copy_only=False) & values.is_valid().to_numpy(zero_copy_only=False)
        if not fill.any():
            return
        known = given.is_valid().to_numpy(zero_copy_only=False)
        choice = self.objects.column(made.choice).to_numpy().copy() if made.choice else known.astype(np.uint8)
        choice[fill] = len(made.ways) + 1
        merged = filled(given, values.cast(given.type) if not pa.types.is_dictionary(given.type) else values)
        self._made[name] = _Column(self.objects.put(merged), [*made.ways, way], self.objects.put(pa.array(choice)))
        if absent is not None:
            absent[fill] = 0

    def _from_code(self, fact: str) -> None:
        """Kind and legal personality where the register's type cell says nothing: from the credit code, but never for what is named as a branch."""
        made = self._made.get(fact)
        unknown = (
            np.ones(self.rows, bool) if made is None else self.objects.column(made.object).is_null().to_numpy(zero_copy_only=False)
        )
        rows = np.flatnonzero(unknown)
        if not len(rows):
            return
        codes, names = self.uscc.take(pa.array(rows)).to_pylist(), self.name.take(pa.array(rows)).to_pylist()
        kinds_known = self._made.get("entity_kind")
        kinds = self.objects.column(kinds_known.object).take(pa.array(rows)).to_pylist() if kinds_known else [None] * len(rows)
        found: list[Any] = []
        for code, name, kind in zip(codes, names, kinds, strict=True):
            branch = is_branch(normalise(name or ""))
            if fact == "entity_kind":
                found.append("branch" if branch else entity_kind(code))
            else:
                by_kind = {"individual_business": False, "branch": False, "cooperative": True}.get(kind or "")
                found.append(by_kind if by_kind is not None else False if branch else is_legal_person(code))
        kind_type = pa.string() if fact == "entity_kind" else pa.bool_()
        answers = pa.array(found, kind_type)
        index = np.full(self.rows, 0, np.int64)
        index[rows] = np.arange(len(rows))
        whole = answers.take(pa.array(index, mask=~unknown))
        self._add_derived(
            fact,
            "",
            whole.dictionary_encode() if fact == "entity_kind" else whole,
            ("uscc", "name") if fact == "entity_kind" else ("entity_kind", "uscc"),
        )

    # ---- counts --------------------------------------------------------------------------------------------------------
    def _counts(self, definition: FactDefinition) -> dict[str, int]:
        """Of the latest whole period: how many enterprises are known, and why the others are not."""
        last_month = self.as_of.replace(day=1) - timedelta(days=1)
        key = {"none": "", "year": f"{self.as_of.year - 1:04d}", "month": f"{last_month.year:04d}-{last_month.month:02d}"}
        name = column_name(definition.id, key[definition.period] if definition.is_periodic else "")
        made = self._made.get(name)
        array = self.objects.column(made.object) if made else None
        known = self.rows - array.null_count if array is not None else 0
        codes = self._absence.get(definition.id)
        tally = {
            what: int((codes == code).sum()) if codes is not None else 0
            for what, code in (("not_applicable", 2), ("withheld", 3), ("stale", 4))
        }
        return {"known": known, **tally, "missing": self.rows - known - sum(tally.values())}


def definition_name_taken(bounds: Mapping[str, _Column], fact: str, period: int) -> bool:
    """Whether a more believed mapping has already given ranges for this fact and period."""
    return f"{column_name(fact, period_key(period))}#low" in bounds
