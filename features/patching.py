"""A stored column with other values in some of its rows: what one day's change of a column costs.

The result is canonical, so its bytes are those that writing the whole column anew would give; a test holds the two equal. The work is a
copy of the column and the rows' own values; nothing else is looked at.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from features.snapshot import Objects, canonical

Rows: TypeAlias = npt.NDArray[np.int64]  # places in a column, ascending, each once
_Numbers: TypeAlias = npt.NDArray[Any]
_Mask: TypeAlias = npt.NDArray[np.bool_]


def put_patched(objects: Objects, before: str, rows: Rows, new: pa.Array, size: int) -> str:
    """Store the column `before` ('' where there is none) with `new` in `rows`; the same object where that changes nothing."""
    old = objects.column(before) if before else pa.nulls(0, new.type)
    result = patched(old, rows, new, size)
    return before if before and result is old else objects.put_canonical(result)


def patched(old: pa.Array, rows: Rows, new: pa.Array, size: int) -> pa.Array:
    """The stored column `old` as one of `size` rows with `new` in `rows`, null in what lies beyond it; `old` itself where nothing changes."""
    kind = old.type
    if pa.types.is_dictionary(kind):
        return _words(old, rows, new, size)
    if pa.types.is_boolean(kind):
        return _bools(old, rows, new.cast(kind), size)
    if pa.types.is_integer(kind) or pa.types.is_date32(kind):
        return _fixed(old, rows, new.cast(kind), size)
    if pa.types.is_list(kind):
        return _lists(old, rows, new, size)
    if len(old) == size and old.take(pa.array(rows)).equals(new.cast(kind)):
        return old
    return canonical(pa.concat_arrays([old, new.cast(kind)]).take(_choice(rows, len(old), size)))


def _choice(rows: Rows, old: int, size: int) -> pa.Array:
    index = np.arange(size)
    beyond = index >= old
    index[rows], beyond[rows] = old + np.arange(len(rows)), False
    return pa.array(index, mask=beyond)


# ---- which rows are known ------------------------------------------------------------------------------------------------
def _known(array: pa.Array) -> _Mask:
    if array.null_count == 0:
        return np.ones(len(array), np.bool_)
    bits = np.unpackbits(np.frombuffer(array.buffers()[0], np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].view(np.bool_)


def _spread(old: _Numbers, rows: Rows, new: _Numbers, size: int) -> _Numbers:
    """The numbers with the new ones among them, zeros beyond the old."""
    values = np.empty(size, old.dtype)
    values[: len(old)] = old
    values[len(old) :] = 0
    values[rows] = new
    return values


def _bitmap(known: _Mask) -> pa.Buffer | None:
    return None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))


def _same(old: pa.Array, rows: Rows, new: _Numbers, size: int, *, values: _Numbers, known: _Mask, new_known: _Mask) -> bool:
    return len(old) == size and bool((values[rows] == new).all()) and bool((known[rows] == new_known).all())


# ---- by type ---------------------------------------------------------------------------------------------------------------
def bare_numbers(array: pa.Array) -> _Numbers:
    """The numbers (days of dates) under a column, not copied; under its nulls is whatever lies there, zeros in a stored column."""
    plain = array.view(pa.int32()) if pa.types.is_date32(array.type) else array
    kind = plain.type.to_pandas_dtype()
    if not len(plain):
        return np.zeros(0, kind)
    numbers: _Numbers = np.frombuffer(plain.buffers()[1], kind)[plain.offset : plain.offset + len(plain)]
    return numbers


def _fixed(old: pa.Array, rows: Rows, new: pa.Array, size: int) -> pa.Array:
    values, known = bare_numbers(old), _known(old)
    fresh, fresh_known = np.where(_known(new), bare_numbers(new), 0), _known(new)
    if _same(old, rows, fresh, size, values=values, known=known, new_known=fresh_known):
        return old
    data, bits = _spread(values, rows, fresh, size), _spread(known, rows, fresh_known, size)
    return pa.Array.from_buffers(old.type, size, [_bitmap(bits), pa.py_buffer(data)])


def _bools(old: pa.Array, rows: Rows, new: pa.Array, size: int) -> pa.Array:
    values, fresh = (array.fill_null(False).to_numpy(zero_copy_only=False) for array in (old, new))
    known, fresh_known = _known(old), _known(new)
    if _same(old, rows, fresh, size, values=values, known=known, new_known=fresh_known):
        return old
    data, bits = _spread(values, rows, fresh, size), _spread(known, rows, fresh_known, size)
    return pa.Array.from_buffers(old.type, size, [_bitmap(bits), pa.py_buffer(np.packbits(data, bitorder="little"))])


def _words(old: pa.DictionaryArray, rows: Rows, new: pa.Array, size: int) -> pa.DictionaryArray:
    """Codes: where the words that occur stay the same the codes stay too; else every row gets the code of its word among the new ones."""
    encoded = new if pa.types.is_dictionary(new.type) else new.cast(pa.string()).dictionary_encode()
    words: list[str] = old.dictionary.to_pylist()
    place = {word: at for at, word in enumerate(words)}
    fresh_known, known = _known(encoded.indices), _known(old.indices)
    used = np.zeros(len(encoded.dictionary) + 1, np.bool_)
    used[bare_numbers(encoded.indices)[fresh_known]] = True
    recode = np.zeros(len(encoded.dictionary) + 1, np.int64)
    for at in np.flatnonzero(used):
        recode[at] = place.setdefault(encoded.dictionary[int(at)].as_py(), len(place))
    fresh = np.where(fresh_known, recode[np.where(fresh_known, bare_numbers(encoded.indices), 0)], 0)
    codes = bare_numbers(old.indices)
    if _same(old, rows, fresh, size, values=codes, known=known, new_known=fresh_known):
        return old
    width = np.int16 if len(place) < 2**15 else np.int32
    data, bits = _spread(codes.astype(width, copy=False), rows, fresh.astype(width), size), _spread(known, rows, fresh_known, size)
    counts = np.bincount(data if bits.all() else data[bits], minlength=len(place))
    kind = pa.dictionary(pa.from_numpy_dtype(width), pa.string())
    result = pa.DictionaryArray.from_arrays(
        pa.Array.from_buffers(kind.index_type, size, [_bitmap(bits), pa.py_buffer(data)]), pa.array(list(place), pa.string())
    )
    return result if len(place) == len(words) and counts.all() else canonical(result)


def _lists(old: pa.ListArray, rows: Rows, new: pa.ListArray, size: int) -> pa.ListArray:
    """Lists of words or of events: the entries are taken in the order of the rows."""
    if len(old) == size and old.take(pa.array(rows)).equals(new.cast(old.type)):
        return old
    fresh = new.cast(old.type)
    counts, fresh_counts = np.zeros(size, np.int32), np.diff(_edges(fresh))
    counts[: len(old)] = np.diff(_edges(old))
    row_of = np.repeat(np.arange(size, dtype=np.int32), counts)
    touched = np.zeros(size, np.bool_)
    touched[rows] = True
    kept = np.flatnonzero(~touched[row_of])
    order = np.argsort(np.concatenate([row_of[kept], np.repeat(rows, fresh_counts)]), kind="stable")
    index = np.concatenate([kept, len(old.values) + np.arange(len(fresh.values))])[order]
    entries = pa.concat_arrays([old.values, fresh.values]).take(pa.array(index))
    counts[rows] = fresh_counts
    offsets = np.zeros(size + 1, np.int32)
    np.cumsum(counts, out=offsets[1:])
    known = _spread(_known(old), rows, _known(new), size)
    return pa.Array.from_buffers(old.type, size, [_bitmap(known), pa.py_buffer(offsets)], children=[_canonical_entries(entries)])


def _edges(array: pa.ListArray) -> npt.NDArray[np.int32]:
    """Where each row's entries begin, and where the last one's end."""
    edges: npt.NDArray[np.int32] = array.offsets.to_numpy() if len(array) else np.zeros(1, np.int32)
    return edges


def _canonical_entries(entries: pa.Array) -> pa.Array:
    """The entries of a list column as the only bytes that can stand for them."""
    if not pa.types.is_struct(entries.type):
        return canonical(entries)
    fields = list(entries.type)
    return pa.StructArray.from_arrays([canonical(part) for part in entries.flatten()], fields=fields)
