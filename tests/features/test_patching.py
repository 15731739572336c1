"""Patching a column gives the very bytes of writing it anew, and the column itself where nothing changes."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from features.merging import list_column
from features.patching import patched, put_patched
from features.snapshot import Objects, canonical

_EVENTS = pa.list_(pa.struct([("code", pa.string()), ("on", pa.date32()), ("first", pa.bool_())]))
_KINDS = (
    pa.int32(), pa.uint16(), pa.int64(), pa.bool_(), pa.string(), pa.date32(), pa.dictionary(pa.int32(), pa.string()),
    pa.list_(pa.string()), _EVENTS,
)  # fmt: skip


def _cell(kind: pa.DataType, value: int | None) -> Any:
    if value is None:
        return None
    if kind == _EVENTS:
        return [{"code": f"w{n}" if n else None, "on": date(2020, 1, 1 + n), "first": n == 1} for n in range(value % 3)]
    if pa.types.is_list(kind):
        return [f"w{n}" for n in range(value % 3)]
    if pa.types.is_string(kind) or pa.types.is_dictionary(kind):
        return "字" * (value % 4) + str(value % 7)
    if pa.types.is_boolean(kind):
        return value % 2 == 0
    return value


def _stored(kind: pa.DataType, values: list[int | None]) -> pa.Array:
    """The column as the store has it."""
    cells = [_cell(kind, value) for value in values]
    if not pa.types.is_list(kind):
        return canonical(
            pa.array(cells, pa.string()).dictionary_encode() if pa.types.is_dictionary(kind) else pa.array(cells, kind)
        )
    ents = np.array([at for at, cell in enumerate(cells) for _ in cell or ()], np.int32)
    entries = [entry for cell in cells for entry in cell or ()]
    known = np.array([cell is not None for cell in cells], bool)
    if kind == _EVENTS:
        columns = {name: pa.array([e[name] for e in entries], kind.value_type.field(name).type) for name in ("code", "on", "first")}
        return list_column(pa.table(columns), ents, known, as_events=True)
    return list_column(pa.table({"code": pa.array(entries, pa.string())}), ents, known, as_events=False)


_VALUE = st.one_of(st.none(), st.integers(0, 30))


@settings(max_examples=400)
@given(st.sampled_from(_KINDS), st.lists(_VALUE, max_size=20), st.integers(0, 4), st.data())
def test_a_patched_column_has_the_bytes_of_the_column_written_anew(
    kind: pa.DataType, values: list[int | None], more: int, data: st.DataObject
) -> None:
    size = len(values) + more
    rows = sorted(data.draw(st.sets(st.integers(0, size - 1)))) if size else []
    fresh = [data.draw(_VALUE) for _ in rows]
    whole: list[int | None] = [*values, *([None] * more)]
    for row, value in zip(rows, fresh, strict=True):
        whole[row] = value
    old = _stored(kind, values)
    result = patched(old, np.array(rows, np.int64), _stored(kind, fresh), size)
    expected = _stored(kind, whole)
    result.validate(full=True)
    assert result.to_pylist() == expected.to_pylist()
    assert _bytes(result) == _bytes(expected)
    assert (result is old) == (more == 0 and old.to_pylist() == expected.to_pylist())


def _bytes(array: pa.Array) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, pa.schema([("v", array.type)])) as writer:
        writer.write_table(pa.table({"v": array}))
    found: bytes = sink.getvalue().to_pybytes()
    return found


def test_a_patch_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    objects = Objects(tmp_path)
    first = objects.put(pa.array([1, None, 3]))
    assert put_patched(objects, first, np.array([0, 1]), pa.array([1, None]), 3) == first
    changed = put_patched(objects, first, np.array([1]), pa.array([2]), 4)
    assert objects.column(changed).to_pylist() == [1, 2, 3, None]
    assert changed == objects.put(pa.array([1, 2, 3, None]))
    assert objects.column(put_patched(objects, "", np.array([1]), pa.array([2]), 2)).to_pylist() == [None, 2]
