"""Profiles out of a store: one enterprise by its credit code in well under a millisecond's work, or all of them in order.

A snapshot's columns are mapped once and looked into by row, without Arrow objects in between; an enterprise's records are named once,
however many facts they give.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import FactDefinition, FactType, load_catalogue
from features.facts import Absence, Event, Interval, Provenance
from features.making import ABSENCE_CODES, EPOCH
from features.patching import bare_numbers
from features.profile import EnterpriseProfile
from features.slots import Slot, SlotColumns
from features.snapshot import ColumnInfo, Objects, Snapshot, open_snapshot
from features.sources.mapping import SourceMapping, load_mappings

Getter: TypeAlias = Callable[[int], Any]
Memo: TypeAlias = dict[tuple[str, int], Provenance]
Origin: TypeAlias = Callable[[int, Memo], Provenance | None]
_ORDINAL_1970 = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class _Column:
    """One column made ready: its fact and period, a getter of fact values (None where unknown), and where each value came from."""

    fact: str
    period: str
    get: Getter
    origin: Origin
    is_range: bool = False


class Reader:
    """A snapshot opened for reading profiles; keep it for as long as many are read. Reading changes nothing and needs no lock."""

    def __init__(self, snapshot: Snapshot, mappings: Mapping[str, SourceMapping]) -> None:
        self.snapshot = snapshot
        self.mappings = mappings
        self.manifest = snapshot.manifest
        self._objects = Objects(snapshot.folder)
        self._arrays: dict[str, pa.Array] = {}
        self._slots: dict[tuple[str, int], SlotColumns] = {}
        infos = snapshot.columns
        self.usccs: pa.StringArray = self.array(infos[0].object)
        self.names: pa.StringArray = self.array(infos[1].object)
        self._columns = tuple(self._prepared(infos[2:]))
        self.ids = tuple(definition.id for definition in load_catalogue())
        self.absences = {fact: self.array(name).to_numpy() for fact, name in self.manifest["absences"].items()}

    def array(self, name: str) -> pa.Array:
        """An object of the snapshot, mapped once."""
        if name not in self._arrays:
            self._arrays[name] = self._objects.column(name)
        return self._arrays[name]

    def slot(self, mapping: str, period: int) -> SlotColumns:
        """The records that a mapping's values of a period stand in."""
        key = (mapping, period)
        if key not in self._slots:
            self._slots[key] = SlotColumns(self._objects, Slot(**self.manifest["states"][mapping]["periods"][str(period)]))
        return self._slots[key]

    @cached_property
    def _sorted(self) -> tuple[npt.NDArray[np.bytes_], npt.NDArray[np.int64]]:
        """The codes in order and where each stands."""
        order = pc.sort_indices(self.usccs).to_numpy().astype(np.int64)
        return np.array(self.usccs.to_pylist(), dtype="S18")[order], order

    def place_of(self, uscc: str) -> int | None:
        """The enterprise's row, or None."""
        codes, order = self._sorted
        key = uscc.encode("utf-8")
        at = int(np.searchsorted(codes, key)) if len(key) == 18 else len(codes)
        return int(order[at]) if at < len(codes) and codes[at] == key else None

    def profile(self, uscc: str) -> EnterpriseProfile | None:
        """One enterprise, or None where the snapshot has no such code."""
        place = self.place_of(uscc)
        return None if place is None else self._profile(place)

    def profiles(self) -> Iterator[EnterpriseProfile]:
        """All enterprises in the snapshot's order."""
        for place in range(self.snapshot.rows):
            yield self._profile(place)

    def _profile(self, place: int) -> EnterpriseProfile:
        facts: dict[str, Any] = {}
        places: dict[str, dict[str, Provenance]] = {}
        memo: Memo = {}
        for column in self._columns:
            value = column.get(place)
            if value is None or (column.is_range and column.period in facts.get(column.fact, ())):
                continue
            if column.period:
                facts.setdefault(column.fact, {})[column.period] = value
            else:
                facts[column.fact] = value
            provenance = column.origin(place, memo)
            if provenance is not None:
                places.setdefault(column.fact, {})[column.period] = provenance
        return EnterpriseProfile(
            uscc=self.usccs[place].as_py(),
            facts=MappingProxyType(
                {fact: MappingProxyType(value) if isinstance(value, dict) else value for fact, value in facts.items()}
            ),
            name=self.names[place].as_py() or "",
            as_of=self.snapshot.as_of,
            provenance=places,
            absences={fact: self._absence(fact, place) for fact in self.ids if fact not in facts},
            conflicts=self.conflicts(place),
        )

    def _absence(self, fact: str, place: int) -> Absence:
        codes = self.absences.get(fact)
        return Absence.MISSING if codes is None else ABSENCE_CODES[int(codes[place]) or 1]

    # ---- columns and origins, made ready once ----------------------------------------------------------------------------
    def _prepared(self, infos: Sequence[ColumnInfo]) -> Iterator[_Column]:
        catalogue = load_catalogue()
        by_name = {info.name: info for info in infos}
        for info in infos:
            base, _, bound = info.name.partition("#")
            if bound == "high":
                continue
            get = _getter(self.array(info.object), catalogue[info.fact], info.scale)
            if bound == "low":
                get = _range_getter(get, _getter(self.array(by_name[f"{base}#high"].object), catalogue[info.fact], info.scale))
            yield _Column(info.fact, info.period, get, self._origin(base, forced=bool(bound)), bool(bound))

    def _origin(self, column: str, *, forced: bool) -> Origin:
        """Where a column's values come from. `forced`: a range has no choice of its own, so it is the first way's."""
        entry = self.manifest["ways"].get(column)
        if entry is None:
            return lambda place, memo: None
        ways = [self._way(way, column.partition("@")[0]) for way in entry["ways"]]
        if not entry["choice"] or forced:
            return ways[0]
        choice = self.array(entry["choice"]).to_numpy()

        def chosen(place: int, memo: Memo) -> Provenance | None:
            way = int(choice[place])
            return ways[way - 1](place, memo) if way else None

        return chosen

    def _way(self, way: Mapping[str, Any], fact: str) -> Origin:
        if way["how"] == "derived":
            derived = Provenance("derived", fact, derived_from=tuple(way["rests_on"]), note="由其他指标推算")
            return lambda place, memo: derived
        mapping = self.mappings.get(way["mapping"])
        source, title = (mapping.source, mapping.title) if mapping else (way["mapping"], way["mapping"])
        state = self.manifest["states"][way["mapping"]]
        delivered = date.fromisoformat(state["delivered"])
        if way["how"] == "list":
            listed = Provenance(source, title, delivered, note="以整份名单为据")
            return lambda place, memo: listed
        look = self.slot(way["mapping"], way["period"]).record_of()
        absent = Provenance(source, title, delivered, note="不在该名单上")
        key = (way["mapping"], way["period"])

        def of_record(place: int, memo: Memo) -> Provenance:
            found = memo.get(key)
            if found is None:
                day, file, row = look(place)
                record = self.record(file, row) if day else ""
                found = memo[key] = Provenance(source, record, EPOCH + timedelta(days=day)) if day else absent
            return found

        return of_record

    def record(self, file: int, row: int) -> str:
        """A row of an extract as people name it."""
        return f"{self.manifest['files'][file].split('/', 1)[1]} 第{row}行"

    # ---- conflicts -------------------------------------------------------------------------------------------------------
    @cached_property
    def _conflict_table(self) -> tuple[pa.Table, npt.NDArray[np.int32]]:
        table = self._objects.table(self.manifest["conflicts"])
        return table, table.column("ent").to_numpy()

    def conflict_places(self, low: int, high: int) -> list[int]:
        """The rows from `low` to before `high` of which sources disagree about something."""
        _, ents = self._conflict_table
        return sorted({int(ent) for ent in ents[np.searchsorted(ents, low) : np.searchsorted(ents, high)]})

    def conflicts(self, place: int) -> dict[str, tuple[Provenance, ...]]:
        """What other sources said otherwise of the enterprise in this row, by fact."""
        table, ents = self._conflict_table
        low, high = (int(np.searchsorted(ents, place, side=side)) for side in ("left", "right"))
        found: dict[str, tuple[Provenance, ...]] = {}
        for row in table.slice(low, high - low).to_pylist() if high > low else ():
            source = self.mappings[row["mapping"]].source if row["mapping"] in self.mappings else row["mapping"]
            note = f"与采用的来源不一致({row['period']})" if row["period"] else "与采用的来源不一致"
            provenance = Provenance(source, self.record(row["file"], row["row"]), row["recorded"], note=note)
            found[row["fact"]] = (*found.get(row["fact"], ()), provenance)
        return found


