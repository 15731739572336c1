"""A population coded for exactly some rules: bit planes, where each column lies, and how to keep them in an Arrow file.

The file is mapped, not read: deciding can start as soon as the rules are compiled.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from features.catalogue import Catalogue
from matcher.circuit import Slices
from matcher.coding import Coding, build_planes, layout
from matcher.columns import Population
from matcher.compile import Compiled, compile_documents
from matcher.errors import SnapshotMismatch
from matcher.forest import ColumnKey, Forest
from matcher.kernels import Planes, words_for
from policies.rules import RuleDocument


@dataclass(frozen=True, slots=True)
class CodedPopulation:
    """The codes of `rows` enterprises; `planes` is [planes, words], `slices` says which planes are whose."""

    rows: int
    planes: Planes
    slices: Mapping[ColumnKey, Slices]
    compiled: Compiled | None = None

    @property
    def bytes_per_row(self) -> float:
        """What the codes of one enterprise take."""
        return len(self.planes) / 8


def encode(
    population: Population, documents: Iterable[RuleDocument], as_of: date, *, catalogue: Catalogue | None = None
) -> CodedPopulation:
    """Code every column that the documents' items look at on the day."""
    compiled = compile_documents(documents, as_of, catalogue=catalogue)
    return encode_forest(population, compiled)


def encode_forest(population: Population, compiled: Compiled) -> CodedPopulation:
    """Code every column of compiled rules."""
    codings = codings_of(compiled.forest)
    slices, height = layout(codings, frozenset(key for key in codings if population.has_intervals(_column(key))))
    tasks = [(slices[key], partial(population.column, _column(key), coding)) for key, coding in codings.items()]
    return CodedPopulation(population.rows, build_planes(population.rows, height, tasks), slices, compiled)


def codings_of(forest: Forest) -> dict[ColumnKey, Coding]:
    """The coding of every column that the forest's tests look at."""
    return {key: Coding(tuple(cuts)) for key, cuts in forest.cuts().items()}


def _column(key: ColumnKey) -> Any:
    return key


def save_codes(path: Path, coded: CodedPopulation, *, source: str) -> None:
    """Write the codes to an Arrow file; `source` names what they were made from (a snapshot's id)."""
    about = {"rows": coded.rows, "source": source, "columns": _digest(coded.slices), "height": len(coded.planes)}
    schema = pa.schema([("words", pa.uint64())], metadata={"codes": json.dumps(about)})
    batch = pa.record_batch([pa.array(coded.planes.reshape(-1))], schema=schema)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        writer.write_batch(batch)


def load_codes(path: Path, forest: Forest, *, source: str, intervals: Iterable[ColumnKey] = ()) -> CodedPopulation:
    """Map codes that were made from `source` for the columns of `forest`.

    Raises SnapshotMismatch where the file was made from something else or for other rules.
    """
    batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
    about = json.loads(batch.schema.metadata[b"codes"])
    slices, height = layout(codings_of(forest), frozenset(intervals))
    if about["source"] != source or about["columns"] != _digest(slices) or about["height"] != height:
        raise SnapshotMismatch("编码文件与当前快照或规则不一致;请重新编码后再运行")
    words: Planes = batch.column(0).to_numpy(zero_copy_only=True)
    return CodedPopulation(about["rows"], words.reshape(height, words_for(about["rows"])), slices)


def _digest(slices: Mapping[ColumnKey, Slices]) -> str:
    """What tells one set of columns and cuts from another."""
    lines = (f"{key!r}|{s.first}|{s.bits}|{s.upper}|{list(s.code)!r}\n" for key, s in slices.items())
    hashed = hashlib.sha256()
    for line in lines:
        hashed.update(line.encode("utf-8"))
    return hashed.hexdigest()
