"""Snapshots: immutable, content-addressed columns in Arrow files that are mapped into memory, and the manifest that names them.

    <store>/objects/ab/abcdef....arrow     one column, or one small table, named by the SHA-256 of its bytes
            snapshots/<id>.json            a manifest, named by the SHA-256 of its bytes
            HEAD                           the id of the newest snapshot

The same facts give the same bytes: values under nulls are zeroed, dictionaries are sorted, manifests are canonical JSON. A column that
did not change between two snapshots is the same file.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from features.errors import SourceError


class Objects:
    """The content-addressed files of a store."""

    def __init__(self, store: Path) -> None:
        self._folder = store / "objects"
        self._folder.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Where an object lies."""
        return self._folder / name[:2] / f"{name}.arrow"

    def put(self, array: pa.Array) -> str:
        """Store one column; the name is the hash of its canonical bytes."""
        return self.put_canonical(canonical(array))

    def put_canonical(self, array: pa.Array) -> str:
        """Store one column that is canonical already."""
        return self.put_table(pa.table({"v": array}))

    def put_table(self, table: pa.Table) -> str:
        """Store a table of canonical columns as one record batch."""
        data = _file_of(table)
        name = hashlib.sha256(data).hexdigest()
        target = self.path(name)
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
                file.write(data)
            os.replace(file.name, target)
        return name

    def column(self, name: str) -> pa.Array:
        """A column, mapped into memory and not copied."""
        table = self.table(name)
        chunked = table.column(0)
        return chunked.chunk(0) if chunked.num_chunks else pa.nulls(0, chunked.type)

    def table(self, name: str) -> pa.Table:
        """A table, mapped into memory and not copied."""
        return pa.ipc.open_file(pa.memory_map(str(self.path(name)))).read_all()


def _file_of(table: pa.Table) -> pa.Buffer:
    """The bytes of the Arrow file, written once into memory of the right size."""
    size = pa.MockOutputStream()
    for sink in (size, None):
        room = pa.allocate_buffer(size.size()) if sink is None else None
        with pa.ipc.new_file(pa.FixedSizeBufferWriter(room) if room is not None else size, table.schema) as writer:
            if table.num_rows:
                writer.write_table(table.combine_chunks(), max_chunksize=max(1, table.num_rows))
    return room


