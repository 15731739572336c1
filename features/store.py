"""Profiles out of a store: one enterprise by its credit code, as of a day, as we knew it on a day; or all of them in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import FactDefinition, FactType, load_catalogue
from features.current import ABSENCE_CODES
from features.facts import Absence, Event, Interval, Provenance
from features.overlay import EPOCH_DAYS
from features.profile import EnterpriseProfile
from features.snapshot import ColumnInfo, Objects, Snapshot, open_snapshot
from features.sources.mapping import SourceMapping, load_mappings

_BATCH = 2048
_DAY_ZERO = date(1970, 1, 1) - timedelta(days=EPOCH_DAYS)


@dataclass
class Reader:
    """A snapshot opened for reading profiles: its columns mapped once, its ways and absences at hand."""

    snapshot: Snapshot
    mappings: Mapping[str, SourceMapping]
    _columns: dict[str, pa.Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._objects = Objects(self.snapshot.folder)
        self._infos = self.snapshot.columns
        self._manifest = self.snapshot.manifest
        self._ways: Mapping[str, Any] = self._manifest["ways"]

    def _object(self, name: str) -> pa.Array:
        if name not in self._columns:
            self._columns[name] = self._objects.column(name)
        return self._columns[name]

    @cached_property
    def _sorted(self) -> tuple[pa.Array, npt.NDArray[np.int64]]:
        """The codes in order and where each stands."""
        uscc = self._object(self._infos[0].object)
        order = pc.sort_indices(uscc)
        return uscc.take(order), order.to_numpy().astype(np.int64)

    def place_of(self, uscc: str) -> int | None:
        """The enterprise's row, or None."""
        codes, order = self._sorted
        low, high = 0, len(codes)
        while low < high:
            middle = (low + high) // 2
            if codes[middle].as_py() < uscc:
                low = middle + 1
            else:
                high = middle
        return int(order[low]) if low < len(codes) and codes[low].as_py() == uscc else None

    def profile(self, uscc: str) -> EnterpriseProfile | None:
        """One enterprise, or None where the snapshot has no such code."""
        place = self.place_of(uscc)
        return None if place is None else next(self._read(place, place + 1))

    def profiles(self) -> Iterator[EnterpriseProfile]:
        """All enterprises in the snapshot's order."""
        for start in range(0, self.snapshot.rows, _BATCH):
            yield from self._read(start, min(start + _BATCH, self.snapshot.rows))

    def _read(self, start: int, stop: int) -> Iterator[EnterpriseProfile]:
        """The rows from `start` up to `stop`, column by column."""
        uscc, name = (self._object(info.object).slice(start, stop - start).to_pylist() for info in self._infos[:2])
        facts: list[dict[str, Any]] = [{} for _ in uscc]
        places: list[dict[str, dict[str, Provenance]]] = [{} for _ in uscc]
        catalogue = load_catalogue()
        records = _Records(self, start, stop)
        for info in self._infos[2:]:
            definition = catalogue[info.fact]
            values = self._object(info.object).slice(start, stop - start)
            if values.null_count == len(values):
                continue
            if "#" in info.name:
                if info.name.endswith("#low"):
                    self._add_ranges(info, definition, start, stop, facts, places, records)
                continue
            origin = records.of(info.name)
            read = _reader_of(definition, info.scale)
            for i, value in enumerate(values.to_pylist()):
                if value is None:
                    continue
                if info.period:
                    facts[i].setdefault(info.fact, {})[info.period] = read(value)
                else:
                    facts[i][info.fact] = read(value)
                provenance = origin(i)
                if provenance is not None:
                    places[i].setdefault(info.fact, {})[info.period] = provenance
        absences = self._absences(start, stop, facts)
        conflicts = self._conflicts(start, stop)
        for i, code in enumerate(uscc):
            whole = {fact: MappingProxyType(value) if isinstance(value, dict) else value for fact, value in facts[i].items()}
            yield EnterpriseProfile(
                code, MappingProxyType(whole), name[i] or "", self.snapshot.as_of, places[i], absences[i], conflicts.get(start + i, {})
            )

    def _add_ranges(
        self, info: ColumnInfo, definition: FactDefinition, start: int, stop: int, facts: list[dict[str, Any]], places: list[dict[str, dict[str, Provenance]]], records: "_Records"
    ) -> None:
        lows = self._object(info.object).slice(start, stop - start).to_pylist()
        high = next(other for other in self._infos if other.name == info.name.replace("#low", "#high"))
        highs = self._object(high.object).slice(start, stop - start).to_pylist()
        read = _reader_of(definition, info.scale)
        origin = records.of(info.name.partition("#")[0])
        for i, (low, top) in enumerate(zip(lows, highs, strict=True)):
            if low is None or top is None or low > top:
                continue
            periods = facts[i].setdefault(info.fact, {})
            if info.period not in periods:
                periods[info.period] = Interval(read(low), read(top))
                provenance = origin(i, force=True)
                if provenance is not None:
                    places[i].setdefault(info.fact, {})[info.period] = provenance

    def _absences(self, start: int, stop: int, facts: Sequence[Mapping[str, Any]]) -> list[dict[str, Absence]]:
        """Why each fact without any value has none."""
        known = {fact: self._object(name).slice(start, stop - start).to_numpy() for fact, name in self._manifest["absences"].items()}
        names = [definition.id for definition in load_catalogue()]
        result = []
        for i, held in enumerate(facts):
            result.append(
                {fact: ABSENCE_CODES[int(known[fact][i]) or 1] if fact in known else Absence.MISSING for fact in names if fact not in held}
            )
        return result

    def _conflicts(self, start: int, stop: int) -> dict[int, dict[str, tuple[Provenance, ...]]]:
        table = self._conflict_table
        ents = self._conflict_ents
        low, high = np.searchsorted(ents, [start, stop])
        found: dict[int, dict[str, tuple[Provenance, ...]]] = {}
        for row in table.slice(int(low), int(high - low)).to_pylist():
            source = self.mappings[row["mapping"]].source if row["mapping"] in self.mappings else row["mapping"]
            note = f"与采用的来源不一致({row['period']})" if row["period"] else "与采用的来源不一致"
            provenance = Provenance(source, self._place(row["file"], row["row"]), row["recorded"], note=note)
            held = found.setdefault(row["ent"], {})
            held[row["fact"]] = (*held.get(row["fact"], ()), provenance)
        return found

    @cached_property
    def _conflict_table(self) -> pa.Table:
        return self._objects.table(self._manifest["conflicts"])

    @cached_property
    def _conflict_ents(self) -> npt.NDArray[np.int32]:
        ents: npt.NDArray[np.int32] = self._conflict_table.column("ent").to_numpy()
        return ents

    def _place(self, file: int, row: int) -> str:
        return f"{self._manifest['files'][file].split('/', 1)[1]} 第{row}行"