# ---- looking into a column ---------------------------------------------------------------------------------------------
def _valid(array: pa.Array) -> Callable[[int], bool]:
    """Whether a row has a value, by its bit."""
    if array.null_count == 0:
        return lambda place: True
    if array.null_count == len(array):
        return lambda place: False
    bits, offset = np.frombuffer(array.buffers()[0], np.uint8), array.offset
    return lambda place: bool(bits[(place + offset) >> 3] >> ((place + offset) & 7) & 1)


def _getter(array: pa.Array, definition: FactDefinition, scale: int) -> Getter:
    """How a cell becomes a fact value, None where it is null."""
    valid = _valid(array)
    match definition.type:
        case FactType.NUMBER:
            numbers = bare_numbers(array)
            return lambda place: Decimal(int(numbers[place])).scaleb(-scale) if valid(place) else None
        case FactType.BOOL:
            bits, offset = np.frombuffer(array.buffers()[1], np.uint8), array.offset
            return lambda place: bool(bits[(place + offset) >> 3] >> ((place + offset) & 7) & 1) if valid(place) else None
        case FactType.DATE:
            days = bare_numbers(array)
            return lambda place: date.fromordinal(int(days[place]) + _ORDINAL_1970) if valid(place) else None
        case FactType.CODE | FactType.TEXT if pa.types.is_dictionary(array.type):
            codes, words = bare_numbers(array.indices), array.dictionary.to_pylist()
            return lambda place: words[codes[place]] if valid(place) else None
        case FactType.SET:
            return lambda place: frozenset(array[place].as_py()) if valid(place) else None
        case FactType.EVENTS:
            return lambda place: (
                tuple(Event(e["code"], e["on"], e["first"]) for e in array[place].as_py()) if valid(place) else None
            )
        case FactType.CODE | FactType.TEXT:
            return lambda place: array[place].as_py()


