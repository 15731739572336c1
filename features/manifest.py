"""The body of a snapshot's manifest: the columns that were made, stored whole or laid into those of an earlier snapshot, and the counts."""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.catalogue import FactDefinition, load_catalogue
from features.conflicts import conflict_table
from features.making import NOT_APPLICABLE, STALE, WITHHELD, MadeColumn, Making, column_name, scale_for
from features.merging import in_row_order
from features.patching import Rows, put_patched
from features.snapshot import Objects, canonical_table
from features.sources.mapping import SourceMapping

VERSION = 3  # of what is in a manifest and of how its columns are made
_NO_WAY = 0
_AT_ONCE = 2  # columns


@dataclass(frozen=True, slots=True)
class _Stored:
    """A column in the store, its nulls, and where its values come from (no ways for bounds)."""

    object: str
    nulls: int
    ways: Sequence[Mapping[str, Any]] = ()
    choice: str = ""


def rules_hash(mappings: Sequence[SourceMapping]) -> str:
    """What a snapshot was made by: the mappings and the catalogue."""
    return hashlib.sha256(repr((tuple(mappings), tuple(load_catalogue()))).encode("utf-8")).hexdigest()


# ---- all rows --------------------------------------------------------------------------------------------------------------
def whole_body(making: Making, objects: Objects) -> dict[str, Any]:
    """The body where everything was made for all rows."""

    def stored(made: MadeColumn) -> _Stored:
        return _Stored(made.object, objects.column(made.object).null_count, made.ways, made.choice)

    columns = {name: stored(made) for name, made in [*making.made.items(), *making.bounds.items()]}
    absences = {fact: objects.put(pa.array(codes)) for fact, codes in making.absences.items() if codes.any()}
    conflicts = canonical_table(conflict_table(making))
    named = {"uscc": objects.put(making.uscc), "name": objects.put(making.name)}
    return _body(objects, making.rows, making.as_of, named, columns, absences, objects.put_table(conflicts))


# ---- some rows, laid into an earlier snapshot ----------------------------------------------------------------------------------
def patched_body(making: Making, objects: Objects, base: Mapping[str, Any], rows: Rows, size: int) -> dict[str, Any]:
    """The body where `making` was done for `rows` alone and every other row is as in `base`; byte for byte what `whole_body` gives."""
    before = {column["name"]: column["object"] for column in base["columns"]}
    laid = _Laid(making, objects, base["ways"], before, rows, size)
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # most of it is copying, hashing and writing
        stored = [
            *pool.map(laid.column, making.made, making.made.values()),
            *pool.map(laid.plain, making.bounds, making.bounds.values()),
        ]
    columns = dict(zip([*making.made, *making.bounds], stored, strict=True))
    named = {
        name: put_patched(objects, before[name], rows, array, size)
        for name, array in (("uscc", making.uscc), ("name", making.name))
    }
    absences = {}
    for fact in sorted({*base["absences"], *making.absences}):
        codes, earlier = making.absences.get(fact, np.zeros(len(rows), np.uint8)), base["absences"].get(fact, "")
        if earlier or codes.any():
            earlier = earlier or objects.put(pa.array(np.zeros(size, np.uint8)))
            name = put_patched(objects, earlier, rows, pa.array(codes), size)
            if objects.column(name).to_numpy().any():
                absences[fact] = name
    conflicts = _conflicts_laid(objects.table(base["conflicts"]), conflict_table(making), rows, size)
    return _body(objects, size, making.as_of, named, columns, absences, objects.put_table(conflicts))