class _Records:
    """Where the values of a run of rows come from; each record is named once, however many facts it gives."""

    def __init__(self, reader: Reader, start: int, stop: int) -> None:
        self._reader, self._start, self._count = reader, start, stop - start
        self._slots: dict[tuple[str, int], list[Provenance | None]] = {}

    def of(self, column: str) -> "_Origin":
        """The origin of each value in one column."""
        entry = self._reader._ways.get(column)
        if entry is None:
            return _Origin([], None)
        ways = [self._way(way, column.partition("@")[0]) for way in entry["ways"]]
        choice = self._reader._object(entry["choice"]).slice(self._start, self._count).to_numpy() if entry["choice"] else None
        return _Origin(ways, choice)

    def _way(self, way: Mapping[str, Any], fact: str) -> "list[Provenance | None] | Provenance":
        if way["how"] == "derived":
            return Provenance("derived", fact, derived_from=tuple(way["rests_on"]), note="由其他指标推算")
        mapping = self._reader.mappings.get(way["mapping"])
        source = mapping.source if mapping else way["mapping"]
        state = self._reader._manifest["states"][way["mapping"]]
        if way["how"] == "list":
            title = mapping.title if mapping else way["mapping"]
            return Provenance(source, title, date.fromisoformat(state["delivered"]), note="以整份名单为据")
        key = (way["mapping"], way["period"])
        if key not in self._slots:
            slot = state["periods"][str(way["period"])]
            self._slots[key] = self._slot(slot, source, state, mapping.title if mapping else "")
        return self._slots[key]

    def _slot(self, slot: Mapping[str, Any], source: str, state: Mapping[str, Any], title: str) -> list[Provenance | None]:
        recorded, files, rows = (self._reader._object(slot[what]).slice(self._start, self._count).to_pylist() for what in ("recorded", "file", "row"))
        recorded += [0] * (self._count - len(recorded))
        absent = Provenance(source, title, date.fromisoformat(state["delivered"]), note="不在该名单上")
        found: list[Provenance | None] = []
        for i, day in enumerate(recorded):
            if day:
                found.append(Provenance(source, self._reader._place(files[i], rows[i]), _DAY_ZERO + timedelta(days=day)))
            else:
                found.append(absent)
        return found


@dataclass(frozen=True, slots=True)
class _Origin:
    ways: "list[list[Provenance | None] | Provenance]"
    choice: "npt.NDArray[np.uint8] | None"

    def __call__(self, i: int, *, force: bool = False) -> Provenance | None:
        if not self.ways:
            return None
        place = 1 if self.choice is None else int(self.choice[i]) or (1 if force else 0)
        if not place:
            return None
        way = self.ways[place - 1]
        return way if isinstance(way, Provenance) else way[i]


def _reader_of(definition: FactDefinition, scale: int) -> Any:
    """How a cell of the snapshot becomes a fact value."""
    match definition.type:
        case FactType.NUMBER:
            return lambda value: Decimal(value).scaleb(-scale)
        case FactType.SET:
            return frozenset
        case FactType.EVENTS:
            return lambda value: tuple(Event(event["code"], event["on"], event["first"]) for event in value)
        case FactType.BOOL | FactType.DATE | FactType.CODE | FactType.TEXT:
            return lambda value: value


def profiles_of(snapshot: Snapshot, mappings: Sequence[SourceMapping] | None = None) -> Iterator[EnterpriseProfile]:
    """Every profile of a snapshot, in its order."""
    yield from open_reader(snapshot, mappings).profiles()


def open_reader(snapshot: Snapshot, mappings: Sequence[SourceMapping] | None = None) -> Reader:
    """A snapshot opened for reading profiles; keep it for as long as many are read."""
    chosen = mappings if mappings is not None else load_mappings()
    return Reader(snapshot, {mapping.id: mapping for mapping in chosen})


@dataclass(frozen=True)
class Store:
    """A folder of snapshots, read one profile at a time; the newest snapshot stays mapped."""

    folder: Path
    mappings: tuple[SourceMapping, ...]
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
    chosen = tuple(mappings) if mappings is not None else load_mappings()
    return Store(folder, chosen, open_reader(open_snapshot(folder), chosen))
