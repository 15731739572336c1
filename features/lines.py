"""Profiles as lines of the interchange form, written from the columns without an object for each value.

The lines are, byte for byte, those of `profile_to_json` over `features.store.Reader.profiles`; a test holds the two equal.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa

from features.catalogue import FactDefinition, FactType, load_catalogue
from features.making import ABSENCE_CODES, EPOCH
from features.profile import EnterpriseProfile, profile_to_json
from features.slots import RECORD, SlotColumns
from features.snapshot import ColumnInfo
from features.store import Reader

_CHUNK = 4_096
Texts = Sequence[str]  # one for each row, '' for nothing


def dumps(value: Any) -> str:
    """JSON as it stands in the interchange form."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class _Column:
    """One column's rows as text: `"period":value` (or the value alone for a state), and where each value came from likewise."""

    period: str
    is_range: bool
    values: Texts
    places: Texts


def lines_of(reader: Reader) -> Iterator[str]:
    """Every profile of the snapshot in its order, one line each without the line's end."""
    for low in range(0, reader.snapshot.rows, _CHUNK):
        yield from _Chunk(reader, low, min(_CHUNK, reader.snapshot.rows - low)).lines()


class _Chunk:
    """Some rows of the snapshot."""

    def __init__(self, reader: Reader, low: int, rows: int) -> None:
        self._reader, self._low, self._rows = reader, low, rows
        self._ways: dict[tuple[str, int], Texts] = {}
        self._days: dict[int, str] = {}
        infos = reader.snapshot.columns[2:]
        by_name = {info.name: info for info in infos}
        wanted = [info for info in infos if not info.name.endswith("#high")]
        self._facts = [
            (dumps(fact) + ":", [self._column(info, by_name) for info in group])
            for fact, group in groupby(wanted, key=lambda info: info.fact)
        ]

    def lines(self) -> Iterator[str]:
        """The lines of these rows."""
        reader, (low, rows) = self._reader, (self._low, self._rows)
        codes, names = reader.usccs.slice(low, rows).to_pylist(), reader.names.slice(low, rows).to_pylist()
        absent = self._absent()
        doubted = set(reader.conflict_places(low, low + rows))
        as_of = f',"as_of":{dumps(reader.snapshot.as_of.isoformat())}'
        for i in range(rows):
            facts, intervals, places, known = self._row(i)
            parts = [f'{{"uscc":{dumps(codes[i])},"facts":{{{",".join(facts)}}}']
            if names[i]:
                parts.append(f',"name":{dumps(names[i])}')
            parts.append(as_of)
            if intervals:
                parts.append(f',"intervals":{{{",".join(intervals)}}}')
            if places:
                parts.append(f',"provenance":{{{",".join(places)}}}')
            missing = [texts[i] for label, texts in absent if label not in known]
            if missing:
                parts.append(f',"absences":{{{",".join(missing)}}}')
            if low + i in doubted:
                profile = EnterpriseProfile(codes[i], {}, conflicts=reader.conflicts(low + i))
                parts.append(f',"conflicts":{dumps(profile_to_json(profile)["conflicts"])}')
            parts.append("}")
            yield "".join(parts)

    def _row(self, i: int) -> tuple[list[str], list[str], list[str], set[str]]:
        """One enterprise's facts, intervals and provenance as members of objects, and the labels of the facts it has."""
        facts: list[str] = []
        intervals: list[str] = []
        places: list[str] = []
        known: set[str] = set()
        for label, columns in self._facts:
            first = columns[0]
            if len(columns) == 1 and not first.period:
                value, origin = first.values[i], first.places[i]
                if value:
                    known.add(label)
                    (intervals if first.is_range else facts).append(label + value)
                    if origin:
                        places.append(f"{label}{{{origin}}}")
                continue
            exact: list[str] = []
            ranges: list[str] = []
            origins: list[str] = []
            seen = None
            for column in columns:
                value = column.values[i]
                if not value or (column.is_range and column.period == seen):
                    continue
                seen = column.period
                (ranges if column.is_range else exact).append(value)
                if column.places[i]:
                    origins.append(column.places[i])
            if not first.period and (exact or ranges):  # a state known exactly or within bounds: one value
                (facts if exact else intervals).append(label + (exact or ranges)[0])
            else:
                if exact:
                    facts.append(f"{label}{{{','.join(exact)}}}")
                if ranges:
                    intervals.append(f"{label}{{{','.join(ranges)}}}")
            if exact or ranges:
                known.add(label)
            if origins:
                places.append(f"{label}{{{','.join(origins)}}}")
        return facts, intervals, places, known

    def _absent(self) -> list[tuple[str, Texts]]:
        """For every fact the member that says why it is not known, should it not be."""
        found: list[tuple[str, Texts]] = []
        for fact in self._reader.ids:
            label, codes = dumps(fact) + ":", self._reader.absences.get(fact)
            says = {code: f"{label}{dumps(kind.value)}" for code, kind in ABSENCE_CODES.items()}
            if codes is None:
                found.append((label, [says[1]] * self._rows))
            else:
                found.append((label, [says[code or 1] for code in codes[self._low : self._low + self._rows].tolist()]))
        return found

    # ---- columns as text -------------------------------------------------------------------------------------------------
    def _column(self, info: ColumnInfo, by_name: Mapping[str, ColumnInfo]) -> _Column:
        base, _, bound = info.name.partition("#")
        definition = load_catalogue()[info.fact]
        values = _texts(self._slice(info.object), definition, info.scale)
        if bound:
            values = self._ranges(info, by_name[f"{base}#high"], definition)
        label = dumps(info.period) + ":"
        places = [f"{label}{text}" if text else "" for text in self._places(base, forced=bool(bound))]
        if info.period:
            values = [f"{label}{text}" if text else "" for text in values]
        return _Column(info.period, bool(bound), values, places)

    def _ranges(self, low: ColumnInfo, high: ColumnInfo, definition: FactDefinition) -> Texts:
        bounds = [self._slice(info.object) for info in (low, high)]
        texts = [_texts(array, definition, low.scale) for array in bounds]
        numbers = [array.to_pylist() for array in bounds]
        return [
            "" if a is None or b is None or a > b else f'{{"low":{x},"high":{y}}}'
            for a, b, x, y in zip(*numbers, *texts, strict=True)
        ]

    def _slice(self, name: str) -> pa.Array:
        return self._reader.array(name).slice(self._low, self._rows)

    # ---- where values came from ------------------------------------------------------------------------------------------
    def _places(self, column: str, *, forced: bool) -> Texts:
        entry = self._reader.manifest["ways"].get(column)
        if entry is None:
            return [""] * self._rows
        ways = [self._way(way, column.partition("@")[0]) for way in entry["ways"]]
        if not entry["choice"] or forced:
            return ways[0]
        choice = self._slice(entry["choice"]).to_pylist()
        return [ways[way - 1][i] if way else "" for i, way in enumerate(choice)]

    def _way(self, way: Mapping[str, Any], fact: str) -> Texts:
        if way["how"] == "derived":
            said = {
                "source": "derived",
                "record": fact,
                **({"derived_from": way["rests_on"]} if way["rests_on"] else {}),
                "note": "由其他指标推算",
            }
            return [dumps(said)] * self._rows
        mapping = self._reader.mappings.get(way["mapping"])
        source, title = (mapping.source, mapping.title) if mapping else (way["mapping"], way["mapping"])
        state = self._reader.manifest["states"][way["mapping"]]
        delivered = {"source": source, "record": title, "recorded_at": state["delivered"]}
        if way["how"] == "list":
            return [dumps({**delivered, "note": "以整份名单为据"})] * self._rows
        key = (way["mapping"], way["period"])
        if key not in self._ways:
            absent = dumps({**delivered, "note": "不在该名单上"})
            self._ways[key] = self._of_records(source, self._reader.slot(*key), absent)
        return self._ways[key]

    def _of_records(self, source: str, slot: SlotColumns, absent: str) -> Texts:
        ents = np.arange(self._low, self._low + self._rows)
        recorded, files, rows = (slot.part(what, ents).to_pylist() for what in RECORD)
        heads = {
            file: f'{{"source":{dumps(source)},"record":{dumps(self._reader.record(file, 0))[:-3]}'
            for file in set(files)
            if file is not None
        }
        return [
            f'{heads[file]}{row}行","recorded_at":{self._day(day)}}}' if day else absent
            for day, file, row in zip(recorded, files, rows, strict=True)
        ]

    def _day(self, day: int) -> str:
        if day not in self._days:
            self._days[day] = dumps((EPOCH + timedelta(days=day)).isoformat())
        return self._days[day]


def _texts(array: pa.Array, definition: FactDefinition, scale: int) -> Texts:
    """A column's values as JSON."""
    if pa.types.is_dictionary(array.type):
        words = [dumps(word) for word in array.dictionary.to_pylist()]
        return ["" if code is None else words[code] for code in array.indices.to_pylist()]
    values = array.to_pylist()
    match definition.type:
        case FactType.NUMBER:
            power = 10**scale
            return ["" if v is None else str(v // power) if v % power == 0 else repr(v / power) for v in values]
        case FactType.BOOL:
            return ["" if v is None else "true" if v else "false" for v in values]
        case FactType.DATE:
            return ["" if v is None else f'"{v.isoformat()}"' for v in values]
        case FactType.SET:
            return ["" if v is None else dumps(sorted(set(v))) if v else "[]" for v in values]
        case FactType.EVENTS:
            return [
                ""
                if v is None
                else dumps([{"code": e["code"], "date": e["on"].isoformat(), "first": e["first"]} for e in v])
                if v
                else "[]"
                for v in values
            ]
        case FactType.CODE | FactType.TEXT:
            return ["" if v is None else dumps(v) for v in values]