def _range_getter(low: Getter, high: Getter) -> Getter:
    def get(place: int) -> Interval | None:
        bottom, top = low(place), high(place)
        return None if bottom is None or top is None or bottom > top else Interval(bottom, top)

    return get


# ---- the store ---------------------------------------------------------------------------------------------------------
def profiles_of(snapshot: Snapshot, mappings: Sequence[SourceMapping] | None = None) -> Iterator[EnterpriseProfile]:
    """Every profile of a snapshot, in its order."""
    yield from open_reader(snapshot, mappings).profiles()


def open_reader(snapshot: Snapshot, mappings: Sequence[SourceMapping] | None = None) -> Reader:
    """A snapshot opened for reading profiles."""
    chosen = mappings if mappings is not None else load_mappings()
    return Reader(snapshot, {mapping.id: mapping for mapping in chosen})


@dataclass(frozen=True)
class Store:
    """A folder of snapshots, read one profile at a time; the newest snapshot stays mapped."""

    folder: Path
    reader: Reader

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot at the time of opening."""
        return self.reader.snapshot

    def profile(self, uscc: str) -> EnterpriseProfile | None:
        """One enterprise in the newest snapshot, or None."""
        return self.reader.profile(uscc)

    def profiles(self) -> Iterator[EnterpriseProfile]:
        """All enterprises in the newest snapshot, in its order."""
        return self.reader.profiles()


def open_store(folder: Path, mappings: Sequence[SourceMapping] | None = None) -> Store:
    """Open a store's newest snapshot for reading; raises SourceError where there is none."""
    return Store(folder, open_reader(open_snapshot(folder), mappings))