def canonical(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The array as the only sequence of bytes that can stand for its values: one chunk, no offset, zeros under nulls, no idle bitmap."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    if isinstance(array, pa.ChunkedArray):
        raise SourceError("一列数据超过 2 GB,无法写入快照;请分区建库")
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _sorted_dictionary(array)
    if pa.types.is_boolean(kind):
        values = array.fill_null(False).to_numpy(zero_copy_only=False)
        return pa.Array.from_buffers(
            kind, len(array), [_bitmap(array), pa.py_buffer(np.packbits(values, bitorder="little").tobytes())]
        )
    if pa.types.is_integer(kind) or pa.types.is_date32(kind):
        width = pa.int32() if pa.types.is_date32(kind) else kind
        filled = array.view(width).fill_null(0) if pa.types.is_date32(kind) else array.fill_null(0)
        data = np.ascontiguousarray(filled.to_numpy(zero_copy_only=False))
        return pa.Array.from_buffers(kind, len(array), [_bitmap(array), pa.py_buffer(data)])
    if pa.types.is_string(kind):
        filled = pa.concat_arrays([array.fill_null(""), pa.array([""], pa.string())]).slice(0, len(array))
        return pa.StringArray.from_buffers(
            len(array), filled.buffers()[1].slice(0, 4 * (len(array) + 1)), _data(filled), _bitmap(array)
        )
    return array


def canonical_table(table: pa.Table) -> pa.Table:
    """The table of canonical columns."""
    return pa.table({name: canonical(table.column(name)) for name in table.schema.names})


def _data(strings: pa.StringArray) -> pa.Buffer:
    ends = np.frombuffer(strings.buffers()[1], np.int32)
    used = int(ends[len(strings)]) if len(strings) else 0
    data = strings.buffers()[2]
    return data.slice(0, used) if data is not None else pa.py_buffer(b"")


def _bitmap(array: pa.Array) -> pa.Buffer | None:
    if array.null_count == 0:
        return None
    valid = array.is_valid().to_numpy(zero_copy_only=False)
    return pa.py_buffer(np.packbits(valid, bitorder="little").tobytes())


def _sorted_dictionary(array: pa.DictionaryArray) -> pa.DictionaryArray:
    """Only the words that occur, in order, with the narrowest of the two widths that holds them."""
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    words = array.dictionary.to_pylist()
    used = np.unique(codes[codes >= 0])
    kept = sorted({words[i] for i in used})
    place = {word: i for i, word in enumerate(kept)}
    width = np.int16 if len(kept) < 2**15 else np.int32
    recode = np.zeros(len(words) + 1, dtype=width)
    for i in used:
        recode[i] = place[words[i]]
    indices = pa.Array.from_buffers(
        pa.from_numpy_dtype(width), len(array), [_bitmap(array.indices), pa.py_buffer(np.ascontiguousarray(recode[codes]))]
    )
    return pa.DictionaryArray.from_arrays(indices, pa.array(kept, pa.string()))


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column: `fact` and `period` ('' for a state; uscc and name have no fact), `scale` decimal places of a number, its object."""

    name: str
    fact: str
    period: str
    scale: int
    object: str


@dataclass(frozen=True)
class Snapshot:
    """The facts of every enterprise as of a day, as known on a day; row i of every column is the same enterprise."""

    folder: Path
    id: str
    manifest: Mapping[str, Any]

    @property
    def as_of(self) -> date:
        """The day the facts are about."""
        return date.fromisoformat(self.manifest["as_of"])

    @property
    def known_on(self) -> date:
        """The last day whose extracts went in."""
        return date.fromisoformat(self.manifest["known_on"])

    @property
    def rows(self) -> int:
        """The number of enterprises."""
        return int(self.manifest["rows"])

    @property
    def columns(self) -> tuple[ColumnInfo, ...]:
        """uscc, name, and the facts in the catalogue's order, each period by itself."""
        return tuple(ColumnInfo(**row) for row in self.manifest["columns"])

    def column(self, name: str) -> pa.Array:
        """One column, mapped into memory; raises SourceError for a name that the snapshot does not have."""
        for row in self.manifest["columns"]:
            if row["name"] == name:
                return Objects(self.folder).column(row["object"])
        raise SourceError(f"快照中没有列“{name}”;该指标在此期间没有任何数据")

    def table(self, names: Iterable[str] | None = None) -> pa.Table:
        """The named columns, or all, as one table over the mapped files."""
        chosen = [column.name for column in self.columns] if names is None else list(names)
        fields = {column.name: column for column in self.columns}
        arrays, schema = [], []
        for name in chosen:
            array, info = self.column(name), fields[name]
            arrays.append(array)
            schema.append(pa.field(name, array.type, metadata={"fact": info.fact, "period": info.period, "scale": str(info.scale)}))
        return pa.Table.from_arrays(arrays, schema=pa.schema(schema))

    def write_parquet(self, path: Path) -> None:
        """All columns in one Parquet file, for others."""
        pq.write_table(self.table(), path, compression="zstd")


def save_snapshot(store: Path, manifest: Mapping[str, Any]) -> Snapshot:
    """Write a manifest under its own hash and make it the newest."""
    data = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")
    name = hashlib.sha256(data).hexdigest()
    folder = store / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_bytes(data)
    head = store / "HEAD.new"
    head.write_text(name, "utf-8")
    os.replace(head, store / "HEAD")
    return Snapshot(store, name, json.loads(data))


def open_snapshot(store: Path, snapshot_id: str | None = None) -> Snapshot:
    """A snapshot by its id, or the newest; raises SourceError where there is none."""
    head = store / "HEAD"
    if snapshot_id is None and not head.exists():
        raise SourceError("还没有任何快照;请先用 assemble 建立")
    name = snapshot_id or head.read_text("utf-8").strip()
    path = store / "snapshots" / f"{name}.json"
    if not path.exists():
        raise SourceError(f"没有编号为“{name[:12]}”的快照;请核对编号")
    return Snapshot(store, name, json.loads(path.read_bytes()))


def snapshots_of(store: Path) -> Iterator[Snapshot]:
    """Every snapshot in the store, by as-of day, then by the day of knowledge."""
    folder = store / "snapshots"
    found = [Snapshot(store, path.stem, json.loads(path.read_bytes())) for path in folder.glob("*.json")] if folder.exists() else []
    yield from sorted(found, key=lambda s: (s.manifest["as_of"], s.manifest["known_on"], s.id))