@dataclass(frozen=True, slots=True)
class _Laid:
    """The columns of an earlier snapshot with those of a making in their rows."""

    making: Making
    objects: Objects
    ways: Mapping[str, Any]
    before: Mapping[str, str]
    rows: Rows
    size: int

    def plain(self, name: str, made: MadeColumn) -> _Stored:
        new = self.making.bench.column(made.object)
        stored = put_patched(self.objects, self.before.get(name, ""), self.rows, new, self.size)
        return _Stored(stored, self.objects.column(stored).null_count, made.ways)

    def column(self, name: str, made: MadeColumn) -> _Stored:
        plain = self.plain(name, made)
        return _Stored(plain.object, plain.nulls, made.ways, self._choice(name, made) if made.choice else "")

    def _choice(self, name: str, made: MadeColumn) -> str:
        """The earlier choice with its ways renumbered to those there are now."""
        new, entry = self.making.bench.column(made.choice), self.ways.get(name)
        if entry is not None and entry["ways"] == made.ways:
            return put_patched(self.objects, entry["choice"], self.rows, new, self.size)
        old = np.zeros(self.size, np.uint8)
        if entry is not None:
            known = self.objects.column(self.before[name]).is_valid().to_numpy(zero_copy_only=False)
            chosen = self.objects.column(entry["choice"]).to_numpy() if entry["choice"] else known.astype(np.uint8)
            places = [_NO_WAY, *(made.ways.index(way) + 1 for way in entry["ways"])]
            old[: len(chosen)] = np.array(places, np.uint8)[chosen]
        old[self.rows] = new.to_numpy()
        return self.objects.put(pa.array(old))


def ways_fit(making: Making, base: Mapping[str, Any]) -> bool:
    """Whether everything that the earlier columns came from is among what there is now."""
    columns = {column["name"] for column in base["columns"][2:]} <= {*making.made, *making.bounds}
    return columns and all(
        name in making.made and all(way in making.made[name].ways for way in entry["ways"]) for name, entry in base["ways"].items()
    )


def _conflicts_laid(old: pa.Table, new: pa.Table, rows: Rows, size: int) -> pa.Table:
    """The conflicts of the other rows as they were, those of `rows` as they are now."""
    touched = np.zeros(size, bool)
    touched[rows] = True
    kept = old.filter(pa.array(~touched[old.column("ent").to_numpy()]))
    ents = rows[new.column("ent").to_numpy()].astype(np.int32)
    return canonical_table(in_row_order(kept, new.set_column(0, "ent", pa.array(ents))))


# ---- both -------------------------------------------------------------------------------------------------------------------
def _body(
    objects: Objects,
    rows: int,
    as_of: date,
    named: Mapping[str, str],
    columns: Mapping[str, _Stored],
    absences: Mapping[str, str],
    conflicts: str,
) -> dict[str, Any]:
    """Columns, ways, absences, conflicts and counts; a column of which nothing is known is left out."""
    known = {name: stored for name, stored in columns.items() if stored.nulls < rows}
    listed = [{"name": name, "fact": "", "period": "", "scale": 0, "object": named[name]} for name in ("uscc", "name")]
    by_fact: dict[str, list[str]] = {}
    for name in known:
        by_fact.setdefault(name.partition("@")[0].partition("#")[0], []).append(name)
    for definition in load_catalogue():
        for name in sorted(by_fact.get(definition.id, ())):
            period = name.partition("@")[2].partition("#")[0]
            listed.append(
                {
                    "name": name,
                    "fact": definition.id,
                    "period": period,
                    "scale": scale_for(definition),
                    "object": known[name].object,
                }
            )
    codes = {fact: objects.column(name).to_numpy() for fact, name in absences.items()}
    return {
        "columns": listed,
        "ways": {
            name: {"ways": list(stored.ways), "choice": stored.choice} for name, stored in sorted(known.items()) if "#" not in name
        },
        "absences": dict(sorted(absences.items())),
        "conflicts": conflicts,
        "conflict_count": objects.table(conflicts).num_rows,
        "counts": {
            definition.id: _counts(definition, rows, as_of, known, codes.get(definition.id)) for definition in load_catalogue()
        },
    }


def _counts(
    definition: FactDefinition, rows: int, as_of: date, columns: Mapping[str, _Stored], codes: npt.NDArray[np.uint8] | None
) -> dict[str, int]:
    """Of the latest whole period: how many enterprises are known, and why the others are not."""
    last_month = as_of.replace(day=1) - timedelta(days=1)
    key = {"none": "", "year": f"{as_of.year - 1:04d}", "month": f"{last_month.year:04d}-{last_month.month:02d}"}
    stored = columns.get(column_name(definition.id, key[definition.period] if definition.is_periodic else ""))
    known = rows - stored.nulls if stored else 0
    tally = {
        what: int(np.count_nonzero(codes == code)) if codes is not None else 0
        for what, code in (("not_applicable", NOT_APPLICABLE), ("withheld", WITHHELD), ("stale", STALE))
    }
    return {"known": known, **tally, "missing": rows - known - sum(tally.values())}
